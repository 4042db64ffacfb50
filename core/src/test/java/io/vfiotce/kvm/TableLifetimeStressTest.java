package io.vfiotce.kvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.linux.FileDescriptors;
import io.vfiotce.linux.LockedMemory;
import io.vfiotce.memory.GuestMemory;
import io.vfiotce.memory.Memslot;
import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.papr.HStatus;
import io.vfiotce.papr.Hcall;
import io.vfiotce.support.Seeds;
import io.vfiotce.support.TestVm;
import io.vfiotce.tce.WindowGeometry;
import io.vfiotce.userspace.ReferenceHandler;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/**
 * vCPUs hammer windows that come and go under them, with memslots and enabled hypercalls changing too.
 *
 * <p>Freed pages are allocated again at once and filled with a song; a vCPU that still wrote to one would spoil it, and one
 * that still read it would hear it.
 */
class TableLifetimeStressTest {
    private static final long RUN_MS = Long.getLong("vfiotce.lifetime.ms", 8_000);
    private static final int WINDOWS = 6;
    private static final int PAGES = 1200;
    private static final long SLOT_GPA = 0x100_0000;
    private static final long[] OPCODES = {Hcall.H_GET_TCE, Hcall.H_PUT_TCE, Hcall.H_STUFF_TCE, Hcall.H_PUT_TCE_INDIRECT
    };

    private final LockedMemory account = new LockedMemory(1 << 20);
    private final FileDescriptors files = new FileDescriptors(100);
    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final AtomicLong calls = new AtomicLong();
    private final AtomicLong succeeded = new AtomicLong();
    private final Integer[] tables = new Integer[WINDOWS];
    private final UserspaceWindow[] windows = new UserspaceWindow[WINDOWS];
    private final GuestMemory second = GuestMemory.sparse(1 << 16);
    private final Canaries canaries = new Canaries(4096);
    private boolean slotIsThere;

    @Test
    void shouldEndLegallyAndLeakNothingWhenTablesComeAndGo() throws InterruptedException {
        final long seed = Seeds.seed("TableLifetimeStressTest");
        final VmConfig config = new VmConfig()
                .process(new ProcessConfig()
                        .hostPageShift(12)
                        .lockedMemory(account)
                        .files(files));
        try (TestVm vm = TestVm.threaded(config, ReferenceHandler::new)) {
            vm.withMemory(0, GuestMemory.sparse(1 << 16));
            for (int i = 0; i < 512; i++) {
                vm.putList(0x1000 + i * 8L, i % 7 == 0 ? 0 : (i & 15) * 0x1000L + 3);
                second.putBigEndianOpaque(0x1000 + i * 8L, 0x3001);
            }
            final Vcpu[] vcpus = {vm.vcpu(), vm.vcpu()};
            final long startBytes = vm.vm().offHeapBytes();
            final Thread[] threads = new Thread[vcpus.length];
            for (int i = 0; i < threads.length; i++) {
                final Random random = new Random(seed + i);
                final Vcpu vcpu = vcpus[i];
                threads[i] = new Thread(() -> hammer(vcpu, random), vcpu.name());
                threads[i].start();
            }
            final long changes = change(vm.vm(), new Random(~seed));
            stop.set(true);
            for (final Thread thread : threads) {
                thread.join();
            }
            assertNull(failure.get(), () -> failure.get().toString());
            closeAll();
            canaries.close();
            for (final Vcpu vcpu : vcpus) {
                vcpu.offline();
            }
            assertNull(vm.vm().awaitGracePeriod(0));
            System.out.println("TableLifetimeStressTest: " + calls + " calls, " + succeeded + " with success, "
                    + changes + " changes");
            assertEquals(startBytes, vm.vm().offHeapBytes());
            assertEquals(0, account.lockedPages());
            assertEquals(0, files.openCount());
            assertTrue(succeeded.get() > 1000 && succeeded.get() < calls.get(), "calls did not end both ways");
            assertTrue(changes > 1000, "changed only " + changes + " times");
        }
    }

    private void hammer(final Vcpu vcpu, final Random random) {
        try {
            long done = 0;
            long good = 0;
            while (!stop.get() && failure.get() == null) {
                final long opcode = OPCODES[random.nextInt(OPCODES.length)];
                final long ioba = (long) random.nextInt(PAGES) << 12;
                final long count = 1 + random.nextInt(random.nextInt(8) == 0 ? 512 : 8);
                final long r6 = opcode == Hcall.H_PUT_TCE_INDIRECT
                        ? (random.nextBoolean() ? SLOT_GPA : 0) + 0x1000
                        : opcode == Hcall.H_STUFF_TCE ? random.nextInt(2) * 0x800L : 0x2003;
                final long status = vcpu.hcall(opcode, random.nextInt(WINDOWS), ioba, r6, count);
                if (!HStatus.isGuestVisible(status)) {
                    throw new AssertionError("status " + status + " of opcode 0x" + Long.toHexString(opcode));
                }
                if (opcode == Hcall.H_GET_TCE && status == HStatus.H_SUCCESS && vcpu.r4() == Canaries.SONG) {
                    throw new AssertionError("H_GET_TCE read freed memory");
                }
                done++;
                good += status == HStatus.H_SUCCESS ? 1 : 0;
                if ((done & 0xFFFF) == 0) {
                    vcpu.offline();
                    vcpu.online();
                }
            }
            vcpu.offline();
            calls.addAndGet(done);
            succeeded.addAndGet(good);
        } catch (final RuntimeException | Error e) {
            failure.compareAndSet(null, e);
        }
    }

    private long change(final Vm vm, final Random random) {
        final long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(RUN_MS);
        long changes = 0;
        while (System.nanoTime() < end && failure.get() == null) {
            final int which = random.nextInt(20);
            if (which == 0) {
                vm.enableHcall(OPCODES[random.nextInt(OPCODES.length)], random.nextBoolean());
            } else if (which == 1) {
                changeSlot(vm);
            } else if (which == 2) {
                vm.awaitGracePeriod(0);
            } else {
                changeTable(vm, random);
            }
            changes++;
            canaries.check();
            if (random.nextInt(4) == 0) {
                // Leaves the tables some time to be used.
                Thread.yield();
            }
        }
        for (final long opcode : OPCODES) {
            vm.enableHcall(opcode, true);
        }
        return changes;
    }

    private void changeSlot(final Vm vm) {
        if (slotIsThere) {
            vm.removeMemslot(SLOT_GPA);
        } else {
            vm.addMemslot(Memslot.of(SLOT_GPA, second));
        }
        slotIsThere = !slotIsThere;
    }

    private void changeTable(final Vm vm, final Random random) {
        final int i = random.nextInt(WINDOWS);
        if (tables[i] == null && windows[i] == null) {
            tables[i] = vm.createSpaprTce64(new WindowGeometry(i, 12, 0, PAGES));
            // Pages made on this thread come back to it when they are freed, and canaries move in.
            ((TceTableFile) files.file(tables[i])).table().makeResident(0, PAGES);
        } else if (windows[i] == null && random.nextBoolean()) {
            windows[i] = vm.mapTable(tables[i]);
        } else if (windows[i] != null && (tables[i] == null || random.nextBoolean())) {
            windows[i].close();
            windows[i] = null;
        } else {
            files.close(tables[i]);
            tables[i] = null;
        }
    }

    private void closeAll() {
        for (int i = 0; i < WINDOWS; i++) {
            if (windows[i] != null) {
                windows[i].close();
            }
            if (tables[i] != null) {
                files.close(tables[i]);
            }
        }
    }
}
