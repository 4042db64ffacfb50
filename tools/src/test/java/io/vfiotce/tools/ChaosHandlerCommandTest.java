package io.vfiotce.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code tce chaos handler}, a few faults of each kind. */
@Timeout(120)
class ChaosHandlerCommandTest {
    @Test
    void shouldLoseDoubleAndTearNothingWhenTheHandlerIsBroken() {
        final String line = "chaos handler --kills 4 --steps 1 --stops 2 --truncations 6 --replacements 3 --deletions 3"
                + " --corruptions 3 --directed 16 --seed 7";
        final TceRun run = TceRun.of((Object[]) line.split(" "));
        assertEquals(0, run.exitCode(), run.out());
        assertEquals("", run.err());
        final List<String> lines = run.out().lines().skip(1).toList();
        assertEquals(
                "2 vCPUs call all the time; the handler rests up to 300 us before it decides and again before it answers,"
                        + " unless it is to die at a step",
                run.out().lines().findFirst().orElse(""));
        final List<String> starts = List.of(
                "kills: 4, ",
                "before deciding, request 1: 1, in flight 1; ",
                "before deciding, request 2: 1, in flight 1; ",
                "before deciding, request 100: 1, in flight 1; ",
                "after deciding, request 1: 1, in flight 1; ",
                "after deciding, request 2: 1, in flight 1; ",
                "after deciding, request 100: 1, in flight 1; ",
                "stops: 2, ",
                "truncations: 6, ",
                "replacements: 3, ",
                "deletions: 3, ",
                "corruptions: 3, ",
                "directed: 16, ");
        assertEquals(starts.size(), lines.size(), run.out());
        for (int i = 0; i < starts.size(); i++) {
            assertTrue(lines.get(i).startsWith(starts.get(i)), lines.get(i));
            assertTrue(lines.get(i).contains(" 0 with another status; lost 0, doubled 0, torn 0; "), lines.get(i));
        }
    }
}
