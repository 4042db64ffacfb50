package io.vfiotce.tools.gate.selftest;

import io.vfiotce.tools.gate.run.Arm;
import io.vfiotce.tools.gate.run.ForkJob;
import io.vfiotce.tools.gate.run.ForkRunner;
import io.vfiotce.tools.gate.run.RunClock;
import java.util.function.Supplier;

/** Says whether to go on: there is time left and, where that matters, the host is calm. */
final class Guard {
    /** A look at the host holds for so long, in milliseconds. */
    private static final long LOOK_MS = 60_000;

    private static final int LOOKS = 20;
    private static final long WAIT_MS = 30_000;

    private final RunClock clock;
    private final long endMs;
    private final Supplier<String> disturbances;
    private long lookedMs = Long.MIN_VALUE;

    /**
     * Creates the guard.
     *
     * @param clock the time
     * @param endMs when the time is used up, on that clock
     * @param disturbances looks what disturbs the host, as doctor does; empty if it is calm
     */
    Guard(final RunClock clock, final long endMs, final Supplier<String> disturbances) {
        this.clock = clock;
        this.endMs = endMs;
        this.disturbances = disturbances;
    }

    RunClock clock() {
        return clock;
    }

    /** Goes on only if there is time left. */
    void requireTime() {
        if (clock.nowMs() >= endMs) {
            throw new PausedException("the time is used up", false);
        }
    }

    /** Goes on only on a calm host, and waits some minutes for that. */
    void requireCalm() throws InterruptedException {
        if (lookedMs != Long.MIN_VALUE && clock.nowMs() - lookedMs < LOOK_MS) {
            return;
        }
        String disturbed = disturbances.get();
        for (int i = 1; i < LOOKS && !disturbed.isEmpty(); i++) {
            requireTime();
            clock.sleepMs(WAIT_MS);
            disturbed = disturbances.get();
        }
        if (!disturbed.isEmpty()) {
            throw new PausedException("the host is not calm: " + disturbed, true);
        }
        lookedMs = clock.nowMs();
    }

    /** Asks before each pair; the forks of a pair stay side by side. */
    ForkRunner guarded(final ForkRunner forks, final boolean onlyCalm) {
        return job -> {
            if (isFirst(job)) {
                requireTime();
                if (onlyCalm) {
                    requireCalm();
                }
            }
            return forks.run(job);
        };
    }

    private static boolean isFirst(final ForkJob job) {
        return job.headFirst() == (job.arm() == Arm.HEAD);
    }
}
