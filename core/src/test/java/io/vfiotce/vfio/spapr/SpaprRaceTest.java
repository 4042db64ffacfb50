package io.vfiotce.vfio.spapr;

import static io.vfiotce.vfio.spapr.SpaprFixture.PAGE;
import static io.vfiotce.vfio.spapr.SpaprFixture.RW;
import static io.vfiotce.vfio.spapr.SpaprFixture.UA;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.linux.Errno;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.memory.QuiescentReader;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** S-16: mapping, windows, registering and the end of a container at once; the fixture checks that nothing is left. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SpaprRaceTest {
    private static final int ROUNDS = 1_000;
    private static final Set<Errno> LEGAL =
            EnumSet.of(Errno.ENXIO, Errno.EINVAL, Errno.EBUSY, Errno.ENOENT, Errno.ENOSPC, Errno.ENODEV);

    private static void attempt(final Runnable call) {
        try {
            call.run();
        } catch (final LinuxException e) {
            assertTrue(LEGAL.contains(e.errno()), e.getMessage());
        }
    }

    private static void rounds(final Runnable... calls) {
        for (int round = 0; round < ROUNDS; round++) {
            for (final Runnable call : calls) {
                attempt(call);
            }
        }
    }

    /** A vCPU that is always in a hypercall, but never for long. */
    private static void vcpu(final SpaprFixture fixture, final AtomicBoolean done) {
        try (QuiescentReader reader = fixture.process.quiescence().register("vcpu 0")) {
            reader.online();
            while (!done.get()) {
                reader.announce();
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void shouldLeaveNothingWhenEverythingHappensAtOnce() throws Exception {
        final ExecutorService threads = Executors.newCachedThreadPool();
        final AtomicBoolean done = new AtomicBoolean();
        try (SpaprFixture f = SpaprFixture.ready()) {
            final SpaprTceIommu iommu = f.iommu;
            final Future<?> vcpu = threads.submit(() -> vcpu(f, done));
            final List<Future<?>> workers = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                workers.add(threads.submit(() -> rounds(
                        () -> iommu.mapDma(f.process, RW, UA, 0, 16 * 4096),
                        () -> iommu.unmapDma(f.process, 0, 0, 16 * 4096))));
                workers.add(threads.submit(() -> rounds(
                        () -> iommu.unregisterMemory(f.process, 0, UA, 16 * PAGE),
                        () -> iommu.registerMemory(f.process, 0, UA, 16 * PAGE))));
            }
            workers.add(threads.submit(() -> rounds(
                    () -> iommu.removeWindow(f.process, 0, 0),
                    () -> iommu.createWindow(f.process, 0, 12, 1 << 20, 1))));
            for (final Future<?> worker : workers.subList(1, workers.size())) {
                worker.get();
            }
            f.driver.release(iommu);
            workers.get(0).get();
            done.set(true);
            vcpu.get();
            f.process.reclaimer().reclaim();
            assertEquals(0, f.host.pinned());
        } finally {
            done.set(true);
            threads.shutdown();
        }
    }
}
