package io.vfiotce.tools.gate.run;

import io.vfiotce.tools.gate.host.HostFiles;
import io.vfiotce.tools.gate.jmh.GateDataException;
import io.vfiotce.tools.gate.jmh.JmhFile;
import io.vfiotce.tools.gate.jmh.JmhMode;
import io.vfiotce.tools.gate.jmh.JmhRow;
import io.vfiotce.tools.gate.jmh.SampleHistogram;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Runs a fork as a JMH process with the probe: one fork per process, so that figures of external profilers stay apart and a
 * benchmark may kill its JVM.
 *
 * <p>The result and the log of each fork are kept as {@code forks/ID.json} and {@code forks/ID.log}.
 */
public final class JmhForkRunner implements ForkRunner {
    private static final double[] QUANTILES = {0.5, 0.9, 0.99, 0.999, 1};
    private static final List<String> QUANTILE_NAMES = List.of("0.50", "0.90", "0.99", "0.999", "1.00");

    private final RunDirectory directory;
    private final ForkSettings settings;
    private final HostFiles host;
    private final Optional<JmhLock> lock;

    /**
     * Creates a runner of forks that no other JMH of this machine may disturb: it waits for others to end.
     *
     * @param directory where jars, results and logs are
     * @param settings how a fork is measured
     * @param host the host's files
     */
    public JmhForkRunner(final RunDirectory directory, final ForkSettings settings, final HostFiles host) {
        this(directory, settings, host, Optional.of(JmhLock.ofMachine()));
    }

    JmhForkRunner(
            final RunDirectory directory,
            final ForkSettings settings,
            final HostFiles host,
            final Optional<JmhLock> lock) {
        this.directory = directory;
        this.settings = settings;
        this.host = host;
        this.lock = lock;
    }

    /**
     * Creates a runner of forks whose time does not count: they may run beside others.
     *
     * @param directory where jars, results and logs are
     * @param settings how a fork is measured
     * @param host the host's files
     * @return the runner
     */
    public static JmhForkRunner besideOthers(
            final RunDirectory directory, final ForkSettings settings, final HostFiles host) {
        return new JmhForkRunner(directory, settings, host, Optional.empty());
    }

    @Override
    public ForkMeasure run(final ForkJob job) throws InterruptedException {
        try {
            return lock.isPresent() ? lock.get().held(() -> measured(job)) : measured(job);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ForkMeasure measured(final ForkJob job) throws IOException, InterruptedException {
        final Path result = directory.fork(job, ".json");
        final Path log = directory.fork(job, ".log");
        Files.deleteIfExists(result);
        final double load = host.loadAverage();
        final double throttledUs = host.throttledUs();
        final long startNs = System.nanoTime();
        final int code = ChildProcess.run(command(job, result), directory.root(), log, settings.timeoutMs());
        final long durationNs = System.nanoTime() - startNs;
        final double throttled = (host.throttledUs() - throttledUs) * 1e3 / durationNs;
        try {
            return measure(job, result, log, code, load, throttled, TimeUnit.NANOSECONDS.toMillis(durationNs));
        } catch (final ForkFailedException | GateDataException e) {
            // A run that is resumed would take it for good.
            Files.deleteIfExists(result);
            // Of this fork: what the others gave is as good as before.
            throw new ForkFailedException(e.getMessage());
        }
    }

    private List<String> command(final ForkJob job, final Path result) {
        final List<String> command = new ArrayList<>();
        command.add(settings.java());
        command.add("-cp");
        command.add(directory.jar(job.arm()) + File.pathSeparator + directory.probe());
        // Whether others may run is decided here.
        command.add("-Djmh.ignoreLock=true");
        command.add(ProbeJar.MAIN);
        if (lock.isPresent()) {
            // Where time counts; other layers look at what is warm.
            command.add("--keep-shots");
        }
        command.addAll(List.of("-f", "1", "-wf", "0", "-foe", "true", "-rf", "json", "-rff", result.toString()));
        command.addAll(List.of("-wi", String.valueOf(settings.warmupIterations()), "-w", settings.warmupMs() + "ms"));
        command.addAll(List.of("-i", String.valueOf(settings.iterations()), "-r", settings.iterationMs() + "ms"));
        command.addAll(List.of("-jvm", settings.java(), "-prof", ProbeJar.PROFILER));
        if (!settings.jvmArgs().isEmpty()) {
            command.add("-jvmArgsAppend");
            command.add(String.join(
                    " ",
                    settings.jvmArgs().stream()
                            .map(arg -> arg.contains(" ") ? '"' + arg + '"' : arg)
                            .toList()));
        }
        job.row().params().forEach((name, value) -> command.addAll(List.of("-p", name + '=' + value)));
        command.addAll(settings.jmhArgs());
        command.add('^' + Pattern.quote(job.row().benchmark()) + '$');
        return command;
    }

    private ForkMeasure measure(
            final ForkJob job,
            final Path result,
            final Path log,
            final int code,
            final double load,
            final double throttled,
            final long durationMs)
            throws IOException {
        final String who = job.row().text() + ", " + job.arm().label();
        ForkLog.requireEnd(who, code, Files.exists(result), log, settings.timeoutMs());
        final ForkLog said = ForkLog.read(log);
        final JmhRow row = only(job, JmhFile.read(result), who);
        final SortedMap<String, String> identity = new TreeMap<>(row.identity());
        identity.put("blackhole mode", said.blackholeMode());
        return new ForkMeasure(
                row.key().text(),
                row.key().mode(),
                row.key().threads(),
                identity,
                row.forks().get(0),
                quantiles(row),
                ProbeFigures.of(row),
                load,
                throttled,
                durationMs);
    }

    private static JmhRow only(final ForkJob job, final List<JmhRow> rows, final String who) {
        if (rows.size() != 1) {
            throw new ForkFailedException(
                    who + ": one fork gave " + rows.size()
                            + " results; name one mode, as by --jmh-arg=-bm --jmh-arg=avgt, and values of parameters without a comma");
        }
        final JmhRow row = rows.get(0);
        if (!row.key().name().equals(job.row()) || row.forks().size() != 1) {
            throw new GateDataException(who + ": the fork measured "
                    + row.forks().size() + " times " + row.key().name().text());
        }
        return row;
    }

    private static SortedMap<String, Double> quantiles(final JmhRow row) {
        final SortedMap<String, Double> quantilesNs = new TreeMap<>();
        if (row.key().mode() == JmhMode.SAMPLE) {
            final SampleHistogram all = SampleHistogram.sum(row.histograms().get(0));
            for (int i = 0; i < QUANTILES.length; i++) {
                quantilesNs.put(QUANTILE_NAMES.get(i), all.quantileNs(QUANTILES[i]));
            }
            quantilesNs.put(ForkMeasure.TRIMMED_MEAN, all.trimmedMeanNs());
        }
        return quantilesNs;
    }
}
