package io.vfiotce.dma;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.kvm.Vcpu;
import io.vfiotce.kvm.VmConfig;
import io.vfiotce.memory.GuestMemory;
import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.papr.HStatus;
import io.vfiotce.papr.Hcall;
import io.vfiotce.papr.Tce;
import io.vfiotce.support.Seeds;
import io.vfiotce.support.TestVm;
import io.vfiotce.tce.TceTable;
import io.vfiotce.userspace.ReferenceHandler;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/**
 * Two vCPUs change a window while notifiers come and go. Each notifier keeps a copy of the window by its events alone: a call
 * that has ended is in it, and when the vCPUs have paused it equals the window.
 */
class WindowWatchRaceTest {
    private static final long RUN_NS = TimeUnit.MILLISECONDS.toNanos(Long.getLong("vfiotce.watch.ms", 4_000));
    private static final int PAGES = 1024;
    private static final int SHARED = PAGES / 2;
    private static final long LIST = 0x8_0000;

    /** A copy of the window, made of events. */
    private static final class Copy implements DmaNotifier {
        private final AtomicLongArray tces = new AtomicLongArray(PAGES);

        @Override
        public void mapped(final long ioba, final long sizeBytes, final long gpa, final int permission) {
            for (int i = 0; i < sizeBytes >>> 12; i++) {
                tces.set((int) (ioba >>> 12) + i, gpa + ((long) i << 12) | permission);
            }
        }

        @Override
        public void unmapped(final long ioba, final long sizeBytes) {
            for (int i = 0; i < sizeBytes >>> 12; i++) {
                tces.set((int) (ioba >>> 12) + i, 0);
            }
        }
    }

    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile Copy current;
    private volatile boolean running = true;
    private volatile boolean pausing;

    /** A vCPU that changes pages of its own and pages that the other one changes too. */
    private final class Guest implements Runnable {
        private final Vcpu vcpu;
        private final int first;
        private final Random random;
        private long calls;
        private long checked;
        private volatile boolean paused;

        Guest(final Vcpu vcpu, final int number, final long seed) {
            this.vcpu = vcpu;
            first = SHARED + number * (SHARED / 2);
            random = new Random(seed);
        }

        @Override
        public void run() {
            try {
                while (running && failure.get() == null) {
                    call();
                    if (pausing) {
                        vcpu.offline();
                        paused = true;
                        while (pausing) {
                            Thread.yield();
                        }
                        paused = false;
                    }
                }
            } catch (final RuntimeException | Error e) {
                failure.set(e);
            }
            vcpu.offline();
            paused = true;
        }

        private void call() {
            final Copy copy = current;
            final boolean own = random.nextInt(4) != 0;
            final int page = own ? first + random.nextInt(SHARED / 2) : random.nextInt(SHARED - 8);
            final long tce = random.nextInt(3) == 0 ? 0 : (long) random.nextInt(64) << 12 | random.nextInt(1, 4);
            final long status = switch (own ? 0 : random.nextInt(3)) {
                case 1 -> vcpu.hcall(Hcall.H_STUFF_TCE, TestVm.LIOBN, (long) page << 12, 0, 8);
                case 2 -> vcpu.hcall(Hcall.H_PUT_TCE_INDIRECT, TestVm.LIOBN, (long) page << 12, LIST, 8);
                default -> vcpu.hcall(Hcall.H_PUT_TCE, TestVm.LIOBN, (long) page << 12, tce, 0);
            };
            if (status != HStatus.H_SUCCESS) {
                throw new AssertionError("status " + status);
            }
            calls++;
            if (own && copy != null && copy == current) {
                // It was watched all the time: the event came before the status.
                checked++;
                if (copy.tces.get(page) != tce) {
                    throw new AssertionError("page " + page + " is 0x" + Long.toHexString(copy.tces.get(page))
                            + " in the copy, the call stored 0x" + Long.toHexString(tce));
                }
            }
        }

        private void awaitPause() {
            while (!paused) {
                Thread.yield();
            }
        }

        private void awaitResume() {
            while (paused && failure.get() == null) {
                Thread.yield();
            }
        }
    }

    private static int differences(final Copy copy, final TceTable table) {
        int differences = 0;
        for (int i = 0; i < PAGES; i++) {
            final long tce = table.tceAcquire(i);
            differences += copy.tces.get(i) == ((tce & Tce.PERMISSIONS) == 0 ? 0 : tce) ? 0 : 1;
        }
        return differences;
    }

    @Test
    void shouldEqualTheWindowWhenItComesAndGoesUnderLoad() throws InterruptedException {
        final Random random = new Random(Seeds.seed("WindowWatchRaceTest"));
        final VmConfig config = new VmConfig().process(new ProcessConfig().hostPageShift(12));
        try (TestVm test = TestVm.threaded(config, ReferenceHandler::new)) {
            test.withMemory(0, GuestMemory.sparse(1 << 20));
            test.putList(LIST, 0x1003, 0x2003, 0x3003, 0, 0x5001, 0x6001, 0x800, 0x9003);
            final TceTable table = test.window(TestVm.LIOBN, 12, 0, PAGES);
            final Guest[] guests = {
                new Guest(test.vcpu(), 0, random.nextLong()), new Guest(test.vcpu(), 1, random.nextLong())
            };
            final Thread[] threads = {new Thread(guests[0]), new Thread(guests[1])};
            for (final Thread thread : threads) {
                thread.start();
            }
            final long end = System.nanoTime() + RUN_NS;
            long watches = 0;
            long different = 0;
            while (System.nanoTime() - end < 0 && failure.get() == null) {
                final Copy copy = new Copy();
                final WindowWatch watch = test.vm().dma().watch(TestVm.LIOBN, copy);
                current = copy;
                for (int i = random.nextInt(200); i > 0; i--) {
                    Thread.yield();
                }
                current = null;
                pausing = true;
                guests[0].awaitPause();
                guests[1].awaitPause();
                different += differences(copy, table);
                pausing = false;
                guests[0].awaitResume();
                guests[1].awaitResume();
                for (int i = random.nextInt(20); i > 0; i--) {
                    Thread.yield();
                }
                watch.close();
                watches++;
                for (int i = random.nextInt(20); i > 0; i--) {
                    Thread.yield();
                }
            }
            running = false;
            for (final Thread thread : threads) {
                thread.join();
            }
            assertNull(failure.get(), () -> failure.get().toString());
            System.out.println("WindowWatchRaceTest: " + watches + " watches, "
                    + (guests[0].calls + guests[1].calls) + " calls, " + (guests[0].checked + guests[1].checked)
                    + " checked at once");
            assertEquals(0, different, "entries differ");
            assertTrue(watches > 20, "only " + watches + " watches");
            assertTrue(guests[0].checked + guests[1].checked > 100, "nothing was checked at once");
        }
    }
}
