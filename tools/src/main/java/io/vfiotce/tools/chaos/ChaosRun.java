package io.vfiotce.tools.chaos;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/**
 * Runs series of faults and prints what each came to.
 *
 * @threads one; what handlers say may come on any
 */
final class ChaosRun {
    private static final int MAX_DELAY_MICROS = 3000;
    private static final int LOG_LINES = 20;

    /** Makes the fault of a series. */
    @FunctionalInterface
    interface Faults {
        Fault in(ChaosRig rig, ResponseFile file) throws IOException;
    }

    private final long seed;
    private final int handlerDelayMicros;
    private final PrintWriter out;
    private final Deque<String> log = new ArrayDeque<>();
    private int failures;

    /**
     * Prepares a run.
     *
     * @param handlerDelayMicros how long a handler rests at most, before it decides and again before it answers
     */
    ChaosRun(final long seed, final int handlerDelayMicros, final PrintWriter out) {
        this.seed = seed;
        this.handlerDelayMicros = handlerDelayMicros;
        this.out = out;
    }

    /** How many series failed. */
    int failures() {
        return failures;
    }

    /** A series of faults to a handler that decides as all do, only slowly; none if the count is 0. */
    void series(final String name, final int count, final long deadlineNs, final Faults faults) throws IOException {
        if (count > 0) {
            run(name, count, deadlineNs, SlowHandler.command(handlerDelayMicros, seed), faults);
        }
    }

    /** A series for each step at which a handler may die. */
    void steps(final int count, final long deadlineNs) throws IOException {
        final List<StepFault> steps = StepFault.all();
        for (final StepFault step : steps) {
            run(step.name(), count, deadlineNs, step.handler(), (rig, file) -> step.in(rig));
            Files.deleteIfExists(step.fuse());
        }
        Files.delete(steps.get(0).fuse().getParent());
    }

    private void run(
            final String name, final int count, final long deadlineNs, final List<String> handler, final Faults faults)
            throws IOException {
        String problem;
        try {
            final Series result = strike(name, count, deadlineNs, handler, faults);
            out.println(result.line());
            problem = result.problem();
        } catch (final ChaosException e) {
            problem = e.getMessage();
        }
        if (problem != null) {
            failures++;
            out.println("FAILED: " + name + ": " + problem);
            said().forEach(line -> out.println("  the handler said: " + line));
        }
        out.flush();
    }

    private Series strike(
            final String name, final int count, final long deadlineNs, final List<String> handler, final Faults faults)
            throws IOException {
        final Random random = new Random(seed);
        int caught = 0;
        try (ChaosRig rig = new ChaosRig(handler, deadlineNs, seed, this::heard);
                ResponseFile file = new ResponseFile(rig.directory())) {
            rig.start();
            final Fault fault = faults.in(rig, file);
            for (int i = 0; i < count; i++) {
                rig.awaitService();
                Pause.ofMicros(random.nextInt(MAX_DELAY_MICROS));
                caught += fault.strike(random) ? 1 : 0;
            }
            rig.awaitService();
            return new Series(name, count, caught, deadlineNs, rig.stop());
        }
    }

    private synchronized void heard(final String line) {
        log.add(line);
        if (log.size() > LOG_LINES) {
            log.remove();
        }
    }

    private synchronized List<String> said() {
        final List<String> lines = List.copyOf(log);
        log.clear();
        return lines;
    }
}
