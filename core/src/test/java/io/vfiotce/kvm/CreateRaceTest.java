package io.vfiotce.kvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.linux.Errno;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.linux.LockedMemory;
import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.tce.WindowGeometry;
import io.vfiotce.userspace.ReferenceHandler;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Eight threads create and close tables of one LIOBN: one owner at a time, nothing lost (T-15). */
class CreateRaceTest {
    private static final int THREADS = 8;
    private static final int ATTEMPTS = 4_000;

    private final LockedMemory account = new LockedMemory(1000);
    private final AtomicInteger owners = new AtomicInteger();
    private final AtomicLong created = new AtomicLong();
    private final AtomicLong busy = new AtomicLong();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    private void createAndClose(final Vm vm) {
        try {
            for (int i = 0; i < ATTEMPTS; i++) {
                try {
                    final int fd = vm.createSpaprTce64(new WindowGeometry(5, 12, 0, 700));
                    if (owners.incrementAndGet() != 1) {
                        throw new AssertionError("two owners of one LIOBN");
                    }
                    ((TceTableFile) vm.files().file(fd)).table().fill(i % 700, 1, 4);
                    created.incrementAndGet();
                    Thread.yield();
                    owners.decrementAndGet();
                    vm.files().close(fd);
                } catch (final LinuxException e) {
                    assertEquals(Errno.EBUSY, e.errno());
                    busy.incrementAndGet();
                }
            }
        } catch (final RuntimeException | Error e) {
            failure.compareAndSet(null, e);
        }
    }

    @Test
    void shouldHaveOneOwnerAndLoseNothingWhenManyCreateTheSameTable() throws InterruptedException {
        final Vm vm = new Vm(new VmConfig().process(new ProcessConfig().lockedMemory(account)), ReferenceHandler::new);
        final long before = vm.offHeapBytes();
        final Thread[] threads = new Thread[THREADS];
        for (int i = 0; i < THREADS; i++) {
            threads[i] = new Thread(() -> createAndClose(vm));
            threads[i].start();
        }
        for (final Thread thread : threads) {
            thread.join();
        }
        assertNull(failure.get(), () -> failure.get().toString());
        assertEquals(THREADS * (long) ATTEMPTS, created.get() + busy.get());
        assertTrue(created.get() > 0, "no table was created");
        assertEquals(0, account.lockedPages());
        assertEquals(0, vm.files().openCount());
        assertEquals(before, vm.offHeapBytes());
        vm.close();
        System.out.println("CreateRaceTest: " + created + " created, " + busy + " busy");
    }
}
