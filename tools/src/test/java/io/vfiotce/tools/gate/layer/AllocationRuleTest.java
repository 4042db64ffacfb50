package io.vfiotce.tools.gate.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vfiotce.tools.gate.config.Waivers;
import io.vfiotce.tools.gate.report.LayerResult;
import io.vfiotce.tools.gate.report.Verdict;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class AllocationRuleTest {
    private static final double OWN = 5_700;
    private static final double FAST = 1e8;
    private static final double STALLED = 37;

    private final AllocationRule rule = new AllocationRule(List.of(fork(FAST, 90_000, 5_541, OWN, 5_836)));

    @Test
    void shouldTakeMedianOfSettledIterationsAsJmhsOwn() {
        assertEquals(OWN, rule.constantBytes());
    }

    @Test
    void shouldPassZeroWhenARowAllocatesWhatJmhDoes() {
        assertEquals(Verdict.PASS, zero(fork(FAST, 1e6, OWN, OWN + 100, OWN)));
        assertEquals(Verdict.PASS, zero(fork(STALLED, OWN, OWN, OWN + 300, OWN)));
    }

    @Test
    void shouldFailZeroWhenOneOfAHundredCallsAllocatesAnObject() {
        final LayerResult result = rule.zero(List.of(rate(FAST, 0.16)));
        assertEquals(Verdict.FAIL, result.verdict());
        assertEquals(0.16, result.figures().get(Waivers.EXCESS), 1e-9);
    }

    @Test
    void shouldFailZeroWhenOneOfFourHundredThousandAllocatesAnObjectOnSomeIterations() {
        final double seldom = 16 * FAST / 300_000;
        assertEquals(
                Verdict.FAIL, zero(fork(FAST, OWN, OWN, OWN + seldom, OWN), fork(FAST, OWN, OWN + seldom, OWN, OWN)));
    }

    @Test
    void shouldPassZeroWhenOnlyOneForkHasADisturbedIteration() {
        assertEquals(Verdict.PASS, zero(fork(FAST, OWN, OWN, OWN + 9_000, OWN), fork(FAST, OWN, OWN, OWN, OWN)));
    }

    @Test
    void shouldFailZeroWhenTheMedianOfOneForkIsTooHigh() {
        assertEquals(
                Verdict.FAIL, zero(fork(FAST, OWN, OWN + 9_000, OWN + 9_000, OWN), fork(FAST, OWN, OWN, OWN, OWN)));
    }

    @Test
    void shouldFailZeroWhenSomethingIsCollected() {
        assertEquals(Verdict.FAIL, zero(new AllocationFork(fork(FAST, OWN, OWN).iterations(), 1)));
    }

    @Test
    void shouldJudgeBytesWhenHalfAByteMoreIsTolerated() {
        assertEquals(
                Verdict.PASS,
                rule.bytes(List.of(rate(FAST, 33.1), rate(FAST, 32.4)), 32).verdict());
        final LayerResult result = rule.bytes(List.of(rate(FAST, 33.1), rate(FAST, 32.6)), 32);
        assertEquals(Verdict.FAIL, result.verdict());
        assertEquals(0.6, result.figures().get(Waivers.EXCESS), 1e-9);
    }

    @Test
    void shouldKeepBytesWhenJmhsOwnVariesUnderAStalledRow() {
        final double bytes = OWN + 32 * STALLED;
        assertEquals(
                Verdict.PASS,
                rule.bytes(List.of(fork(STALLED, bytes, bytes + 300, bytes + 300)), 32)
                        .verdict());
        assertEquals(
                Verdict.FAIL,
                rule.bytes(List.of(fork(STALLED, bytes, bytes + 4_100, bytes + 4_100)), 32)
                        .verdict());
    }

    @Test
    void shouldFailHeadWhenEveryForkAllocatesMore() {
        assertEquals(Verdict.FAIL, compare(List.of(rate(FAST, 32)), List.of(rate(FAST, 48), rate(FAST, 32.6))));
        assertEquals(Verdict.PASS, compare(List.of(rate(FAST, 32)), List.of(rate(FAST, 48), rate(FAST, 32.4))));
        assertEquals(
                Verdict.PASS,
                compare(List.of(rate(FAST, 32), rate(FAST, 48)), List.of(rate(FAST, 48))),
                "one base as high");
        assertEquals(Verdict.IMPROVED, compare(List.of(rate(FAST, 48)), List.of(rate(FAST, 32))));
    }

    @Test
    void shouldFailHeadWhenItBeginsToAllocateSeldom() {
        final LayerResult result = rule.compare(List.of(rate(FAST, 0)), List.of(rate(FAST, 0.16)));
        assertEquals(Verdict.FAIL, result.verdict());
        assertEquals(0.16, result.figures().get(Waivers.EXCESS), 1e-9);
    }

    @Test
    void shouldPassHeadWhenOneOfItsForksAllocatesNothing() {
        assertEquals(Verdict.PASS, compare(List.of(rate(FAST, 0)), List.of(rate(FAST, 0.16), rate(FAST, 0))));
        assertEquals(Verdict.FAIL, compare(List.of(rate(FAST, 0)), List.of(rate(FAST, 0.16), rate(FAST, 0.16))));
    }

    @Test
    void shouldPassHeadWhenItAllocatesHardlyMoreThanABaseThatJustCountsAsNothing() {
        assertEquals(
                Verdict.PASS,
                compare(
                        List.of(fork(FAST, OWN, OWN + 3_950, OWN + 3_950)),
                        List.of(fork(FAST, OWN, OWN + 4_150, OWN + 4_150))));
        assertEquals(
                Verdict.FAIL,
                compare(
                        List.of(fork(FAST, OWN, OWN + 3_950, OWN + 3_950)),
                        List.of(fork(FAST, OWN, OWN + 8_150, OWN + 8_150))));
    }

    @Test
    void shouldPassHeadWhenJmhsOwnVariesUnderAStalledRow() {
        assertEquals(
                Verdict.PASS,
                compare(
                        List.of(fork(STALLED, OWN, OWN - 300, OWN - 300)),
                        List.of(fork(STALLED, OWN, OWN + 300, OWN + 300))));
        // The same where both allocate something, and so neither keeps the contract of zero.
        assertEquals(
                Verdict.PASS,
                compare(
                        List.of(fork(STALLED, OWN, OWN + 9_000, OWN + 9_000)),
                        List.of(fork(STALLED, OWN, OWN + 9_600, OWN + 9_600))));
    }

    @Test
    void shouldCountTheOnlyIterationWhenThereIsOne() {
        assertEquals(Verdict.FAIL, zero(fork(FAST, OWN + 9_000)));
        assertThrows(IllegalArgumentException.class, () -> new AllocationFork(List.of(), 0));
    }

    private Verdict zero(final AllocationFork... forks) {
        return rule.zero(List.of(forks)).verdict();
    }

    private Verdict compare(final List<AllocationFork> base, final List<AllocationFork> head) {
        return rule.compare(base, head).verdict();
    }

    private static AllocationFork rate(final double operations, final double bytesPerOperation) {
        final double bytes = OWN + bytesPerOperation * operations;
        return fork(operations, bytes + 1e6, bytes, bytes);
    }

    /** A fork whose last iteration, if it has more than one, also tears down. */
    private static AllocationFork fork(final double operations, final double... bytes) {
        final double[] all = Arrays.copyOf(bytes, bytes.length == 1 ? 1 : bytes.length + 1);
        all[all.length - 1] += bytes.length == 1 ? 0 : OWN + 8e6;
        return new AllocationFork(
                Arrays.stream(all)
                        .mapToObj(each -> AllocationSample.of(each / operations, operations))
                        .toList(),
                0);
    }
}
