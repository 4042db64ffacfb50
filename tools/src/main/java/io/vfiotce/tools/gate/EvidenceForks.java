package io.vfiotce.tools.gate;

import io.vfiotce.tools.gate.host.HostFiles;
import io.vfiotce.tools.gate.jmh.GateDataException;
import io.vfiotce.tools.gate.jmh.JmhFile;
import io.vfiotce.tools.gate.jmh.JmhMetric;
import io.vfiotce.tools.gate.jmh.JmhRow;
import io.vfiotce.tools.gate.jmh.RowName;
import io.vfiotce.tools.gate.layer.AllocationFork;
import io.vfiotce.tools.gate.layer.AllocationSample;
import io.vfiotce.tools.gate.layer.CallgrindJvm;
import io.vfiotce.tools.gate.layer.CodeRecording;
import io.vfiotce.tools.gate.layer.ForkShape;
import io.vfiotce.tools.gate.layer.InstructionCount;
import io.vfiotce.tools.gate.layer.InstructionPlan;
import io.vfiotce.tools.gate.layer.WatchedMethods;
import io.vfiotce.tools.gate.run.Arm;
import io.vfiotce.tools.gate.run.ForkJob;
import io.vfiotce.tools.gate.run.ForkSettings;
import io.vfiotce.tools.gate.run.JmhForkRunner;
import io.vfiotce.tools.gate.run.ProbeJar;
import io.vfiotce.tools.gate.run.RunDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs the forks of the layers beside the clock, each layer in a pass of its own: what one looks with, another would see. A
 * fork of which the result is there is not run again, so an unfinished run resumes.
 */
final class EvidenceForks implements Evidence {
    // Numbers of stages in file names, apart from those of the clock.
    private static final int ALLOCATION = 11;
    private static final int CODE_SHAPE = 12;
    private static final int SIZING = 13;
    private static final int INSTRUCTIONS = 14;

    private static final String RATE = "gc.alloc.rate";
    private static final String NORM = "gc.alloc.rate.norm";
    private static final double NS_PER_MS = 1e6;
    private static final long VALGRIND_TIMEOUT_MS = TimeUnit.MINUTES.toMillis(15);

    private final RunDirectory directory;
    private final ForkSettings settings;
    private final HostFiles host;
    private final Optional<Path> valgrind;

    EvidenceForks(
            final RunDirectory directory,
            final ForkSettings settings,
            final HostFiles host,
            final Optional<Path> valgrind) {
        this.directory = directory;
        this.settings = settings;
        this.host = host;
        this.valgrind = valgrind;
    }

    @Override
    public AllocationFork allocation(final Arm arm, final RowName row, final int number) throws InterruptedException {
        final ForkJob job = job(arm, row, ALLOCATION, number);
        final ForkSettings own = with(settings.java(), List.of(), List.of("-prof", "gc"));
        return allocation(result(job, own, directory.fork(job, ".json")), settings.iterationMs());
    }

    /** What JMH's gc profiler says of a fork; operations follow from the time of one and the length of an iteration. */
    static AllocationFork allocation(final JmhRow row, final int iterationMs) {
        final List<Double> timesNs = row.forks().get(0);
        final List<Double> bytes = bytesPerOperation(row, timesNs.size());
        final List<AllocationSample> samples = new ArrayList<>();
        for (int i = 0; i < timesNs.size(); i++) {
            final double operations = switch (row.key().mode()) {
                case SINGLE_SHOT -> 1;
                // Its time per operation is that of all threads together.
                case THROUGHPUT -> iterationMs * NS_PER_MS / timesNs.get(i);
                case AVERAGE, SAMPLE ->
                    iterationMs * NS_PER_MS / timesNs.get(i) * row.key().threads();
            };
            samples.add(AllocationSample.of(bytes.get(i), Math.max(1, operations)));
        }
        final double collections = AllocationFork.settled(figures(row, "gc.count")).stream()
                .mapToDouble(Double::doubleValue)
                .sum();
        return new AllocationFork(samples, collections);
    }

    /**
     * Allocated bytes per operation of each iteration. JMH leaves the figure out of an iteration that allocated nothing, as
     * its rate of zero tells; a rate that is no number tells that JMH could not see.
     */
    private static List<Double> bytesPerOperation(final JmhRow row, final int iterations) {
        final List<Double> rates = figures(row, RATE);
        if (rates.size() != iterations) {
            throw new GateDataException(row.key().text() + ": the gc profiler has " + rates.size() + " figures " + RATE
                    + " for " + iterations + " iterations");
        }
        final Iterator<Double> said =
                row.secondary().containsKey(NORM) ? figures(row, NORM).iterator() : Collections.emptyIterator();
        final List<Double> bytes = new ArrayList<>();
        for (final double rate : rates) {
            if (rate > 0 && !said.hasNext()) {
                throw new GateDataException(row.key().text() + ": an iteration allocates, but the gc profiler's figure "
                        + NORM + " is missing");
            }
            bytes.add(rate > 0 ? said.next() : 0);
        }
        if (said.hasNext()) {
            throw new GateDataException(
                    row.key().text() + ": the gc profiler has more figures " + NORM + " than iterations that allocate");
        }
        return bytes;
    }

    /** A figure of JMH's gc profiler, all of them numbers. */
    private static List<Double> figures(final JmhRow row, final String name) {
        final JmhMetric metric = row.secondary().get(name);
        if (metric == null || metric.forks().isEmpty()) {
            throw new GateDataException(row.key().text() + ": the gc profiler's figure " + name + " is missing");
        }
        for (final double figure : metric.forks().get(0)) {
            if (!(figure >= 0) || Double.isInfinite(figure)) {
                throw new GateDataException(row.key().text() + ": the gc profiler's figure " + name + " is " + figure);
            }
        }
        return metric.forks().get(0);
    }

    @Override
    public ForkShape shape(final Arm arm, final RowName row, final int number, final List<String> methods)
            throws InterruptedException {
        final ForkJob job = job(arm, row, CODE_SHAPE, number);
        final Path recording = directory.fork(job, ".jfr");
        final JmhRow measured =
                result(job, with(settings.java(), CodeRecording.jvmArgs(recording), List.of()), recording);
        final List<Double> from = instants(measured, "tce.from");
        final List<Double> to = instants(measured, "tce.to");
        return CodeRecording.read(
                recording,
                new WatchedMethods(row.benchmark(), methods),
                Instant.ofEpochMilli(from.get(0).longValue()),
                Instant.ofEpochMilli(to.get(to.size() - 1).longValue()));
    }

    private static List<Double> instants(final JmhRow row, final String name) {
        final JmhMetric metric = row.secondary().get(name);
        if (metric == null || metric.forks().get(0).isEmpty()) {
            throw new GateDataException(row.key().text() + ": the probe's figure " + name + " is missing");
        }
        return metric.forks().get(0);
    }

    @Override
    public boolean countsInstructions() {
        return valgrind.isPresent();
    }

    @Override
    public Optional<InstructionPlan> instructionPlan(final Arm arm, final RowName row) throws InterruptedException {
        final ForkJob job = job(arm, row, SIZING, 0);
        // An invocation is one operation here, whatever the benchmark's annotation says: batches are of invocations.
        final ForkSettings own = with(settings.java(), List.of(), List.of("-opi", "1"));
        return plan(result(job, own, directory.fork(job, ".json")));
    }

    /** The plan for a row that was measured; empty if it has several threads, for Valgrind lets one run at a time. */
    static Optional<InstructionPlan> plan(final JmhRow sized) {
        return sized.key().threads() == 1
                ? Optional.of(
                        InstructionPlan.of(sized.nsPerOp(), sized.identity().get("VM arguments")))
                : Optional.empty();
    }

    @Override
    public InstructionCount instructions(final Arm arm, final RowName row, final int number, final InstructionPlan plan)
            throws InterruptedException {
        final ForkJob job = job(arm, row, INSTRUCTIONS, number);
        final Path counts = directory.fork(job, ".callgrind");
        final List<String> args = new ArrayList<>(plan.jmhArgs());
        final int singles = Integer.parseInt(take(args, "-wi"));
        final int batches = Integer.parseInt(take(args, "-i"));
        // The runner says these itself, and JMH takes each once.
        take(args, "-f");
        take(args, "-foe");
        try {
            if (!Files.exists(directory.fork(job, ".json"))) {
                deleteFiles(counts);
            }
            Files.createDirectories(counts);
            final ForkSettings own = new ForkSettings(
                    launcher(counts).toString(),
                    joined(
                            settings.jvmArgs(),
                            // Its own collector counts, whatever the other arm's is.
                            instructionPlan(arm, row).orElse(plan).jvmArgs()),
                    args,
                    singles,
                    settings.warmupMs(),
                    batches,
                    settings.iterationMs(),
                    VALGRIND_TIMEOUT_MS);
            result(job, own, counts);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return InstructionCount.read(counts, plan);
    }

    /** JMH itself runs as ever, and only what it starts is counted. */
    private Path launcher(final Path counts) throws IOException {
        final Path java = Path.of(settings.java());
        final Path counting = CallgrindJvm.write(counts, valgrind.orElseThrow(), java);
        final Path launcher = counts.resolve("launcher");
        Files.writeString(launcher, """
                #!/bin/sh
                case " $* " in
                *' %s '*) exec '%s' "$@" ;;
                esac
                exec '%s' "$@"
                """.formatted(ProbeJar.MAIN, quotable(java), quotable(counting)));
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
        return launcher;
    }

    private static String quotable(final Path path) {
        return path.toString().replace("'", "'\\''");
    }

    private static void deleteFiles(final Path counts) throws IOException {
        if (Files.exists(counts)) {
            final List<Path> stale;
            try (Stream<Path> files = Files.list(counts)) {
                stale = files.toList();
            }
            for (final Path file : stale) {
                Files.delete(file);
            }
        }
    }

    private static String take(final List<String> args, final String name) {
        final int at = args.indexOf(name);
        args.remove(at);
        return args.remove(at);
    }

    private static ForkJob job(final Arm arm, final RowName row, final int stage, final int number) {
        return new ForkJob(arm, row, stage, number, 0, false);
    }

    private ForkSettings with(final String java, final List<String> jvmArgs, final List<String> jmhArgs) {
        return new ForkSettings(
                java,
                joined(settings.jvmArgs(), jvmArgs),
                joined(settings.jmhArgs(), jmhArgs),
                settings.warmupIterations(),
                settings.warmupMs(),
                settings.iterations(),
                settings.iterationMs(),
                settings.timeoutMs());
    }

    private static List<String> joined(final List<String> one, final List<String> other) {
        return Stream.concat(one.stream(), other.stream()).toList();
    }

    /** The fork's row, measured now unless it and the file beside it are whole already. */
    private JmhRow result(final ForkJob job, final ForkSettings own, final Path beside) throws InterruptedException {
        final Path file = directory.fork(job, ".json");
        if (!Files.exists(file) || !Files.exists(beside) || !isWhole(file)) {
            JmhForkRunner.besideOthers(directory, own, host).run(job);
        }
        return JmhFile.read(file).get(0);
    }

    private static boolean isWhole(final Path file) {
        try {
            return !JmhFile.read(file).isEmpty();
        } catch (final GateDataException e) {
            // The run was ended while JMH wrote it.
            return false;
        }
    }
}
