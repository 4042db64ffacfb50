package io.vfiotce.tools.gate.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.gate.jmh.GateDataException;
import io.vfiotce.tools.gate.jmh.JmhMode;
import io.vfiotce.tools.gate.report.Iterations;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Rules and figures of one fork. */
class ValidityTest {
    private static final List<Double> CPU_NS = List.of(3.0, 2.0, 4.0);

    private static ForkMeasure fork(
            final JmhMode mode, final int threads, final ProbeFigures probe, final double throttled) {
        return new ForkMeasure(
                "row",
                mode,
                threads,
                new TreeMap<>(),
                List.of(8.0, 5.0, 6.0, 9.0, 7.0),
                new TreeMap<>(Map.of("0.50", 5.0, "mean of 0.99", 5.5)),
                probe,
                0,
                throttled,
                1);
    }

    private static String complaint(final ProbeFigures probe, final double throttled) {
        return Validity.USUAL.complaint(fork(JmhMode.AVERAGE, 1, probe, throttled), Metric.AUTO);
    }

    private static ProbeFigures probe(
            final double runDelay, final double steal, final double jit, final double clockMs) {
        return new ProbeFigures(CPU_NS, 1, runDelay, steal, jit, 9, clockMs);
    }

    @Test
    void shouldNameTheRuleWhenAForkWasDisturbed() {
        assertEquals("", complaint(probe(0.1, 0.02, 0.1, 50), 0.01));
        assertEquals("", complaint(probe(Double.NaN, Double.NaN, Double.NaN, Double.NaN), 0));
        assertEquals("run delay 10.1 % is above 10.0 %", complaint(probe(0.101, 0, 0, 0), 0));
        assertEquals("steal 2.1 % is above 2.0 %", complaint(probe(0, 0.021, 0, 0), 0));
        assertEquals("compilation 10.1 % is above 10.0 %", complaint(probe(0, 0, 0.101, 0), 0));
        assertEquals("a clock jumped by 3600000 ms", complaint(probe(0, 0, 0, 3_600_000), 0));
        assertEquals("cgroup throttling 1.1 % is above 1.0 %", complaint(probe(0, 0, 0, 0), 0.011));
    }

    @Test
    void shouldSayWhichForkOfAPairWasDisturbed() {
        assertEquals(Optional.empty(), Validity.disturbedAlone(""));
        assertEquals(Optional.of(Arm.BASE), Validity.disturbedAlone("base: steal 50.0 % is above 2.0 %"));
        assertEquals(Optional.of(Arm.HEAD), Validity.disturbedAlone("head: a clock jumped by 99 ms"));
        assertEquals(Optional.empty(), Validity.disturbedAlone("base: a clock jumped by 99 ms; head: compilation 5 %"));
    }

    @Test
    void shouldLetSingleShotsCompileAndWaitForTheirOwnJvm() {
        final ForkMeasure cold = fork(JmhMode.SINGLE_SHOT, 1, probe(0.5, 0.02, 0.9, 0), 0);
        assertEquals("", Validity.USUAL.complaint(cold, Metric.AUTO));
        final ForkMeasure stolen = fork(JmhMode.SINGLE_SHOT, 1, probe(0, 0.021, 0, 0), 0);
        assertEquals("steal 2.1 % is above 2.0 %", Validity.USUAL.complaint(stolen, Metric.AUTO));
    }

    @Test
    void shouldShareTheRunDelayWhenThereAreSeveralWorkers() {
        final ProbeFigures delayed = probe(0.3, 0, 0, 0);
        assertEquals("", Validity.USUAL.complaint(fork(JmhMode.AVERAGE, 4, delayed, 0), Metric.AUTO));
        assertEquals(
                "run delay 15.0 % is above 10.0 %",
                Validity.USUAL.complaint(fork(JmhMode.AVERAGE, 2, delayed, 0), Metric.AUTO));
    }

    @Test
    void shouldSayWhatToDoAboutEveryRule() {
        final Set<String> remedies = new HashSet<>();
        for (final String complaint : List.of(
                complaint(probe(0.101, 0, 0, 0), 0),
                complaint(probe(0, 0.021, 0, 0), 0),
                complaint(probe(0, 0, 0.101, 0), 0),
                complaint(probe(0, 0, 0, 3_600_000), 0),
                complaint(probe(0, 0, 0, 0), 0.011),
                complaint(busy(0.5, 0), 0))) {
            remedies.add(Validity.remedy("base: " + complaint));
        }
        assertEquals(6, remedies.size(), remedies.toString());
        assertTrue(Validity.remedy("head: run delay 33.0 % is above 10.0 %").contains("end them"));
        assertTrue(Validity.remedy("head: " + complaint(busy(0.5, 0), 0)).contains("metric wall"));
    }

    private static ProbeFigures busy(final double busy, final double runDelay) {
        return new ProbeFigures(CPU_NS, busy, runDelay, 0, 0, 0, 0);
    }

    @Test
    void shouldWantWorkersThatDoNotWaitOnlyOfProcessorTime() {
        final ForkMeasure waiting = fork(JmhMode.AVERAGE, 1, busy(0.94, 0), 0);
        assertEquals("", Validity.USUAL.complaint(waiting, Metric.WALL));
        assertEquals(
                "workers had or wanted a processor for 94.0 % of the time, below 95.0 %",
                Validity.USUAL.complaint(waiting, Metric.CPU));
        assertEquals("", Validity.USUAL.complaint(fork(JmhMode.AVERAGE, 1, busy(0.95, 0), 0), Metric.CPU));
        assertEquals("", Validity.USUAL.complaint(fork(JmhMode.AVERAGE, 1, busy(0.9, 0.06), 0), Metric.CPU));
        assertEquals("", Validity.USUAL.complaint(fork(JmhMode.AVERAGE, 1, busy(0.96, Double.NaN), 0), Metric.CPU));
        assertTrue(Validity.USUAL.waits(fork(JmhMode.AVERAGE, 4, busy(0.9, 0.06), 0)), "the delay is of four");
    }

    @Test
    void shouldChooseTheFigureByMetricAndMode() {
        final ProbeFigures calm = probe(0, 0, 0, 0);
        final List<Double> wallNs = List.of(8.0, 5.0, 6.0, 9.0, 7.0);
        assertEquals(new Iterations(2, CPU_NS), Metric.AUTO.figure(fork(JmhMode.THROUGHPUT, 1, calm, 0)));
        assertEquals(new Iterations(6, wallNs), Metric.AUTO.figure(fork(JmhMode.AVERAGE, 2, calm, 0)));
        assertEquals(new Iterations(5.5, wallNs), Metric.AUTO.figure(fork(JmhMode.SAMPLE, 1, calm, 0)));
        assertEquals(new Iterations(6, wallNs), Metric.WALL.figure(fork(JmhMode.AVERAGE, 1, calm, 0)));
        assertEquals(Metric.CPU, Metric.CPU.of(fork(JmhMode.AVERAGE, 2, calm, 0)));
    }

    @Test
    void shouldInterpolateTheQuartileWhenItFallsBetweenTwoIterations() {
        final ForkMeasure four = new ForkMeasure(
                "row",
                JmhMode.AVERAGE,
                2,
                new TreeMap<>(),
                List.of(4.0, 1.0, 3.0, 2.0),
                new TreeMap<>(),
                probe(0, 0, 0, 0),
                0,
                0,
                1);
        assertEquals(1.75, Metric.AUTO.figure(four).value());
    }

    @Test
    void shouldRefuseASampledForkWithoutItsMean() {
        final ForkMeasure old = new ForkMeasure(
                "row",
                JmhMode.SAMPLE,
                1,
                new TreeMap<>(),
                List.of(8.0),
                new TreeMap<>(Map.of("0.50", 5.0)),
                probe(0, 0, 0, 0),
                0,
                0,
                1);
        assertThrows(GateDataException.class, () -> Metric.AUTO.figure(old));
    }

    @Test
    void shouldRefuseProcessorTimeWhenTheProbeSawNoWorker() {
        final ProbeFigures none = new ProbeFigures(List.of(0.0, 0.0), 0, 0, 0, 0, 0, 0);
        assertThrows(GateDataException.class, () -> Metric.AUTO.figure(fork(JmhMode.AVERAGE, 1, none, 0)));
    }
}
