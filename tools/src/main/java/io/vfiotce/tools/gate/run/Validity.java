package io.vfiotce.tools.gate.run;

import io.vfiotce.tools.gate.jmh.JmhMode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * When a fork was disturbed so much that its pair is measured again. The rules are fixed before measuring and look at neither
 * the figures nor the arm. A figure that the system does not give breaks no rule. Of single shots neither compilation nor delay
 * by other threads counts, which may be the JVM's own.
 *
 * @param maxSteal largest share of the processors' time that the hypervisor may take
 * @param maxRunDelay largest share of the time that a worker's thread may wait for a processor
 * @param minBusy least share of the time in which workers have or want a processor, in rows of processor time: what they wait
 *     beside that, for a lock, a timer or another thread, processor time does not see
 * @param maxJit largest share of the time that compilers may work in measured iterations
 * @param maxThrottled largest share of the time that the cgroup may be throttled
 * @param maxClockMs largest difference of the clocks over an iteration, in milliseconds: above it one of them jumped
 */
public record Validity(
        double maxSteal, double maxRunDelay, double minBusy, double maxJit, double maxThrottled, double maxClockMs) {
    /**
     * The usual rules. A worker that never waits is busy for 97 % of short iterations and more of long ones. One that is just
     * busy enough can hide a slowdown of 5 %.
     */
    public static final Validity USUAL = new Validity(0.02, 0.10, 0.95, 0.10, 0.01, 50);

    /** A row with a larger share of pairs that break a rule, after their reruns, cannot be judged by them. */
    public static final double MOST_CONTAMINATED = 0.25;

    private static final double PERCENT = 100;
    private static final String STEAL = "steal";
    private static final String RUN_DELAY = "run delay";
    private static final String COMPILATION = "compilation";
    private static final String THROTTLING = "cgroup throttling";
    private static final String IDLE = "workers had or wanted a processor";

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
            return above(STEAL, probe.steal(), maxSteal);
        }
        // A single shot may well be cold: what compilers do then, and take from the worker, is part of it.
        final boolean isShot = fork.mode() == JmhMode.SINGLE_SHOT;
        final double runDelay = probe.runDelay() / fork.threads();
        if (!isShot && runDelay > maxRunDelay) {
            return above(RUN_DELAY, runDelay, maxRunDelay);
        }
        if (metric.of(fork) == Metric.CPU && waits(fork)) {
            return IDLE + " for " + percent(wanted(fork)) + " of the time, below " + percent(minBusy);
        }
        if (!isShot && probe.jit() > maxJit) {
            return above(COMPILATION, probe.jit(), maxJit);
        }
        if (fork.throttled() > maxThrottled) {
            return above(THROTTLING, fork.throttled(), maxThrottled);
        }
        if (probe.clockMs() > maxClockMs) {
            return String.format(Locale.ROOT, "a clock jumped by %.0f ms", probe.clockMs());
        }
        return "";
    }

    /**
     * Says what to do about a broken rule.
     *
     * @param complaint what {@link #complaint} said, with anything before it
     * @return advice, as half a sentence
     */
    public static String remedy(final String complaint) {
        final Map<String, String> remedies = new LinkedHashMap<>();
        remedies.put(
                STEAL + ' ', "the hypervisor gives the processors to others: use another machine, or another hour");
        remedies.put(
                RUN_DELAY + ' ',
                "other processes want the processors: end them, or keep one processor free of them, and measure again");
        remedies.put(IDLE + ' ', "the row waits for something else than a processor: give it the metric wall");
        remedies.put(COMPILATION + ' ', "the code is still being compiled: use more or longer warm-up iterations");
        remedies.put(THROTTLING + ' ', "the container's share of the processors is used up: give it more");
        return remedies.entrySet().stream()
                .filter(entry -> complaint.contains(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("somebody set a clock: measure again");
    }

    /**
     * Says which fork of a pair was disturbed.
     *
     * @param complaint what is said of the pair: the arm's name, a colon and what {@link #complaint} said, of each that was disturbed
     * @return the arm; empty if both or none was
     */
    public static Optional<Arm> disturbedAlone(final String complaint) {
        final List<Arm> disturbed = Stream.of(Arm.values())
                .filter(arm -> ("; " + complaint).contains("; " + arm.label() + ": "))
                .toList();
        return disturbed.size() == 1 ? Optional.of(disturbed.get(0)) : Optional.empty();
    }

    /** Whether a fork's workers waited for something else than a processor, so that its processor time says too little. */
    boolean waits(final ForkMeasure fork) {
        return !(wanted(fork) >= minBusy);
    }

    private static double wanted(final ForkMeasure fork) {
        final double delay = fork.probe().runDelay() / fork.threads();
        return fork.probe().busy() + (Double.isNaN(delay) ? 0 : delay);
    }

    private static String above(final String what, final double share, final double limit) {
        return what + ' ' + percent(share) + " is above " + percent(limit);
    }

    private static String percent(final double share) {
        return String.format(Locale.ROOT, "%.1f %%", share * PERCENT);
    }
}
