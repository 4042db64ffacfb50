package io.vfiotce.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A goal is met by figures that are there and on the right side of the bound, and by nothing else. */
class VerdictTest {
    private static final String OURS = "X.ours";
    private static final String LIMIT = "X.limit";

    private final Map<String, Measured> results = new HashMap<>();

    private void measured(final String key, final String mode, final int threads, final double... forks) {
        results.put(
                key,
                new Measured(
                        "io.vfiotce.bench." + key,
                        mode,
                        threads,
                        new TreeMap<>(),
                        series(forks),
                        new TreeMap<>(Map.of(CpuTimeProfiler.LABEL, series(1)))));
    }

    private static Series series(final double... forks) {
        return new Series("ns/op", Arrays.stream(forks).mapToObj(List::of).toList());
    }

    private Verdict judge(final Goal goal) {
        return Verdict.of(goal, results, Set.of("peer.CPeer"));
    }

    private static Goal goal(final double bound) {
        return Goal.atMost(bound, "q", Figure.of(OURS), Figure.of(LIMIT));
    }

    @Test
    void shouldTakeLowerQuartilesWhenTimesAreJudged() {
        measured(OURS, "sample", 1, 9, 4, 8, 4, 4);
        measured(LIMIT, "sample", 1, 2, 2, 2, 7, 7);
        assertEquals(new Verdict("q", "4 ns", "2 ns", "2.00", "at most 2", "met", false), judge(goal(2)));
        assertTrue(judge(goal(1.99)).fails());
    }

    @Test
    void shouldTakeUpperQuartilesWhenThroughputIsJudged() {
        measured(OURS, "thrpt", 2, 1, 5, 5, 5, 1);
        measured(LIMIT, "thrpt", 1, 1, 2, 2, 2, 1);
        final Figure scaling = Figure.scaling(OURS, LIMIT);
        assertEquals(2.5, scaling.value(results));
    }

    @Test
    void shouldTakeCpuTimeWhenOneThreadsAverageIsJudged() {
        measured(OURS, "avgt", 1, 4);
        measured(LIMIT, "avgt", 2, 4);
        assertEquals("0.25", judge(goal(1)).ratio());
    }

    @Test
    void shouldFailWhenARowIsMissingOrNoNumber() {
        measured(OURS, "sample", 1, 1);
        assertEquals("NOT MEASURED: X.limit", judge(goal(9)).text());
        assertTrue(judge(goal(9)).fails());
        measured(LIMIT, "sample", 1, Double.NaN);
        assertTrue(judge(goal(9)).fails());
        assertTrue(
                judge(Goal.atLeast(0, "q", Figure.of(OURS), Figure.of(LIMIT))).fails());
    }

    @Test
    void shouldNotFailWhenTheProgramCannotRunHere() {
        measured(OURS, "sample", 1, 1);
        final Verdict verdict = judge(Goal.atMost(1, "q", Figure.of(OURS), Figure.of("c.kernelPut")));
        assertEquals("left out: peer.CPeer cannot run here", verdict.text());
        assertFalse(verdict.fails());
    }

    @Test
    void shouldBeInvalidWhenThePeerIsOutsideItsBand() {
        measured(OURS, "sample", 1, 1);
        measured(LIMIT, "sample", 1, 10);
        measured("X.exchange", "sample", 1, 5);
        final Figure exchange = Figure.of("X.exchange");
        assertEquals(
                "met",
                judge(goal(1).ifPeerIn(new Goal.Band(Figure.of(LIMIT), exchange, 1.8, 2.6)))
                        .text());
        final Verdict verdict = judge(goal(1).ifPeerIn(new Goal.Band(Figure.of(LIMIT), exchange, 5, 9)));
        assertEquals("INVALID: the peer costs 2.00 exchanges, not 5 to 9", verdict.text());
        assertTrue(verdict.fails());
    }

    @Test
    void shouldFailWhenARowOfOursAllocates() {
        allocated(Rows.EMPTY, 6_000);
        allocated("peer.MapPeer.concurrentHashMap", 9_000_000);
        allocated(OURS, 6_100);
        assertEquals("met, 1 rows", allocation().text());
        allocated("X.worse", 20_000);
        assertEquals("MISSED: X.worse", allocation().text());
        assertTrue(allocation().fails());
    }

    private void allocated(final String key, final double bytes) {
        measured(key, "avgt", 1, 1);
        results.computeIfPresent(key, (name, row) -> row.with(Measured.ALLOCATED, series(bytes)));
    }

    private Verdict allocation() {
        final List<Verdict> verdicts =
                Verdict.of(new StoredRun("m", "c", "17", "d", Set.of(), List.copyOf(results.values())));
        return verdicts.get(verdicts.size() - 1);
    }
}
