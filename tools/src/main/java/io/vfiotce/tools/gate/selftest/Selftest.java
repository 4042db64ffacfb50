package io.vfiotce.tools.gate.selftest;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.gate.run.RunClock;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Measures the gate itself, part by part. Everything that is measured is on disk at once, so a selftest that was stopped goes on
 * where it was.
 */
public final class Selftest {
    private static final double MS_PER_MINUTE = 60_000;

    /** Most machine time of all parts, in minutes. */
    private static final double MOST_MINUTES = 180;

    private final Workspace workspace;
    private final List<Trial> trials;
    private final RunClock clock;
    private final Guard guard;
    private final PrintWriter err;

    /**
     * How the selftest reaches the gate and the machine.
     *
     * @param calls starts the gate's commands
     * @param forks runs single forks
     * @param slopes counts instructions of {@link Workspace#slopeRow} in the jar as it was built
     * @param disturbances looks what disturbs the host, as doctor does; empty if it is calm
     * @param clock the time
     */
    public record Means(
            GateCalls calls, ForkSource forks, SlopeSource slopes, Supplier<String> disturbances, RunClock clock) {}

    /**
     * Creates the selftest.
     *
     * @param workspace its directory
     * @param means how it reaches the gate
     * @param budgetMs time that this session may take, in milliseconds
     * @param err hears how far it is
     */
    public Selftest(final Workspace workspace, final Means means, final long budgetMs, final PrintWriter err) {
        this.workspace = workspace;
        this.err = err;
        clock = means.clock();
        guard = new Guard(clock, clock.nowMs() + budgetMs, means.disturbances());
        final AaTrial aa = new AaTrial(workspace, means.calls());
        trials = List.of(
                aa,
                new ReplayTrial(workspace, aa),
                new PowerTrial(workspace, means.calls(), means.forks(), guard),
                new EvidenceTrial(workspace, means.calls()),
                new PlantsTrial(workspace, means.calls()),
                new InstructionsTrial(workspace, means.slopes()));
    }

    /** How a session ended. */
    public enum End {
        /** All that was asked for is measured. */
        DONE,
        /** The time was used up. */
        PAUSED,
        /** The host was not calm. */
        DISTURBED
    }

    /**
     * Measures what is not measured yet.
     *
     * @param parts the parts to measure
     * @return how it ended
     * @throws InterruptedException if the caller is interrupted
     */
    public End measure(final Set<Part> parts) throws InterruptedException {
        final List<Step> open = new ArrayList<>();
        trials.stream()
                .filter(trial -> parts.contains(trial.part()))
                .flatMap(trial -> trial.steps().stream())
                .filter(step -> !step.isDone())
                .forEach(open::add);
        try {
            while (!open.isEmpty()) {
                guard.requireTime();
                final Step step = open.get(0);
                final double leftMs =
                        open.stream().mapToDouble(Step::expectedMs).sum();
                err.printf(
                        Locale.ROOT,
                        "%s; %d to go, about %.0f minutes left%n",
                        step.name(),
                        open.size(),
                        leftMs / MS_PER_MINUTE);
                err.flush();
                timed(step);
                open.remove(0);
            }
            return End.DONE;
        } catch (final PausedException e) {
            err.println(e.getMessage() + "; the same command goes on here");
            err.flush();
            return e.isDisturbed() ? End.DISTURBED : End.PAUSED;
        }
    }

    private void timed(final Step step) throws InterruptedException {
        final long startMs = clock.nowMs();
        try {
            step.run();
        } finally {
            writeElapsed(elapsedMs() + clock.nowMs() - startMs);
        }
    }

    /**
     * Says what is known so far, and keeps it in the directory.
     *
     * @param facts date, machine, commit and the like, by name and in order
     * @return the figures of all parts
     */
    public SelftestResult result(final Map<String, String> facts) {
        final List<Figure> figures = new ArrayList<>();
        for (final Trial trial : trials) {
            final long open =
                    trial.steps().stream().filter(step -> !step.isDone()).count();
            if (open == 0) {
                figures.addAll(trial.figures());
            } else {
                figures.add(Figure.missing(
                        trial.part().toString(),
                        "complete",
                        "no, " + open + " of " + trial.steps().size() + " to go"));
            }
        }
        final double minutes = elapsedMs() / MS_PER_MINUTE;
        figures.add(new Figure(
                "all",
                "machine time, in minutes",
                String.format(Locale.ROOT, "%.0f", minutes),
                String.format(Locale.ROOT, "at most %.0f", MOST_MINUTES),
                minutes <= MOST_MINUTES ? Figure.State.MET : Figure.State.MISSED));
        final SelftestResult result = new SelftestResult(SelftestResult.SCHEMA, facts, List.copyOf(figures));
        result.write(workspace.root());
        return result;
    }

    private Path elapsedFile() {
        return workspace.root().resolve("elapsed.txt");
    }

    private long elapsedMs() {
        try {
            return Files.exists(elapsedFile())
                    ? Long.parseLong(Files.readString(elapsedFile()).strip())
                    : 0;
        } catch (final IOException | NumberFormatException e) {
            throw new BadInputException(elapsedFile() + ": cannot be read (" + e.getMessage() + ")");
        }
    }

    private void writeElapsed(final long elapsedMs) {
        try {
            Files.writeString(elapsedFile(), elapsedMs + "\n");
        } catch (final IOException e) {
            throw new BadInputException(elapsedFile() + ": cannot be written (" + e + ")");
        }
    }
}
