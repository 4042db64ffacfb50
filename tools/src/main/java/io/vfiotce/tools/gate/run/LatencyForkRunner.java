package io.vfiotce.tools.gate.run;

import io.vfiotce.tools.gate.host.HostFiles;
import io.vfiotce.tools.gate.host.ProcessWatch;
import io.vfiotce.tools.gate.jmh.JmhMode;
import io.vfiotce.tools.gate.jmh.RowName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Runs a fork of a latency row as a process of its own, and watches the host meanwhile. What the fork wrote is kept as
 * {@code latency/ROW-ID.hlog}, what it printed as {@code forks/ID.log}.
 */
public final class LatencyForkRunner implements LatencyForks {
    private static final double NS_PER_US = 1e3;
    private static final double NS_PER_MS = 1e6;

    private final RunDirectory directory;
    private final ForkSettings settings;
    private final HostFiles host;
    private final SortedMap<RowName, LatencyRow> rows;
    private final JmhLock lock = JmhLock.ofMachine();

    /**
     * Creates a runner.
     *
     * @param directory where jars and logs are
     * @param settings the java program and its arguments
     * @param host the host's files
     * @param rows the rows
     */
    public LatencyForkRunner(
            final RunDirectory directory,
            final ForkSettings settings,
            final HostFiles host,
            final SortedMap<RowName, LatencyRow> rows) {
        this.directory = directory;
        this.settings = settings;
        this.host = host;
        this.rows = rows;
    }

    @Override
    public ForkMeasure run(final ForkJob job) throws InterruptedException {
        final Path histograms = directory.histograms(job);
        try {
            Files.createDirectories(histograms.getParent());
            Files.deleteIfExists(histograms);
            Files.deleteIfExists(LatencyLog.notes(histograms));
            return lock.held(() -> measured(job, histograms));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ForkMeasure measured(final ForkJob job, final Path histograms) throws IOException, InterruptedException {
        final LatencyRow row = rows.get(job.row());
        final long timeoutMs = Math.max(settings.timeoutMs(), row.timeoutMs());
        final Path log = directory.fork(job, ".log");
        final double load = host.loadAverage();
        final double throttledUs = host.throttledUs();
        final long startMs = System.currentTimeMillis();
        final long startNs = System.nanoTime();
        try (ProcessWatch watch = new ProcessWatch(host)) {
            final int code =
                    ChildProcess.run(command(job, row, histograms), directory.root(), log, timeoutMs, watch::start);
            final long durationNs = System.nanoTime() - startNs;
            final double clockMs = Math.abs(System.currentTimeMillis() - startMs - durationNs / NS_PER_MS);
            watch.stop();
            final String who = job.row().text() + ", " + job.arm().label();
            // Whether it has left its log is seen when that is read.
            ForkLog.requireEnd(who, code, true, log, timeoutMs);
            final LatencyLog said = log(job);
            final ProcessWatch.Shares shares = watch.atTheEnd(said.spanMs());
            return new ForkMeasure(
                    row.name().text(),
                    JmhMode.SAMPLE,
                    1,
                    new TreeMap<>(),
                    List.of(),
                    said.quantilesNs(),
                    new ProbeFigures(
                            List.of(), Double.NaN, shares.runDelay(), shares.steal(), Double.NaN, Double.NaN, clockMs),
                    load,
                    (host.throttledUs() - throttledUs) * NS_PER_US / durationNs,
                    TimeUnit.NANOSECONDS.toMillis(durationNs));
        }
    }

    private List<String> command(final ForkJob job, final LatencyRow row, final Path histograms) {
        final List<String> command = new ArrayList<>(List.of(settings.java()));
        command.addAll(settings.jvmArgs());
        command.addAll(List.of("-cp", directory.jar(job.arm()).toString(), row.main()));
        command.addAll(row.args(histograms));
        return command;
    }

    @Override
    public LatencyLog log(final ForkJob job) {
        return LatencyLog.read(directory.histograms(job), rows.get(job.row()));
    }
}
