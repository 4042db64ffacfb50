package io.vfiotce.tools.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vfiotce.tools.gate.config.GateConfig;
import io.vfiotce.tools.gate.jmh.JmhMode;
import io.vfiotce.tools.gate.jmh.RowName;
import io.vfiotce.tools.gate.layer.AllocationFork;
import io.vfiotce.tools.gate.layer.AllocationSample;
import io.vfiotce.tools.gate.layer.ForkShape;
import io.vfiotce.tools.gate.layer.InstructionCount;
import io.vfiotce.tools.gate.layer.InstructionPlan;
import io.vfiotce.tools.gate.layer.MethodShape;
import io.vfiotce.tools.gate.report.GateReport;
import io.vfiotce.tools.gate.report.Layer;
import io.vfiotce.tools.gate.report.LayerResult;
import io.vfiotce.tools.gate.report.Verdict;
import io.vfiotce.tools.gate.run.Arm;
import io.vfiotce.tools.gate.run.FakeLatency;
import io.vfiotce.tools.gate.run.ForkFailedException;
import io.vfiotce.tools.gate.run.ForkJob;
import io.vfiotce.tools.gate.run.ForkMeasure;
import io.vfiotce.tools.gate.run.ForkRunner;
import io.vfiotce.tools.gate.run.ForkSettings;
import io.vfiotce.tools.gate.run.LatencyForks;
import io.vfiotce.tools.gate.run.ProbeFigures;
import io.vfiotce.tools.gate.run.RowFilter;
import io.vfiotce.tools.gate.run.RunClock;
import io.vfiotce.tools.gate.run.RunHeader;
import io.vfiotce.tools.gate.run.RunJournal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** A run without processes. Rows cost 10 ns with a little noise, allocate nothing and keep their code, unless told otherwise. */
final class FakeRun implements ForkRunner, RunClock, Evidence {
    private static final long START_MS = 1_700_000_000_000L;
    private static final String STUB = "a.jmh_generated.B_jmhTest.run_avgt_jmhStub";

    /** What the head's time, bytes and instructions are multiplied by or become, by row. */
    final Map<String, Double> slower = new TreeMap<>();

    final Map<String, Double> headBytesPerOp = new TreeMap<>();
    final Map<String, Double> headInstructions = new TreeMap<>();
    final Map<String, Long> headCodeBytes = new TreeMap<>();
    /** How many of the head's forks have these. */
    int headCodeForks = Integer.MAX_VALUE;

    /** Rows of which the head's code is a fifth smaller, without a call that the base inlined. */
    final Set<String> headWithoutCall = new TreeSet<>();

    final Set<String> severalThreads = new TreeSet<>();
    final Set<String> crashing = new TreeSet<>();
    /** How many more forks of a row will fail. */
    final Map<String, Integer> dying = new TreeMap<>();

    private String java =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();
    double noise = 0.002;
    double steal;
    /** Share of the time that the head's compilers work. */
    double headJit;
    /** Number of the pair, in either stage, of which the hypervisor took time from the base's fork, and no compiler from the head's. */
    int baseStealsIn = -1;
    /** What fixtures, which JMH does not time, add to the processor time of both arms, in nanoseconds. */
    double fixtureNs;
    /** What the head's waiting adds to its wall time and not to its processor time, in nanoseconds by row. */
    final Map<String, Double> headWaitsNs = new TreeMap<>();
    /** What the later three of the head's five iterations are multiplied by, by row. */
    final Map<String, Double> headLater = new TreeMap<>();

    final Map<String, Double> baseLater = new TreeMap<>();
    /** What both arms wait. */
    double waitsNs;
    /** What share of that is left in the second stage. */
    double secondWaitsShare = 1;

    /** Forks of the latency rows. */
    final FakeLatency latency = new FakeLatency(this::sleepMs);

    boolean valgrind = true;
    int evidenceForks;
    int timeForks;
    long forkMs = 1000;

    private final Path directory;
    private long nowMs = START_MS;

    FakeRun(final Path directory) {
        this.directory = directory;
    }

    static RowName row(final String name) {
        return new RowName(name, new TreeMap<>());
    }

    static SortedSet<RowName> rows(final String... names) {
        final SortedSet<RowName> rows = new TreeSet<>();
        Stream.of(names).forEach(name -> rows.add(row(name)));
        return rows;
    }

    /** A plan with this configuration, written with single quotes. */
    RunPlan plan(final String json) throws IOException {
        final Path file = directory.resolve("config.json");
        Files.writeString(file, json.replace('\'', '"'));
        final GateConfig config = GateConfig.read(file);
        return new RunPlan(
                config,
                config.profile("pr"),
                config.profile("pr").run(),
                new RowFilter(List.of(), List.of(), new TreeMap<>()),
                new ForkSettings(java, List.of(), List.of(), 3, 300, 5, 300, 1000),
                7,
                valgrind ? Optional.of(Path.of("valgrind")) : Optional.empty());
    }

    /** Compares two jars that both have the rows x and y, and all latency rows of a configuration. */
    GateReport ab(final String config) throws IOException, InterruptedException {
        final RunPlan plan = plan(config);
        final SortedSet<RowName> rows = rows("a.B.x", "a.B.y");
        rows.addAll(plan.profile().latency().keySet());
        return ab(plan, rows, rows);
    }

    /** Checks a jar that has the rows x and y, by a configuration. */
    GateReport check(final String config) throws IOException, InterruptedException {
        return check(plan(config), rows("a.B.x", "a.B.y"));
    }

    /** From now on the java program is a script. */
    void startJavaByScript() throws IOException {
        java = Files.writeString(directory.resolve("java"), "#!/bin/sh\n").toString();
    }

    static void assertEnds(final Verdict verdict, final int exitCode, final GateReport report) {
        assertEquals(verdict, report.verdict(), report.toString());
        assertEquals(exitCode, report.exitCode());
    }

    /** Compares jars with these rows. */
    GateReport ab(final RunPlan plan, final SortedSet<RowName> base, final SortedSet<RowName> head)
            throws InterruptedException {
        return ab(plan, base, head, rows());
    }

    GateReport ab(
            final RunPlan plan,
            final SortedSet<RowName> base,
            final SortedSet<RowName> head,
            final SortedSet<RowName> controls)
            throws InterruptedException {
        final RunJournal journal = journal("forks.jsonl", plan);
        return AbRun.ofTwo(plan, RowSelection.of(base, head, plan.filter()), controls)
                .run(this, new Clocked<>(this, journal), latency(plan), this, new Assembly("ab", plan, Map.of()));
    }

    private GateReport check(final RunPlan plan, final SortedSet<RowName> rows) throws InterruptedException {
        return new CheckRun(plan, RowSelection.of(rows, rows, plan.filter()))
                .run(
                        this,
                        this,
                        number -> journal("ratio-" + number, plan),
                        this,
                        new Assembly("check", plan, Map.of()),
                        LayerResults.plain(Layer.COMPLETENESS, Verdict.PASS, "the jar has this row"));
    }

    private Optional<Clocked<LatencyForks>> latency(final RunPlan plan) {
        return plan.profile().latency().isEmpty()
                ? Optional.empty()
                : Optional.of(new Clocked<>(latency, journal("latency.jsonl", plan)));
    }

    private RunJournal journal(final String name, final RunPlan plan) {
        return RunJournal.open(
                directory.resolve(name), new RunHeader(RunHeader.SCHEMA, plan.seed(), nowMs, new TreeMap<>()));
    }

    static LayerResult layer(final GateReport report, final String row, final Layer layer) {
        return report.rows().stream()
                .filter(result -> result.row().equals(row))
                .flatMap(result -> result.layers().stream())
                .filter(result -> result.layer() == layer)
                .findFirst()
                .orElseThrow();
    }

    private void crash(final RowName row) {
        final int left = dying.getOrDefault(row.text(), 0);
        dying.put(row.text(), Math.max(0, left - 1));
        if (left > 0 || crashing.contains(row.text())) {
            throw new ForkFailedException(row.text() + ": ended with code 1");
        }
    }

    @Override
    public ForkMeasure run(final ForkJob job) {
        timeForks++;
        nowMs += forkMs;
        crash(job.row());
        final double scale =
                job.arm() == Arm.HEAD ? slower.getOrDefault(job.row().text(), 1.0) : 1;
        final double noisy = 1 + noise * (Math.floorMod(job.id().hashCode() * 0x9E3779B9, 1000) / 500.0 - 1);
        final double ns = 10 * scale * noisy;
        final double laterNs = ns
                * (job.arm() == Arm.HEAD ? headLater : baseLater)
                        .getOrDefault(job.row().text(), 1.0);
        final double waitedNs = (job.stage() == 2 ? secondWaitsShare : 1)
                * (waitsNs
                        + (job.arm() == Arm.HEAD
                                ? headWaitsNs.getOrDefault(job.row().text(), 0.0)
                                : 0));
        return new ForkMeasure(
                job.row().text() + " avgt t1",
                JmhMode.AVERAGE,
                1,
                new TreeMap<>(Map.of("JDK", "17", "unit", job.row().text())),
                iterations(ns + waitedNs, laterNs + waitedNs),
                new TreeMap<>(),
                new ProbeFigures(
                        iterations(ns + fixtureNs, laterNs + fixtureNs),
                        ns / (ns + waitedNs),
                        0,
                        job.arm() == Arm.BASE && job.number() == baseStealsIn ? 0.5 : steal,
                        job.arm() == Arm.HEAD && job.number() != baseStealsIn ? headJit : 0,
                        0,
                        0),
                0.5,
                0,
                forkMs);
    }

    private static List<Double> iterations(final double ns, final double laterNs) {
        return List.of(ns, laterNs, ns, laterNs, laterNs);
    }

    @Override
    public long nowMs() {
        return nowMs;
    }

    @Override
    public void sleepMs(final long durationMs) {
        nowMs += durationMs;
    }

    @Override
    public AllocationFork allocation(final Arm arm, final RowName row, final int number) {
        evidenceForks++;
        crash(row);
        final double bytes = arm == Arm.HEAD ? headBytesPerOp.getOrDefault(row.text(), 0.0) : 0;
        final AllocationSample sample = new AllocationSample(6000 + bytes * 1e6, 1e6);
        return new AllocationFork(List.of(sample, sample, sample), 0);
    }

    @Override
    public ForkShape shape(final Arm arm, final RowName row, final int number, final List<String> methods) {
        evidenceForks++;
        crash(row);
        final boolean isOther = arm == Arm.HEAD && number < headCodeForks;
        final boolean isLess = arm == Arm.HEAD && headWithoutCall.contains(row.text());
        final long bytes = isOther ? headCodeBytes.getOrDefault(row.text(), isLess ? 400L : 500L) : 500;
        final List<String> inlines = isLess ? List.of() : List.of("a.B.called");
        final Map<String, MethodShape> shapes = new TreeMap<>();
        Stream.concat(Stream.of(STUB), methods.stream())
                .forEach(name -> shapes.put(
                        name,
                        new MethodShape(name, MethodShape.Compiled.WHOLE, bytes, 50, false, 0, 0, inlines, List.of())));
        return new ForkShape(shapes, List.copyOf(shapes.keySet()));
    }

    @Override
    public boolean countsInstructions() {
        return valgrind;
    }

    @Override
    public Optional<InstructionPlan> instructionPlan(final Arm arm, final RowName row) {
        return severalThreads.contains(row.text()) ? Optional.empty() : Optional.of(new InstructionPlan(1000, false));
    }

    @Override
    public InstructionCount instructions(
            final Arm arm, final RowName row, final int number, final InstructionPlan plan) {
        evidenceForks++;
        final double count = arm == Arm.HEAD ? headInstructions.getOrDefault(row.text(), 100.0) : 100;
        return new InstructionCount(count, List.of(count, count, count));
    }
}
