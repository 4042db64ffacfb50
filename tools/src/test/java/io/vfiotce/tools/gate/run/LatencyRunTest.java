package io.vfiotce.tools.gate.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vfiotce.tools.gate.jmh.JmhMode;
import io.vfiotce.tools.gate.jmh.RowName;
import io.vfiotce.tools.gate.report.Iterations;
import io.vfiotce.tools.gate.report.Pair;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pairs of a latency row, by any quantile. */
class LatencyRunTest {
    private static final RowName ROW = new RowName("slow", new TreeMap<>());
    private static final RowName OTHER = new RowName("other", new TreeMap<>());

    @TempDir
    private Path temp;

    private RunJournal journal;

    @BeforeEach
    void open() {
        journal =
                RunJournal.open(temp.resolve("latency.jsonl"), new RunHeader(RunHeader.SCHEMA, 1, 1, new TreeMap<>()));
    }

    private static ForkJob job(final RowName row, final int stage, final int number, final int attempt) {
        return new ForkJob(Arm.HEAD, row, stage, number, attempt, true);
    }

    /** Adds a pair: the median of base, of which the head's is twice; p90 and p99 are three and five times the median. */
    private void add(final ForkJob head, final double baseNs, final double steal) {
        fork(head, 2 * baseNs, steal);
        fork(head.of(Arm.BASE), baseNs, steal);
    }

    private void fork(final ForkJob job, final double medianNs, final double steal) {
        journal.append(new ForkRecord(
                job,
                5,
                new ForkMeasure(
                        job.row().text(),
                        JmhMode.SAMPLE,
                        1,
                        new TreeMap<>(),
                        List.of(),
                        new TreeMap<>(Map.of("0.50", medianNs, "0.90", 3 * medianNs, "0.99", 5 * medianNs)),
                        new ProbeFigures(List.of(), Double.NaN, 0, steal, Double.NaN, Double.NaN, 0),
                        0,
                        0,
                        7),
                ""));
    }

    private static List<Double> bases(final LatencyRun run, final LatencyQuantile quantile) {
        return run.pairs(quantile).stream().map(pair -> pair.base().value()).toList();
    }

    @Test
    void shouldGiveThePairsOfTheStageByEachQuantile() {
        add(job(ROW, 1, 0, 0), 10, 0);
        add(job(OTHER, 1, 0, 0), 1000, 0);
        add(job(ROW, 1, 1, 0), 20, 0.5);
        add(job(ROW, 2, 0, 0), 500, 0);
        final LatencyRun run = LatencyRun.of(journal, 1, ROW);
        assertEquals(2, run.size());
        assertEquals(List.of(10.0, 20.0), bases(run, LatencyQuantile.P50));
        assertEquals(List.of(30.0, 60.0), bases(run, LatencyQuantile.P90));
        assertEquals(
                new Pair(1, 0, true, 5, new Iterations(50, List.of()), new Iterations(100, List.of()), ""),
                run.pairs(LatencyQuantile.P99).get(0));
        assertEquals(
                "base: steal 50.0 % is above 2.0 %; head: steal 50.0 % is above 2.0 %",
                run.pairs(LatencyQuantile.P99).get(1).contaminated());
        assertEquals(List.of(job(ROW, 1, 0, 0), job(ROW, 1, 1, 0)), run.jobs(Arm.HEAD));
    }

    @Test
    void shouldTakeTheRerunInPlaceOfItsFirstAttempt() {
        add(job(ROW, 1, 0, 0), 10, 0.5);
        add(job(ROW, 1, 1, 0), 20, 0);
        add(job(ROW, 1, 0, 1), 30, 0);
        final LatencyRun run = LatencyRun.of(journal, 1, ROW);
        assertEquals(1, run.reruns());
        assertEquals(List.of(30.0, 20.0), bases(run, LatencyQuantile.P50));
        assertEquals(List.of(90.0, 60.0), bases(run, LatencyQuantile.P90));
        assertEquals(List.of(job(ROW, 1, 0, 1), job(ROW, 1, 1, 0)), run.jobs(Arm.HEAD));
        assertEquals(List.of(job(ROW, 1, 0, 1).of(Arm.BASE), job(ROW, 1, 1, 0).of(Arm.BASE)), run.jobs(Arm.BASE));
    }

    @Test
    void shouldTellWhyAForkFailed() {
        journal.append(new ForkRecord(job(ROW, 1, 0, 0), 5, null, "it crashed"));
        final LatencyRun run = LatencyRun.of(journal, 1, ROW);
        assertEquals("it crashed", run.failure());
        assertEquals(0, run.size());
    }
}
