package io.vfiotce.tools.gate.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.gate.config.MethodContract;
import io.vfiotce.tools.gate.config.Waivers;
import io.vfiotce.tools.gate.layer.MethodShape.Compiled;
import io.vfiotce.tools.gate.report.LayerResult;
import io.vfiotce.tools.gate.report.Verdict;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class CodeShapeRuleTest {
    private static final String STUB = "a.b.jmh_generated.Put_put_jmhTest.put_avgt_jmhStub";
    private static final String NAMED = "a.b.Table.put";

    private static final MethodShape LOOP = loop(2_000, 700, 0, 0, List.of("a.b.Put.put", NAMED), List.of());
    private static final MethodShape TABLE = table(Compiled.WHOLE, true);

    @Test
    void shouldPassWhenNothingChanged() {
        final LayerResult result = compare(fork(LOOP, TABLE), fork(LOOP, TABLE));
        assertEquals(Verdict.PASS, result.verdict());
        assertEquals(0, result.figures().get(Waivers.EXCESS));
        assertEquals(2_000, result.figures().get("headCodeBytes " + STUB));
    }

    @Test
    void shouldWarnWhenCodeGrowsOrShrinksByMoreThanATenthUnlessThatBlocks() {
        assertEquals(Verdict.PASS, code(2_200, true));
        assertEquals(Verdict.WARN, code(2_201, false));
        assertEquals(Verdict.FAIL, code(2_201, true));
        assertEquals(Verdict.PASS, code(1_800, true));
        assertEquals(Verdict.WARN, code(1_799, false));
        assertEquals(Verdict.FAIL, code(1_799, true));
    }

    @Test
    void shouldNameTheLostMethodWhenLessIsInlined() {
        final MethodShape less = loop(
                2_000,
                699,
                0,
                0,
                List.of("a.b.Put.put"),
                List.of(NAMED + ": hot method too big", "a.b.X.y: never executed"));
        final LayerResult result = compare(fork(LOOP, TABLE), fork(less, TABLE));
        assertEquals(Verdict.FAIL, result.verdict());
        assertTrue(result.reason().endsWith("; called instead: " + NAMED + ": hot method too big"), result.reason());
        assertEquals(1 - 699.0 / 700, result.figures().get(Waivers.EXCESS), 1e-12);
        assertEquals(Verdict.PASS, compare(fork(less, TABLE), fork(LOOP, TABLE)).verdict());
    }

    @Test
    void shouldOnlyWarnWhenCodeIsWrittenAnewAndNothingIsRefused() {
        assertEquals(Verdict.PASS, inlined(630, false, "a.b.X.y: never executed"));
        assertEquals(Verdict.FAIL, inlined(629, false, "a.b.X.y: call site not reached"), "for the table is called");
        final MethodShape shorter = loop(2_000, 629, 0, 0, List.of("a.b.Put.put", NAMED), List.of());
        assertEquals(
                Verdict.WARN, compare(fork(LOOP, TABLE), fork(shorter, TABLE)).verdict());
        assertEquals(Verdict.FAIL, inlined(629, true, "a.b.X.y: low call site frequency"));
    }

    @Test
    void shouldFailWhenWhatWasInlinedIsHiddenBehindAMethodThatIsNew() {
        assertEquals(Verdict.FAIL, inlined(699, false, "a.b.X.extracted: hot method too big"));
        assertEquals(Verdict.PASS, inlined(700, false, "a.b.X.extracted: hot method too big"));
        assertEquals(
                Verdict.PASS, inlined(699, false, "a.b.X.refused: too big"), "which the base did not inline either");
    }

    @Test
    void shouldFailWhenTheCodeShrinksForACallIsVirtualNow() {
        final MethodShape virtual = loop(1_799, 690, 0, 0, List.of("a.b.Put.put"), List.of());
        final LayerResult result = compare(fork(LOOP, TABLE), fork(virtual, TABLE));
        assertEquals(Verdict.FAIL, result.verdict());
        assertTrue(result.reason().endsWith("it has no longer inlined " + NAMED), result.reason());
        assertEquals(1, result.figures().get(CodeShapeRule.TIME_DECIDES));
        final MethodShape refused = loop(1_799, 690, 0, 0, List.of("a.b.Put.put"), List.of(NAMED + ": too big"));
        assertFalse(compare(fork(LOOP, TABLE), fork(refused, TABLE)).figures().containsKey(CodeShapeRule.TIME_DECIDES));
        assertFalse(CodeShapeRule.compare(List.of(fork(LOOP, TABLE)), List.of(fork(virtual, TABLE)), true)
                .figures()
                .containsKey(CodeShapeRule.TIME_DECIDES));
    }

    @Test
    void shouldFailWhenOneOfSeveralCallsIsNotInlinedAnyMore() {
        final MethodShape both = loop(2_000, 700, 0, 0, List.of(NAMED), List.of());
        final MethodShape one = loop(2_000, 699, 0, 0, List.of(NAMED), List.of(NAMED + ": inlining too deep"));
        final MethodShape seldom = loop(2_000, 699, 0, 0, List.of(NAMED), List.of(NAMED + ": never executed"));
        assertEquals(Verdict.FAIL, compare(fork(both, TABLE), fork(one, TABLE)).verdict());
        assertEquals(Verdict.PASS, compare(fork(one, TABLE), fork(one, TABLE)).verdict());
        assertEquals(
                Verdict.PASS, compare(fork(both, TABLE), fork(seldom, TABLE)).verdict());
    }

    private static Verdict inlined(final long bytes, final boolean sizeBlocks, final String refusal) {
        final MethodShape before =
                loop(2_000, 700, 0, 0, List.of("a.b.Put.put", NAMED), List.of("a.b.X.refused: too big"));
        final MethodShape without = loop(2_000, bytes, 0, 0, List.of("a.b.Put.put"), List.of(refusal));
        return CodeShapeRule.compare(List.of(fork(before, TABLE)), List.of(fork(without, TABLE)), sizeBlocks)
                .verdict();
    }

    @Test
    void shouldFailWhenANamedMethodIsNotInlinedAnyMore() {
        assertEquals(
                Verdict.FAIL,
                compare(fork(LOOP, TABLE), fork(LOOP, table(Compiled.WHOLE, false)))
                        .verdict());
    }

    @Test
    void shouldFailBeyondAnyCeilingWhenCompilationsFailOrCodeIsDeoptimised() {
        for (final MethodShape bad : List.of(loop(2_000, 700, 1, 0), loop(2_000, 700, 0, 1))) {
            final LayerResult result = compare(fork(LOOP, TABLE), fork(bad, TABLE));
            assertEquals(Verdict.FAIL, result.verdict());
            assertFalse(result.figures().containsKey(Waivers.EXCESS));
            assertEquals(
                    Verdict.PASS, compare(fork(bad, TABLE), fork(bad, TABLE)).verdict());
            assertEquals(
                    Verdict.FAIL,
                    CodeShapeRule.check(List.of(fork(bad, TABLE)), List.of()).verdict());
        }
    }

    @Test
    void shouldFailWhenANamedMethodIsOnlyCompiledInsideALoop() {
        final MethodShape loopOnly = table(Compiled.LOOP_ONLY, false);
        assertEquals(
                Verdict.FAIL, compare(fork(LOOP, TABLE), fork(LOOP, loopOnly)).verdict());
        assertEquals(
                Verdict.FAIL,
                CodeShapeRule.check(List.of(fork(LOOP, loopOnly)), List.of()).verdict());
        final MethodShape inlined = table(Compiled.NONE, true);
        assertEquals(
                Verdict.PASS, compare(fork(LOOP, TABLE), fork(LOOP, inlined)).verdict());
        assertEquals(
                Verdict.PASS,
                CodeShapeRule.check(List.of(fork(LOOP, inlined)), List.of()).verdict());
    }

    @Test
    void shouldBelieveADifferenceOnlyWhenEveryForkShowsIt() {
        final ForkShape same = fork(LOOP, TABLE);
        final ForkShape less = fork(loop(2_000, 500, 0, 0), TABLE);
        assertEquals(
                Verdict.FAIL,
                CodeShapeRule.compare(List.of(same), List.of(less), true).verdict());
        assertEquals(
                Verdict.PASS,
                CodeShapeRule.compare(List.of(same), List.of(less, same), true).verdict());
        assertEquals(
                Verdict.PASS,
                CodeShapeRule.compare(List.of(same, less), List.of(less), true).verdict());
        assertEquals(
                Verdict.FAIL,
                CodeShapeRule.compare(List.of(same, same), List.of(less, less), true)
                        .verdict());
    }

    @Test
    void shouldBeMissingWhenTheLoopWasNotCompiled() {
        final ForkShape none = new ForkShape(Map.of(NAMED, TABLE), List.of(NAMED));
        assertEquals(Verdict.MISSING, compare(none, fork(LOOP, TABLE)).verdict());
        assertEquals(Verdict.MISSING, compare(fork(LOOP, TABLE), none).verdict());
        assertEquals(
                Verdict.MISSING, CodeShapeRule.check(List.of(none), List.of()).verdict());
        assertEquals(Verdict.WARN, compare(none, none).verdict(), "a row that is so slow in both");
    }

    @Test
    void shouldNotFailBecauseOneForkOfSeveralDidNotComeToCompileTheOtherSideOfAGroup() {
        final String other = "a.b.jmh_generated.Put_put_jmhTest.get_avgt_jmhStub";
        final MethodShape side =
                new MethodShape(other, Compiled.LOOP_ONLY, 900, 300, false, 0, 0, List.of(), List.of());
        final ForkShape both = new ForkShape(
                new TreeMap<>(Map.of(STUB, LOOP, NAMED, TABLE, other, side)), List.of(NAMED, STUB, other));
        final ForkShape one = fork(LOOP, TABLE);
        assertEquals(
                Verdict.PASS,
                CodeShapeRule.compare(List.of(both, both), List.of(both, one), true)
                        .verdict());
        assertEquals(
                Verdict.PASS, CodeShapeRule.check(List.of(both, one), List.of()).verdict());
    }

    @Test
    void shouldJudgeByTheForksThatWereCompiledWhenOneWasNot() {
        final ForkShape none = new ForkShape(Map.of(NAMED, TABLE), List.of(NAMED));
        final ForkShape same = fork(LOOP, TABLE);
        final ForkShape grown = fork(loop(3_000, 700, 0, 0), TABLE);
        assertEquals(
                Verdict.PASS,
                CodeShapeRule.compare(List.of(none, same), List.of(same, none), true)
                        .verdict());
        assertEquals(
                Verdict.FAIL,
                CodeShapeRule.compare(List.of(none, same, same), List.of(grown, none, grown), true)
                        .verdict());
        assertEquals(
                Verdict.MISSING,
                CodeShapeRule.compare(List.of(none, same), List.of(grown, none), true)
                        .verdict(),
                "one of each proves nothing beside as many that show nothing");
        assertEquals(
                Verdict.PASS,
                CodeShapeRule.check(List.of(none, same), List.of()).verdict());
    }

    @Test
    void shouldHoldBoundsWhenAContractGivesThem() {
        assertEquals(
                Verdict.PASS, check(OptionalInt.of(400), OptionalInt.of(100)).verdict());
        final LayerResult tooLarge = check(OptionalInt.of(320), OptionalInt.empty());
        assertEquals(Verdict.FAIL, tooLarge.verdict());
        assertEquals(0.25, tooLarge.figures().get(Waivers.EXCESS), 1e-12);
        assertEquals(
                Verdict.FAIL, check(OptionalInt.empty(), OptionalInt.of(101)).verdict());
    }

    private static LayerResult check(final OptionalInt maxCode, final OptionalInt minInlined) {
        final MethodContract contract = new MethodContract(Pattern.compile(""), NAMED, maxCode, minInlined);
        return CodeShapeRule.check(List.of(fork(LOOP, TABLE)), List.of(contract));
    }

    private static Verdict code(final long bytes, final boolean sizeBlocks) {
        return CodeShapeRule.compare(
                        List.of(fork(LOOP, TABLE)),
                        List.of(fork(loop(bytes, 700, 0, 0, LOOP.inlines(), List.of()), TABLE)),
                        sizeBlocks)
                .verdict();
    }

    private static LayerResult compare(final ForkShape base, final ForkShape head) {
        return CodeShapeRule.compare(List.of(base), List.of(head), false);
    }

    private static ForkShape fork(final MethodShape loop, final MethodShape table) {
        return new ForkShape(new TreeMap<>(Map.of(STUB, loop, NAMED, table)), List.of(NAMED, STUB));
    }

    private static MethodShape loop(
            final long code, final long inlined, final int failures, final int deoptimizations) {
        return loop(code, inlined, failures, deoptimizations, List.of(), List.of());
    }

    private static MethodShape loop(
            final long code,
            final long inlined,
            final int failures,
            final int deoptimizations,
            final List<String> inlines,
            final List<String> refuses) {
        return new MethodShape(
                STUB, Compiled.LOOP_ONLY, code, inlined, false, failures, deoptimizations, inlines, refuses);
    }

    private static MethodShape table(final Compiled compiled, final boolean inlined) {
        final boolean none = compiled == Compiled.NONE;
        return new MethodShape(NAMED, compiled, none ? 0 : 400, none ? 0 : 100, inlined, 0, 0, List.of(), List.of());
    }
}
