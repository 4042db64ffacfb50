package io.vfiotce.tools.gate.run;

import java.util.Locale;

/**
 * When a fork was disturbed so much that its pair is measured again. The rules are fixed before measuring and look at neither
 * the figures nor the arm. A figure that the system does not give breaks no rule.
 *
 * @param maxSteal largest share of the processors' time that the hypervisor may take
 * @param maxRunDelay largest share of the time that a worker's thread may wait for a processor
 * @param minBusy least share of the time that workers must have a processor in rows of wall time; 0 for rows that may wait
 * @param maxJit largest share of the time that compilers may work in measured iterations
 * @param maxThrottled largest share of the time that the cgroup may be throttled
 * @param maxClockMs largest difference of the clocks over an iteration, in milliseconds: above it one of them jumped
 */
public record Validity(
        double maxSteal, double maxRunDelay, double minBusy, double maxJit, double maxThrottled, double maxClockMs) {
    /** The usual rules. Waiting for a processor is counted by the run delay, so a worker need not be busy. */
    public static final Validity USUAL = new Validity(0.02, 0.10, 0, 0.10, 0.01, 50);

    private static final double PERCENT = 100;

    /**
     * Judges a fork.
     *
     * @param fork the fork
     * @param metric what is judged of the row
     * @return the first rule that is broken, in words; empty if none is
     */
    public String complaint(final ForkMeasure fork, final Metric metric) {
        final ProbeFigures probe = fork.probe();
        if (probe.steal() > maxSteal) {
            return above("steal", probe.steal(), maxSteal);
        }
        final double runDelay = probe.runDelay() / fork.threads();
        if (runDelay > maxRunDelay) {
            return above("run delay", runDelay, maxRunDelay);
        }
        if (metric.of(fork) == Metric.WALL && probe.busy() < minBusy) {
            return "workers had a processor for " + percent(probe.busy()) + " of the time, below " + percent(minBusy);
        }
        if (probe.jit() > maxJit) {
            return above("compilation", probe.jit(), maxJit);
        }
        if (fork.throttled() > maxThrottled) {
            return above("cgroup throttling", fork.throttled(), maxThrottled);
        }
        if (probe.clockMs() > maxClockMs) {
            return String.format(Locale.ROOT, "a clock jumped by %.0f ms", probe.clockMs());
        }
        return "";
    }

    private static String above(final String what, final double share, final double limit) {
        return what + ' ' + percent(share) + " is above " + percent(limit);
    }

    private static String percent(final double share) {
        return String.format(Locale.ROOT, "%.1f %%", share * PERCENT);
    }
}
