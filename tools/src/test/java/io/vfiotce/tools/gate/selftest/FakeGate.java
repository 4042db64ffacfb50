package io.vfiotce.tools.gate.selftest;

import io.vfiotce.tools.gate.jmh.JmhMode;
import io.vfiotce.tools.gate.layer.InstructionCount;
import io.vfiotce.tools.gate.report.GateReport;
import io.vfiotce.tools.gate.report.Iterations;
import io.vfiotce.tools.gate.report.Layer;
import io.vfiotce.tools.gate.report.LayerResult;
import io.vfiotce.tools.gate.report.Pair;
import io.vfiotce.tools.gate.report.ReportJson;
import io.vfiotce.tools.gate.report.RowResult;
import io.vfiotce.tools.gate.report.Verdict;
import io.vfiotce.tools.gate.run.Arm;
import io.vfiotce.tools.gate.run.ForkJob;
import io.vfiotce.tools.gate.run.ForkMeasure;
import io.vfiotce.tools.gate.run.ForkRunner;
import io.vfiotce.tools.gate.run.ForkSettings;
import io.vfiotce.tools.gate.run.ProbeFigures;
import io.vfiotce.tools.gate.run.RunClock;
import io.vfiotce.tools.gate.run.RunDirectory;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A gate and a machine without processes: forks are exact but for a little noise, and the layers find what is planted. */
final class FakeGate implements GateCalls, ForkSource, SlopeSource, RunClock {
    static final Sizes SIZES =
            new Sizes(List.of("arithmetic", "memory"), List.of("arithmetic"), 3, 6, 12, 12, 12, 100, 50, 2, 2, 1, 3, 2);

    private static final long FORK_MS = 1_000;
    private static final ForkSettings FORKS = new ForkSettings("java", List.of(), List.of(), 2, 150, 3, 150, 1000);

    final List<GateCall> calls = new ArrayList<>();
    final List<ForkJob> jobs = new ArrayList<>();
    final StringWriter said = new StringWriter();

    /** What a jar takes longer than itself in runs of aa. */
    double aaSlower = 1;

    /** Share of the planted slowdown that forks show. */
    double shown = 1;

    /** What the layers beside the clock say of planted faults. */
    Verdict plants = Verdict.FAIL;

    /** What they say of a jar against itself. */
    Verdict evidence = Verdict.PASS;

    double lastSlope = 100;
    boolean valgrind = true;
    String disturbances = "";
    int slopes;

    private final SplittableRandom random = new SplittableRandom(1);
    private long nowMs = 1_700_000_000_000L;

    /** A jar with nothing but the resource. */
    static Path jar(final Path directory) throws IOException {
        final Path jar = directory.resolve("bench.jar");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
            entry(zip, "a/B.class", "code");
            entry(zip, PlantedJar.RESOURCE, "# a comment\nslowPerMille=0\nallocateEvery=0\ncallees=1\n");
        }
        return jar;
    }

    private static void entry(final ZipOutputStream zip, final String name, final String text) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(text.getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
    }

    static Workspace workspace(final Path directory) throws IOException {
        final Path jar = directory.resolve("bench.jar");
        return Workspace.create(directory.resolve("self"), Files.exists(jar) ? jar : jar(directory), SIZES, FORKS, 1);
    }

    Selftest selftest(final Path directory, final long budgetMs) throws IOException {
        return new Selftest(
                workspace(directory),
                new Selftest.Means(this, this, this, () -> disturbances, this),
                budgetMs,
                new PrintWriter(said));
    }

    @Override
    public void run(final GateCall call) {
        calls.add(call);
        nowMs += 60_000;
        final List<Layer> layers = switch (call.profile()) {
            case "allocation" -> List.of(Layer.ALLOCATION);
            case "code-shape" -> List.of(Layer.CODE_SHAPE);
            case "instructions" -> List.of(Layer.INSTRUCTIONS);
            case "evidence" -> List.of(Layer.ALLOCATION, Layer.CODE_SHAPE);
            default -> List.of(Layer.TIME);
        };
        final boolean isAa = call.command().equals("aa");
        final List<RowResult> rows = call.rows().stream()
                .map(row -> new RowResult(
                        Workspace.row(row).text(),
                        "ns/op",
                        isAa,
                        layers.stream().map(layer -> result(layer, isAa)).toList()))
                .toList();
        final GateReport report = new GateReport(
                GateReport.SCHEMA, call.command(), Verdict.PASS, 0, call.seed(), Map.of(), rows, List.of(), List.of());
        try {
            Files.createDirectories(call.out());
            Files.writeString(call.report(), ReportJson.write(report));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private LayerResult result(final Layer layer, final boolean isAa) {
        final boolean isTime = layer == Layer.TIME;
        final Verdict ofTwo = isTime ? Verdict.FAIL : plants;
        final Verdict ofItself = isTime ? Verdict.PASS : evidence;
        return new LayerResult(
                layer, isAa ? ofItself : ofTwo, "so it is", null, 0.05, Map.of(), isAa && isTime ? pairs() : List.of());
    }

    private List<Pair> pairs() {
        final List<Pair> pairs = new ArrayList<>();
        for (int stage = 1; stage <= (aaSlower > 1 ? 2 : 1); stage++) {
            for (int i = 0; i < (stage == 1 ? Workspace.AA_PAIRS : Workspace.AA_CONFIRM_PAIRS); i++) {
                pairs.add(new Pair(stage, i, true, i, iterations(1), iterations(aaSlower), ""));
            }
        }
        return pairs;
    }

    private Iterations iterations(final double scale) {
        final double ns = 10 * scale * (1 + 0.002 * random.nextDouble());
        return new Iterations(ns, List.of(ns));
    }

    @Override
    public ForkRunner of(final RunDirectory directory) {
        final double planted =
                Double.parseDouble(directory.root().getFileName().toString().replaceFirst(".*-", "")) / 1000;
        return job -> {
            jobs.add(job);
            nowMs += FORK_MS;
            final double ns =
                    iterations(job.arm() == Arm.HEAD ? 1 + shown * planted : 1).value();
            return new ForkMeasure(
                    job.row().text() + " avgt t1",
                    JmhMode.AVERAGE,
                    1,
                    new TreeMap<>(Map.of("JDK", "17")),
                    List.of(ns),
                    new TreeMap<>(),
                    new ProbeFigures(List.of(ns), 1, 0, 0, 0, 0, 0),
                    0.5,
                    0,
                    FORK_MS);
        };
    }

    @Override
    public Optional<InstructionCount> count(final int number) {
        slopes++;
        nowMs += FORK_MS;
        final double count = number == SIZES.slopes() - 1 ? lastSlope : 100;
        return valgrind ? Optional.of(new InstructionCount(count, List.of(count, count, count))) : Optional.empty();
    }

    @Override
    public long nowMs() {
        return nowMs;
    }

    @Override
    public void sleepMs(final long durationMs) {
        nowMs += durationMs;
    }
}
