package io.vfiotce.tools.gate.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.gate.report.LayerResult;
import io.vfiotce.tools.gate.report.Verdict;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class InstructionRuleTest {
    @Test
    void shouldFailWhenTwoPercentMoreAreExecuted() {
        final LayerResult result = InstructionRule.compare(forks(85.39), forks(85.39 * 1.02));
        assertEquals(Verdict.FAIL, result.verdict());
        assertEquals(0.02, result.interval().effect(), 1e-9);
        assertEquals(
                Verdict.IMPROVED,
                InstructionRule.compare(forks(85.39 * 1.02), forks(85.39)).verdict());
    }

    @Test
    void shouldTolerateHalfAPercentAndThreeTenthsOfAnInstruction() {
        assertEquals(Verdict.PASS, compare(forks(200), forks(201)));
        assertEquals(Verdict.FAIL, compare(forks(200), forks(201.01)));
        assertEquals(Verdict.PASS, compare(forks(10), forks(10.29)));
        assertEquals(Verdict.FAIL, compare(forks(10), forks(10.31)));
    }

    @Test
    void shouldCompareTheLeastOfTheHeadWithTheMostOfTheBase() {
        assertEquals(Verdict.PASS, compare(forks(100, 103, 100), forks(103, 103, 104)));
        assertEquals(Verdict.PASS, compare(forks(100, 100, 100), forks(103, 100, 104)));
        assertEquals(Verdict.FAIL, compare(forks(100, 100, 101), forks(103, 103, 104)));
    }

    @Test
    void shouldSayNothingWhenNoForkOfAJarSettled() {
        assertEquals(Verdict.INCONCLUSIVE, compare(forks(100), List.of(unsettled())));
        assertEquals(Verdict.INCONCLUSIVE, compare(List.of(unsettled()), forks(100)));
        assertEquals(Verdict.PASS, compare(forks(100), List.of(unsettled(), fork(100))));
        assertEquals(
                Verdict.INVALID,
                InstructionRule.ceiling(List.of(unsettled()), 100).verdict());
    }

    @Test
    void shouldHoldTheCeilingOfAContract() {
        assertEquals(Verdict.PASS, InstructionRule.ceiling(forks(60.1, 60), 60).verdict());
        assertEquals(
                Verdict.FAIL, InstructionRule.ceiling(forks(60.1, 60.2), 60).verdict());
    }

    @Test
    void shouldNeverPassWithoutValgrind() {
        assertEquals(Verdict.INCONCLUSIVE, InstructionRule.unavailable("why").verdict());
    }

    @Test
    void shouldPlanBatchesOfThirtyMilliseconds() {
        assertEquals(3_000_000, InstructionPlan.of(10, "").batch());
        assertEquals(2, InstructionPlan.of(1e9, "").batch());
        assertEquals(30_000_000, InstructionPlan.of(0.01, "").batch());
        assertTrue(String.join(" ", InstructionPlan.of(10, "").jmhArgs())
                .contains("-gc true -wi 5 -wbs 1 -i 6 -bs 3000000"));
        assertThrows(IllegalArgumentException.class, () -> new InstructionPlan(1, false));
    }

    private static Verdict compare(final List<InstructionCount> base, final List<InstructionCount> head) {
        return InstructionRule.compare(base, head).verdict();
    }

    private static List<InstructionCount> forks(final double... perInvocation) {
        return Arrays.stream(perInvocation).mapToObj(InstructionRuleTest::fork).toList();
    }

    private static InstructionCount fork(final double perInvocation) {
        return new InstructionCount(perInvocation, List.of(perInvocation * 2, perInvocation, perInvocation));
    }

    private static InstructionCount unsettled() {
        return new InstructionCount(90, List.of(100.0, 95.0, 90.0));
    }

    @Test
    void shouldChooseACollectorOnlyWhereNobodyDid() {
        assertTrue(InstructionPlan.of(10, "-Xmx1g -XX:+UseStringDeduplication")
                .jvmArgs()
                .contains("-XX:+UseSerialGC"));
        for (final String chosen : List.of("-XX:+UseG1GC", "-Xmx1g -XX:+UseParallelGC -Da=b", "-XX:+UseSerialGC")) {
            assertFalse(InstructionPlan.of(10, chosen).jvmArgs().contains("-XX:+UseSerialGC"), chosen);
        }
    }
}
