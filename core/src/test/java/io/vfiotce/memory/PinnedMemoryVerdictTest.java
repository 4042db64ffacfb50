package io.vfiotce.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.linux.Errno;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.support.FakeHostMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * While it is being decided whether a region goes: everybody who meets the mark waits, and everybody gets the verdict.
 *
 * <p>The one thread that decides is held up by a vCPU that is online, and by a clock that stands still, so the order of
 * events is the test's own.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PinnedMemoryVerdictTest {
    private static final long UA = 1L << 20;
    private static final long PAGES = 4;

    private volatile long nowNs;
    private final FakeHostMemory host = new FakeHostMemory(16);
    private final UserProcess process = new UserProcess(
            new ProcessConfig().gracePeriodTimeoutNs(1_000).clock(() -> nowNs).hostMemory(host));
    private final PinnedMemory memory = process.pinnedMemory();
    private final QuiescentReader vcpu = process.quiescence().register("vcpu 0");
    private final List<Thread> threads = new ArrayList<>();

    private <T> FutureTask<T> start(final Callable<T> call) {
        final FutureTask<T> task = new FutureTask<>(call);
        final Thread thread = new Thread(task);
        threads.add(thread);
        thread.start();
        return task;
    }

    /** Starts an unregistration and returns when its mark is there. */
    private FutureTask<Errno> startPut(final PinnedRegion region) {
        vcpu.online();
        final FutureTask<Errno> put = start(() -> put(region));
        while (!region.isClosing()) {
            Thread.onSpinWait();
        }
        return put;
    }

    private Errno put(final PinnedRegion region) {
        try {
            memory.put(region);
            return null;
        } catch (final LinuxException e) {
            return e.errno();
        }
    }

    /** Starts something that meets the mark, and returns when it waits. */
    private <T> FutureTask<T> startWaiter(final Callable<T> call) {
        final FutureTask<T> task = start(call);
        final Thread thread = threads.get(threads.size() - 1);
        while (thread.getState() != Thread.State.WAITING) {
            assertFalse(task.isDone(), "it did not wait");
            Thread.onSpinWait();
        }
        return task;
    }

    @Test
    void shouldTellEveryWaiterWhenTheRegionGoes() throws Exception {
        final PinnedRegion region = memory.register(UA, PAGES);
        final FutureTask<Errno> put = startPut(region);
        final FutureTask<PinnedRegion> get = startWaiter(() -> memory.get(UA, PAGES));
        final FutureTask<Errno> second = startWaiter(() -> put(region));
        final FutureTask<Boolean> verdict = startWaiter(() -> {
            memory.awaitVerdict(region);
            return true;
        });
        final FutureTask<PinnedRegion> register = startWaiter(() -> memory.register(UA + (1 << 16), PAGES));
        vcpu.offline();
        assertNull(put.get());
        assertNull(get.get());
        assertEquals(Errno.ENOENT, second.get());
        assertTrue(verdict.get());
        assertEquals(UA + (1 << 16), register.get().ua(), "no overlap with a region that went");
    }

    @Test
    void shouldTellEveryWaiterWhenTheRegionStaysForAMapping() throws Exception {
        final PinnedRegion region = memory.register(UA, PAGES);
        memory.counts().addShared(region.index(), 1);
        final FutureTask<Errno> put = startPut(region);
        final FutureTask<PinnedRegion> get = startWaiter(() -> memory.get(UA, PAGES));
        final FutureTask<Errno> overlap = startWaiter(() ->
                assertThrows(LinuxException.class, () -> memory.register(UA, 1)).errno());
        vcpu.offline();
        assertEquals(Errno.EBUSY, put.get());
        assertSame(region, get.get());
        assertEquals(Errno.EINVAL, overlap.get());
        assertEquals(2, region.used);
        assertFalse(region.isClosing());
    }

    @Test
    void shouldTellEveryWaiterWhenTheVcpuIsLate() throws Exception {
        final PinnedRegion region = memory.register(UA, PAGES);
        final FutureTask<Errno> put = startPut(region);
        final FutureTask<PinnedRegion> get = startWaiter(() -> memory.get(UA, PAGES));
        nowNs = 1_000;
        assertEquals(Errno.EBUSY, put.get());
        assertSame(region, get.get());
        vcpu.offline();
    }

    @Test
    void shouldLetOneGoAndTellTheOtherWhenTwoUnregister() throws Exception {
        final PinnedRegion region = memory.register(UA, PAGES);
        final FutureTask<Errno> first = startPut(region);
        final FutureTask<Errno> second = startWaiter(() -> put(region));
        vcpu.offline();
        assertNull(first.get());
        assertEquals(Errno.ENOENT, second.get());
        assertEquals(0, process.lockedMemory().lockedPages());
    }

    @Test
    void shouldWaitAgainWhenAnotherRegionOfTheSameRangeIsClosing() throws Exception {
        final PinnedRegion region = memory.register(UA, PAGES);
        final FutureTask<Errno> put = startPut(region);
        final FutureTask<PinnedRegion> get = startWaiter(() -> memory.get(UA, PAGES));
        final AtomicReference<PinnedRegion> next = new AtomicReference<>();
        host.onUnpin = () -> {
            next.set(memory.register(UA, PAGES));
            next.get().closing(true);
        };
        vcpu.offline();
        assertNull(put.get());
        final Thread getter = threads.get(1);
        while (!get.isDone() && (getter.getState() != Thread.State.WAITING || next.get() == null)) {
            Thread.onSpinWait();
        }
        synchronized (memory) {
            assertFalse(get.isDone(), "it took a use of a region that may be about to go");
            next.get().closing(false);
            memory.notifyAll();
        }
        assertSame(next.get(), get.get());
        assertNotSame(region, next.get());
        assertEquals(2, next.get().used);
    }

    @Test
    void shouldKeepTheInterruptAndTheResultWhenAWaiterIsInterrupted() throws Exception {
        final PinnedRegion region = memory.register(UA, PAGES);
        final FutureTask<Errno> put = startPut(region);
        final FutureTask<Boolean> get = startWaiter(() -> memory.get(UA, PAGES) == null && Thread.interrupted());
        threads.get(1).interrupt();
        threads.get(0).interrupt();
        vcpu.offline();
        assertNull(put.get());
        assertTrue(get.get());
    }

    @Test
    void shouldOpenTheRegionAgainWhenTheClockFails() {
        final UserProcess broken = new UserProcess(new ProcessConfig().clock(() -> {
            throw new IllegalArgumentException("planted");
        }));
        final PinnedRegion region = broken.pinnedMemory().register(UA, PAGES);
        assertThrows(IllegalArgumentException.class, () -> broken.pinnedMemory().put(region));
        assertFalse(region.isClosing());
        assertEquals(1, region.used);
    }

    @Test
    void shouldNotWaitForAWaiterWhenAFreeWantsItsLock() throws Exception {
        final Object containerLock = new Object();
        final PinnedRegion region = memory.register(UA, PAGES);
        final FutureTask<Errno> put = startPut(region);
        // MAP_DMA holds its container's lock while it waits for the verdict; what was retired wants that lock.
        final FutureTask<Boolean> map = startWaiter(() -> {
            synchronized (containerLock) {
                memory.awaitVerdict(region);
                return true;
            }
        });
        process.reclaimer().defer(() -> {
            synchronized (containerLock) {
                nowNs++;
            }
        });
        vcpu.offline();
        assertTrue(map.get());
        assertNull(put.get());
    }

    @Test
    void shouldUnmapWhatIsRetiredBeforeItCountsWhenUnregistering() {
        final PinnedRegion region = memory.register(UA, PAGES);
        memory.counts().addShared(region.index(), 1);
        process.reclaimer().defer(() -> memory.counts().addShared(region.index(), -1));
        memory.put(region);
        assertEquals(0, process.lockedMemory().lockedPages());
    }

    @Test
    void shouldKeepAnOrphanUntilItsOwnGracePeriodWhenAnotherEnds() {
        final PinnedRegion orphan = memory.register(UA, PAGES);
        final PinnedRegion other = memory.register(0, PAGES);
        vcpu.online();
        // The hypercall that runs on vcpu 0 has mapped into the orphan and not counted yet: the sum is still 0.
        memory.release(orphan);
        final QuiescentReader second = process.quiescence().register("vcpu 1");
        memory.removeOrphans();
        assertTrue(memory.regionsAcquire().regions().contains(orphan));
        memory.counts().addShared(orphan.index(), 1);
        vcpu.announce();
        process.reclaimer().reclaim();
        assertTrue(memory.regionsAcquire().regions().contains(orphan));
        memory.counts().addShared(orphan.index(), -1);
        memory.removeOrphans();
        assertEquals(List.of(other), memory.regionsAcquire().regions());
        assertEquals(PAGES, process.lockedMemory().lockedPages());
        second.close();
    }
}
