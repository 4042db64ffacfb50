package io.vfiotce.tools.gate.selftest;

import io.vfiotce.tools.Progress;
import io.vfiotce.tools.gate.jmh.GateDataException;
import io.vfiotce.tools.gate.run.Metric;
import io.vfiotce.tools.gate.run.RowRun;
import io.vfiotce.tools.gate.run.RunDirectory;
import io.vfiotce.tools.gate.run.RunHeader;
import io.vfiotce.tools.gate.run.RunJournal;
import io.vfiotce.tools.gate.run.RunStage;
import io.vfiotce.tools.gate.run.StageRunner;
import io.vfiotce.tools.gate.run.Validity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/** Live pairs of all timed rows with one planted slowdown, as the first stage of a run measures them. */
final class Series implements Step {
    private final Workspace workspace;
    private final ForkSource forks;
    private final Guard guard;
    private final int perMille;
    private final RunStage stage;
    private final boolean loaded;
    private final Path root;

    /**
     * Creates the series.
     *
     * @param workspace where
     * @param forks runs forks
     * @param guard asked before each pair
     * @param perMille the slowdown in thousandths
     * @param pairs pairs per row
     * @param loaded whether another process loads the machine; if not, the host must be calm
     */
    Series(
            final Workspace workspace,
            final ForkSource forks,
            final Guard guard,
            final int perMille,
            final int pairs,
            final boolean loaded) {
        this.workspace = workspace;
        this.forks = forks;
        this.guard = guard;
        this.perMille = perMille;
        this.loaded = loaded;
        stage = new RunStage(1, pairs, 0);
        root = workspace
                .root()
                .resolve(String.format(Locale.ROOT, "power-%s-%03d", loaded ? "loaded" : "calm", perMille));
    }

    @Override
    public String name() {
        return String.format(Locale.ROOT, "%d %% planted, %s", perMille / 10, loaded ? "loaded" : "calm");
    }

    @Override
    public long expectedMs() {
        return 2L
                * stage.pairs()
                * workspace.sizes().timedRows().size()
                * workspace.powerForks().forkMs();
    }

    @Override
    public boolean isDone() {
        return Files.exists(new RunDirectory(root).journal())
                && rows().stream().allMatch(run -> run.pairs().size() == stage.pairs());
    }

    /** The rows as far as they are measured. */
    List<RowRun> rows() {
        return RowRun.of(
                RunJournal.read(new RunDirectory(root).journal()),
                stage.number(),
                Workspace.rows(workspace.sizes().timedRows()),
                Validity.USUAL,
                Metric.AUTO);
    }

    @Override
    public void run() throws InterruptedException {
        if (loaded) {
            try (Load load = Load.start()) {
                measure();
                if (!load.isRunning()) {
                    throw new IllegalStateException(
                            "the load ended before the series did: delete " + root + " and measure anew");
                }
            }
        } else {
            measure();
        }
        for (final RowRun run : rows()) {
            if (run.pairs().size() != stage.pairs()) {
                throw new GateDataException(run.row().text() + ": " + run.failure());
            }
        }
    }

    private void measure() throws InterruptedException {
        final RunDirectory directory =
                RunDirectory.create(root, workspace.plain(), workspace.planted("slowPerMille", perMille));
        final RunHeader header = new RunHeader(
                RunHeader.SCHEMA, workspace.seed() + perMille, guard.clock().nowMs(), new TreeMap<>());
        try (Progress bar = Progress.forTerminal(
                name(), (long) stage.pairs() * workspace.sizes().timedRows().size())) {
            new StageRunner(
                            guard.guarded(forks.of(directory), !loaded),
                            RunJournal.open(directory.journal(), header),
                            Validity.USUAL,
                            Metric.WALL,
                            guard.clock(),
                            (job, done, all) -> bar.step(done))
                    .run(stage, Workspace.rows(workspace.sizes().timedRows()));
        }
    }
}
