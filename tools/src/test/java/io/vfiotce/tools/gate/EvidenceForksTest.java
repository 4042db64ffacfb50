package io.vfiotce.tools.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.gate.jmh.GateDataException;
import io.vfiotce.tools.gate.jmh.JmhMetric;
import io.vfiotce.tools.gate.jmh.JmhMode;
import io.vfiotce.tools.gate.jmh.JmhRow;
import io.vfiotce.tools.gate.jmh.JmhSetup;
import io.vfiotce.tools.gate.jmh.RowKey;
import io.vfiotce.tools.gate.layer.AllocationFork;
import io.vfiotce.tools.gate.layer.AllocationSample;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What JMH's gc profiler says, as samples. */
class EvidenceForksTest {
    private static final JmhMetric RATE = metric(1.0, 1.0);
    private static final JmhMetric NONE = metric(0.0, 0.0);

    private static JmhMetric metric(final Double... values) {
        return new JmhMetric(1, "x", List.of(List.of(values)));
    }

    private static AllocationFork fork(final JmhMode mode, final int threads, final Map<String, JmhMetric> secondary) {
        return fork(mode, threads, secondary, List.of(10.0, 20.0));
    }

    private static AllocationFork fork(
            final JmhMode mode, final int threads, final Map<String, JmhMetric> secondary, final List<Double> timesNs) {
        return EvidenceForks.allocation(row(mode, threads, secondary, timesNs), 1);
    }

    private static JmhRow row(
            final JmhMode mode, final int threads, final Map<String, JmhMetric> secondary, final List<Double> timesNs) {
        return new JmhRow(
                new RowKey(FakeRun.row("a.B.x"), mode, threads, "time/op"),
                "ns/op",
                new JmhSetup("1.37", "17", "VM", "17", List.of(), 1, 1, 2, 1),
                10,
                List.of(timesNs),
                List.of(),
                new TreeMap<>(secondary));
    }

    @Test
    void shouldPlanToCountInstructionsOnlyOfOneThread() {
        final List<Double> timesNs = List.of(10.0, 10.0);
        assertEquals(
                3_000_000,
                EvidenceForks.plan(row(JmhMode.AVERAGE, 1, Map.of(), timesNs))
                        .orElseThrow()
                        .batch());
        assertTrue(
                EvidenceForks.plan(row(JmhMode.AVERAGE, 2, Map.of(), timesNs)).isEmpty());
    }

    @Test
    void shouldMultiplyByTheOperationsOfAllThreads() {
        final Map<String, JmhMetric> gc =
                Map.of("gc.alloc.rate", RATE, "gc.alloc.rate.norm", metric(0.5, 2.0), "gc.count", metric(3.0));
        final AllocationFork one = fork(JmhMode.AVERAGE, 1, gc);
        assertEquals(List.of(new AllocationSample(5e4, 1e5), new AllocationSample(1e5, 5e4)), one.iterations());
        assertEquals(3, one.collections());
        assertEquals(2e5, fork(JmhMode.AVERAGE, 2, gc).iterations().get(0).operations());
        assertEquals(1e5, fork(JmhMode.THROUGHPUT, 2, gc).iterations().get(0).operations());
        assertEquals(1, fork(JmhMode.SINGLE_SHOT, 1, gc).iterations().get(0).operations());
    }

    @Test
    void shouldNotBlameTheRowWhenItsTeardownIsCollected() {
        final Map<String, JmhMetric> gc = Map.of(
                "gc.alloc.rate",
                metric(1.0, 1.0, 1.0, 1.0),
                "gc.alloc.rate.norm",
                metric(1.0, 1.0, 1.0, 1.0),
                "gc.count",
                metric(4.0, 1.0, 0.0, 2.0));
        assertEquals(
                1, fork(JmhMode.AVERAGE, 1, gc, List.of(1.0, 1.0, 1.0, 1.0)).collections());
    }

    @Test
    void shouldTakeBytesThatAreLeftOutForNoneOnlyInAnIterationThatAllocatesNothing() {
        final AllocationFork none = fork(JmhMode.AVERAGE, 1, Map.of("gc.alloc.rate", NONE, "gc.count", NONE));
        assertEquals(0, none.iterations().get(1).bytes());
        final AllocationFork some = fork(
                JmhMode.AVERAGE,
                1,
                Map.of("gc.alloc.rate", metric(1.0, 0.0), "gc.alloc.rate.norm", metric(2.0), "gc.count", NONE));
        assertEquals(2e5, some.iterations().get(0).bytes());
        assertEquals(0, some.iterations().get(1).bytes());
    }

    @Test
    void shouldRefuseAResultWithoutTheProfilersFigures() {
        assertRefused(Map.of(), "gc.alloc.rate is missing");
        assertRefused(Map.of("gc.alloc.rate", RATE, "gc.alloc.rate.norm", RATE), "gc.count is missing");
        assertRefused(Map.of("gc.alloc.rate", RATE, "gc.count", NONE), "gc.alloc.rate.norm is missing");
        assertRefused(
                Map.of("gc.alloc.rate", RATE, "gc.alloc.rate.norm", metric(2.0), "gc.count", NONE),
                "gc.alloc.rate.norm is missing");
        assertRefused(
                Map.of("gc.alloc.rate", metric(1.0), "gc.alloc.rate.norm", metric(2.0), "gc.count", NONE),
                "1 figures gc.alloc.rate for 2 iterations");
        assertRefused(Map.of("gc.alloc.rate", NONE, "gc.alloc.rate.norm", RATE, "gc.count", NONE), "more figures");
    }

    @Test
    void shouldRefuseAFigureThatIsNoNumber() {
        final JmhMetric nan = metric(1.0, Double.NaN);
        assertRefused(Map.of("gc.alloc.rate", nan, "gc.count", NONE), "gc.alloc.rate is NaN");
        assertRefused(
                Map.of("gc.alloc.rate", RATE, "gc.alloc.rate.norm", nan, "gc.count", NONE),
                "gc.alloc.rate.norm is NaN");
        assertRefused(
                Map.of("gc.alloc.rate", RATE, "gc.alloc.rate.norm", RATE, "gc.count", metric(Double.NaN)),
                "gc.count is NaN");
        assertRefused(
                Map.of("gc.alloc.rate", RATE, "gc.alloc.rate.norm", metric(-1.0, 1.0), "gc.count", NONE),
                "gc.alloc.rate.norm is -1");
    }

    private static void assertRefused(final Map<String, JmhMetric> figures, final String part) {
        final GateDataException e = assertThrows(GateDataException.class, () -> fork(JmhMode.AVERAGE, 1, figures));
        assertTrue(e.getMessage().contains(part), e.getMessage());
    }
}
