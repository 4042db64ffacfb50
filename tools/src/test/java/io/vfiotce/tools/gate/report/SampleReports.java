package io.vfiotce.tools.gate.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Reports as runs of the gate could make them, the same at every call. */
public final class SampleReports {
    /** Everything that ever ended a line, a cell, an attribute, an element, a string or a command. */
    public static final String HOSTILE =
            "a\"b'c<script>alert(1)</script>|d\n::error::x\r\n`e`*f*_g_\\h ]]>--> é \u0000\u001b[31m"
                    + "\u202e @team #1 https://evil.example/ www.evil.example \ud800 \ud83d\ude00 %0A $(i) {j} &amp; \u2028 \ufffe";

    private SampleReports() {}

    /** A run with one row of every verdict. */
    public static GateReport everyVerdict() {
        final List<RowResult> rows = new ArrayList<>();
        for (final Verdict verdict : Verdict.values()) {
            final SplittableRandom random = new SplittableRandom(verdict.ordinal());
            rows.add(row("com.acme.QueueBench.offer size=" + verdict.ordinal() + " avgt t1", verdict, random, 4));
        }
        return report(Verdict.FAIL, 1, rows);
    }

    /** A run of many rows. */
    public static GateReport large(final int rowCount, final int pairCount) {
        final SplittableRandom random = new SplittableRandom(7);
        final List<RowResult> rows = new ArrayList<>();
        for (int i = 0; i < rowCount; i++) {
            final int kind = i % 20;
            final Verdict verdict = kind == 0
                    ? Verdict.FAIL
                    : kind == 7
                            ? Verdict.WARN
                            : kind == 11 ? Verdict.INCONCLUSIVE : kind == 13 ? Verdict.IMPROVED : Verdict.PASS;
            rows.add(row(
                    "com.acme.queue.bench.QueueBenchmark.offerAndPoll size=" + i + " avgt t1",
                    verdict,
                    random,
                    pairCount));
        }
        return report(Verdict.FAIL, 1, rows);
    }

    /** A run in which every text is hostile and every figure odd. */
    public static GateReport hostile() {
        final Iterations odd = new Iterations(
                Double.NaN,
                List.of(Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -0.0, 5e-324, Double.MAX_VALUE));
        final Pair pair = new Pair(1, 0, true, Long.MAX_VALUE, odd, new Iterations(0, List.of()), HOSTILE);
        final Map<String, Double> figures = new LinkedHashMap<>();
        figures.put(HOSTILE, Double.NaN);
        figures.put("p", Double.NEGATIVE_INFINITY);
        final List<RowResult> rows = new ArrayList<>();
        for (final Verdict verdict : List.of(Verdict.FAIL, Verdict.WARN, Verdict.MISSING)) {
            rows.add(new RowResult(
                    HOSTILE + verdict,
                    HOSTILE,
                    true,
                    List.of(
                            new LayerResult(
                                    Layer.TIME,
                                    verdict,
                                    HOSTILE,
                                    new Interval(
                                            Double.NaN,
                                            Double.NEGATIVE_INFINITY,
                                            Double.POSITIVE_INFINITY,
                                            0.95,
                                            1e300),
                                    Double.NaN,
                                    figures,
                                    List.of(pair, pair)),
                            new LayerResult(Layer.ALLOCATION, verdict, HOSTILE, null, 0, Map.of(), List.of()))));
        }
        rows.add(new RowResult("\ud83d\ude00".repeat(5_000) + "|x", "ns/op", false, List.of()));
        rows.add(new RowResult("", "", false, List.of()));
        final Map<String, String> envelope = new LinkedHashMap<>();
        envelope.put(HOSTILE, HOSTILE);
        return new GateReport(
                GateReport.SCHEMA,
                HOSTILE,
                Verdict.MISSING,
                5,
                Long.MIN_VALUE,
                envelope,
                rows,
                List.of(new HostSample(0, Double.NaN, Double.POSITIVE_INFINITY, -1)),
                List.of(HOSTILE));
    }

    /** A report of these rows. */
    public static GateReport report(final Verdict verdict, final int exitCode, final List<RowResult> rows) {
        final Map<String, String> envelope = new LinkedHashMap<>();
        envelope.put("base", "queue-1.4.jar");
        envelope.put("base.sha256", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08");
        envelope.put("head", "queue-1.5.jar");
        envelope.put("machine", "AMD EPYC 7B13, 2 processors, Linux 6.1");
        envelope.put("jvm", "OpenJDK 17.0.15+6");
        envelope.put(EnvelopeKeys.ELAPSED_MS, "700000");
        envelope.put(EnvelopeKeys.REPRODUCE, "tce gate ab --base queue-1.4.jar --head queue-1.5.jar --seed 42");
        final SplittableRandom random = new SplittableRandom(3);
        final List<HostSample> host = new ArrayList<>();
        for (int i = 0; i < 240; i++) {
            final double busy = i > 90 && i < 130 ? 1 : 0;
            host.add(new HostSample(
                    i * 2_900L,
                    0.6 + 2.5 * busy + 0.3 * random.nextDouble(),
                    0.001 + 0.04 * busy * random.nextDouble(),
                    0.01 + 0.2 * busy * random.nextDouble()));
        }
        return new GateReport(
                GateReport.SCHEMA,
                "ab",
                verdict,
                exitCode,
                42,
                envelope,
                rows,
                host,
                List.of("Allocation was measured in a pass of its own."));
    }

    /** A row with four layers, the clock's with this verdict. */
    public static RowResult row(
            final String name, final Verdict verdict, final SplittableRandom random, final int pairCount) {
        final double effect = switch (verdict) {
            case FAIL, MISSING -> 0.08 + 0.08 * random.nextDouble();
            case WARN, INVALID -> 0.03 + 0.02 * random.nextDouble();
            case IMPROVED -> -0.06;
            default -> 0.02 * (random.nextDouble() - 0.5);
        };
        final double spread = verdict == Verdict.INCONCLUSIVE ? 0.25 : 0.02;
        final double baseNs = 2 + 10 * random.nextDouble();
        final List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < pairCount; i++) {
            pairs.add(new Pair(
                    i < pairCount / 2 ? 1 : 2,
                    i % Math.max(1, pairCount / 2),
                    random.nextBoolean(),
                    (long) (690_000.0 * i / pairCount) + random.nextInt(4_000),
                    fork(baseNs * (1 + spread * noise(random)), random),
                    fork(baseNs * (1 + effect) * (1 + spread * noise(random)), random),
                    i % 9 == 5 ? "run-queue delay 14% in the head fork" : ""));
        }
        final Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("p", verdict == Verdict.FAIL ? 1.1920928955078125e-7 : 0.37);
        figures.put("fastModeEffect", effect * 0.95);
        final Interval interval = verdict == Verdict.MISSING || verdict == Verdict.NEW
                ? null
                : new Interval(effect, effect - 1.2 * spread, effect + 1.2 * spread, 0.95, 1.5 * spread);
        return new RowResult(
                name,
                "ns/op",
                name.endsWith("size=3 avgt t1"),
                List.of(
                        new LayerResult(
                                Layer.TIME,
                                verdict,
                                reason(verdict),
                                interval,
                                0.05,
                                figures,
                                interval == null ? List.of() : pairs),
                        new LayerResult(
                                Layer.ALLOCATION,
                                Verdict.PASS,
                                "No excess bytes in any fork.",
                                null,
                                4096,
                                Map.of("excessBytes", 12.0),
                                List.of()),
                        new LayerResult(
                                Layer.CODE_SHAPE,
                                Verdict.PASS,
                                "The same code size in both jars.",
                                null,
                                0.1,
                                Map.of(),
                                List.of()),
                        latency(effect)));
    }

    private static LayerResult latency(final double effect) {
        final Map<String, Double> latency = new LinkedHashMap<>();
        for (final double quantile : new double[] {50, 90, 99, 99.9, 99.99}) {
            final double value = 180 * Math.pow(100 / (100 - quantile), 0.4);
            latency.put(LatencyFigures.base(quantile), value);
            latency.put(LatencyFigures.head(quantile), value * (1 + effect));
        }
        return new LayerResult(
                Layer.LATENCY,
                Verdict.PASS,
                "Shown to be below the limit.",
                new Interval(effect / 2, effect / 2 - 0.01, effect / 2 + 0.01, 0.95, 0.02),
                0.1,
                latency,
                List.of());
    }

    private static String reason(final Verdict verdict) {
        return switch (verdict) {
            case FAIL -> "Both stages reject a slowdown of no more than 1%.";
            case INCONCLUSIVE -> "The pairs differ too much for a slowdown of the limit's size to show.";
            case INVALID -> "A control row failed both stages.";
            case MISSING -> "The head jar has no such row.";
            default -> "Both upper bounds are below the limit.";
        };
    }

    private static double noise(final SplittableRandom random) {
        return random.nextDouble() + random.nextDouble() + random.nextDouble() - 1.5;
    }

    private static Iterations fork(final double value, final SplittableRandom random) {
        final List<Double> iterations = new ArrayList<>();
        iterations.add(value);
        for (int i = 0; i < 4; i++) {
            iterations.add(value * (1 + 0.05 * random.nextDouble()));
        }
        return new Iterations(value, iterations);
    }
}
