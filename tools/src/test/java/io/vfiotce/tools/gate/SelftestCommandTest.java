package io.vfiotce.tools.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vfiotce.tools.gate.selftest.Figure;
import io.vfiotce.tools.gate.selftest.Selftest;
import io.vfiotce.tools.gate.selftest.SelftestResult;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a selftest ends with. */
class SelftestCommandTest {
    private static final List<String> PARTS = List.of("aa", "power");

    private static int exitCode(final Selftest.End end, final Figure.State aa, final Figure.State plants) {
        final SelftestResult result = new SelftestResult(
                "",
                Map.of(),
                List.of(new Figure("aa", "a", "1", "1", aa), new Figure("plants", "b", "1", "1", plants)));
        return SelftestCommand.exitCode(end, result, PARTS, false);
    }

    @Test
    void shouldEndWithZeroOnlyWhenAllThatWasAskedForIsMet() {
        assertEquals(0, exitCode(Selftest.End.DONE, Figure.State.MET, Figure.State.MISSED));
        assertEquals(1, exitCode(Selftest.End.DONE, Figure.State.MISSED, Figure.State.MET));
        assertEquals(1, exitCode(Selftest.End.PAUSED, Figure.State.MISSED, Figure.State.MET));
        assertEquals(3, exitCode(Selftest.End.DONE, Figure.State.MISSING, Figure.State.MET));
        assertEquals(3, exitCode(Selftest.End.PAUSED, Figure.State.MISSING, Figure.State.MET));
        assertEquals(4, exitCode(Selftest.End.DISTURBED, Figure.State.MISSING, Figure.State.MET));
    }

    @Test
    void shouldNeverEndWithZeroWhenItWasATrial() {
        final SelftestResult result =
                new SelftestResult("", Map.of(), List.of(new Figure("aa", "a", "1", "1", Figure.State.MET)));
        assertEquals(3, SelftestCommand.exitCode(Selftest.End.DONE, result, PARTS, true));
    }
}
