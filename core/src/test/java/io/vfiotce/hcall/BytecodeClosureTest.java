package io.vfiotce.hcall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The walk over bytecode finds every kind of violation that is planted, and only those. */
class BytecodeClosureTest {
    private static final String PLANTED = "io/vfiotce/hcall/PlantedViolations";

    private static List<String> violations(final String method) {
        return closure().walkMethod(PLANTED, method).violations();
    }

    private static BytecodeClosure closure() {
        return new BytecodeClosure(
                RealModeBytecode.TREE, Set.of("java/lang/Math.min", "java/lang/Long.longValue"), Set.of(), Set.of());
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "allocates, NEW",
        "allocatesPrimitiveArray, NEWARRAY",
        "allocatesReferenceArray, ANEWARRAY",
        "allocatesNestedArray, MULTIANEWARRAY",
        "capturesLambda, INVOKEDYNAMIC",
        "concatenates, INVOKEDYNAMIC",
        "throwsException, ATHROW",
        "locks, MONITORENTER",
        "locks, try/catch",
        "locksItself, synchronized method",
        "leavesTheMachine, native method",
        "boxes, boxing by java/lang/Long.valueOf",
        "callsUnknownCode, call of java/lang/System.nanoTime",
        "callsInterface, open call of io/vfiotce/hcall/PlantedViolations$Port.exchange",
        "callsOpenMethod, open call of io/vfiotce/hcall/PlantedViolations$Open.openMethod",
        "dividesInt, IDIV",
        "dividesLong, LDIV",
        "remainderInt, IREM",
        "remainderLong, LREM",
        "catches, try/catch",
    })
    void shouldNameTheViolationWhenOneIsPlanted(final String method, final String what) {
        assertTrue(
                violations(method).contains(PLANTED + '.' + method + ": " + what),
                () -> "found only " + violations(method));
    }

    @Test
    void shouldNameTheSizeWhenAMethodIsTooLong() {
        final List<String> found = violations("tooLong");
        assertEquals(1, found.size());
        assertTrue(found.get(0).matches(".*tooLong: size of \\d+ bytes of code"), found.get(0));
    }

    @Test
    void shouldNameTheSizeWhenAMethodThatMustStayACallIsShort() {
        final BytecodeClosure closure = new BytecodeClosure(
                RealModeBytecode.TREE, Set.of(), Set.of(), Set.of(PLANTED + ".innocent", PLANTED + ".tooLong"));
        final List<String> found = closure.walkMethod(PLANTED, "tooLong").violations();
        assertEquals(List.of(), found);
        assertTrue(closure.walkMethod(PLANTED, "innocent").violations().get(0).contains("innocent: size of "));
    }

    @Test
    void shouldFollowCallsWhenAViolationLiesDeep() {
        assertEquals(List.of(PLANTED + ".deepest: call of java/lang/Object.notifyAll"), violations("deep"));
    }

    @Test
    void shouldFindNothingWhenAMethodIsInnocent() {
        assertEquals(List.of(), violations("innocent"));
        assertEquals(List.of(), violations("unboxes"));
    }

    @Test
    void shouldNotFollowWhenAMethodIsNamedCold() {
        final BytecodeClosure closure =
                new BytecodeClosure(RealModeBytecode.TREE, Set.of(), Set.of(PLANTED + ".allocates"), Set.of());
        assertEquals(List.of(), closure.walkMethod(PLANTED, "cold").violations());
    }

    @Test
    void shouldListTheClassesWhenCodeTouchesThem() {
        final BytecodeClosure closure = closure().walkMethod(PLANTED, "innocent");
        assertEquals(
                Set.of("io.vfiotce.hcall.PlantedViolations", "io.vfiotce.hcall.PlantedViolations$Open"),
                closure.classes());
    }
}
