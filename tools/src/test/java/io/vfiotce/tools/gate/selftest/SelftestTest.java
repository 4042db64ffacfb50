package io.vfiotce.tools.gate.selftest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.gate.report.Verdict;
import io.vfiotce.tools.gate.run.ForkSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SelftestTest {
    private static final long LONG_MS = 1_000_000_000L;
    private static final Set<Part> ALL = EnumSet.allOf(Part.class);
    private static final List<String> ALL_NAMES =
            List.of("all", "aa", "replay", "power", "evidence", "plants", "instructions");

    @TempDir
    private Path temp;

    private final FakeGate gate = new FakeGate();

    private SelftestResult measured(final Set<Part> parts) throws IOException, InterruptedException {
        final Selftest selftest = gate.selftest(temp, LONG_MS);
        assertEquals(Selftest.End.DONE, selftest.measure(parts));
        return selftest.result(Map.of("date", "2026-11-23"));
    }

    private static Figure figure(final SelftestResult result, final String name) {
        return result.figures().stream()
                .filter(figure -> figure.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Figure.State state(final SelftestResult result, final String name) {
        return figure(result, name).state();
    }

    @Test
    void shouldMeetAllLimitsWhenTheGateIsRight() throws IOException, InterruptedException {
        final SelftestResult result = measured(ALL);
        assertEquals(
                List.of(),
                result.figures().stream()
                        .filter(figure -> figure.state() != Figure.State.MET)
                        .toList());
        assertFalse(result.isMissed(ALL_NAMES) || result.isIncomplete(ALL_NAMES));
        assertEquals(
                "6 of 6", figure(result, "row verdicts of 8 pairs under load").value());
        assertEquals(
                "0 of 3",
                figure(result, "pairs of counts of one jar that differ").value());
        assertEquals("2 of 2", figure(result, "one object per 100 calls: found").value());
        assertEquals(
                "2 of 2",
                figure(result, "FAIL of rows in whole runs with 10 % planted").value());
    }

    @Test
    void shouldMissTheLimitsWhenAJarIsCalledSlowerThanItself() throws IOException, InterruptedException {
        gate.aaSlower = 1.2;
        final SelftestResult result = measured(EnumSet.of(Part.AA));
        assertEquals("6 of 6", figure(result, "false FAIL").value());
        assertEquals(Figure.State.MISSED, state(result, "false FAIL"));
        assertEquals(Figure.State.MISSED, state(result, "flagged by the first stage"));
    }

    @Test
    void shouldMissTheLimitsWhenSlowdownsAreNotFound() throws IOException, InterruptedException {
        gate.shown = 0;
        final SelftestResult result = measured(EnumSet.of(Part.POWER));
        for (final String planted : List.of("5", "10", "25")) {
            final String name = "arithmetic, " + planted + " % planted, ";
            assertEquals(Figure.State.MISSED, state(result, name + "calm: found"));
            assertEquals(Figure.State.MISSED, state(result, name + "calm: passed"));
            assertEquals(Figure.State.MET, state(result, name + "loaded: found"));
            assertEquals(Figure.State.MISSED, state(result, name + "loaded: passed"));
        }
    }

    @Test
    void shouldMissTheLimitsWhenALayerPassesWhatIsPlanted() throws IOException, InterruptedException {
        gate.plants = Verdict.PASS;
        final SelftestResult result = measured(EnumSet.of(Part.PLANTS));
        assertEquals(Figure.State.MISSED, state(result, "one object per 100 calls: found"));
        assertEquals(Figure.State.MISSED, state(result, "loss of inlining: found"));
        assertEquals(Figure.State.MISSED, state(result, "2 % more instructions: found"));
    }

    @Test
    void shouldMissTheLimitWhenALayerAccusesAJarOfBeingWorseThanItself() throws IOException, InterruptedException {
        final String failed = "false FAIL of allocation and compiled code";
        final SelftestResult right = measured(EnumSet.of(Part.EVIDENCE));
        assertEquals("0 of 8", figure(right, failed).value());
        assertFalse(right.isMissed(ALL_NAMES));
        final Path other = Files.createDirectory(temp.resolve("other"));
        gate.evidence = Verdict.FAIL;
        final Selftest selftest = gate.selftest(other, LONG_MS);
        selftest.measure(EnumSet.of(Part.EVIDENCE));
        final SelftestResult wrong = selftest.result(Map.of());
        assertEquals("8 of 8", figure(wrong, failed).value());
        assertTrue(wrong.isMissed(List.of("evidence")));
        final Path third = Files.createDirectory(temp.resolve("third"));
        gate.evidence = Verdict.MISSING;
        final Selftest crashing = gate.selftest(third, LONG_MS);
        crashing.measure(EnumSet.of(Part.EVIDENCE));
        assertTrue(crashing.result(Map.of()).isMissed(List.of("evidence")), "no verdict is none that is right");
    }

    @Test
    void shouldSayThatItIsMissingWhenInstructionsCannotBeCounted() throws IOException, InterruptedException {
        gate.valgrind = false;
        gate.plants = Verdict.INCONCLUSIVE;
        final SelftestResult result = measured(EnumSet.of(Part.PLANTS, Part.INSTRUCTIONS));
        assertEquals(Figure.State.MISSING, state(result, "2 % more instructions: found"));
        assertEquals(Figure.State.MISSING, state(result, "pairs of counts of one jar that differ"));
        assertTrue(result.isIncomplete(List.of("instructions")));
        assertTrue(result.text().contains("MISSING  instructions"));
    }

    @Test
    void shouldMissTheLimitWhenCountsOfOneJarDiffer() throws IOException, InterruptedException {
        gate.lastSlope = 102;
        final SelftestResult result = measured(EnumSet.of(Part.INSTRUCTIONS));
        assertEquals(
                "2 of 3",
                figure(result, "pairs of counts of one jar that differ").value());
        assertTrue(result.isMissed(List.of("instructions")));
        assertFalse(result.isMissed(List.of("aa")));
    }

    @Test
    void shouldCountNothingTwiceWhenItIsResumedAgainAndAgain() throws IOException, InterruptedException {
        final FakeGate whole = new FakeGate();
        final Path other = Files.createDirectory(temp.resolve("other"));
        whole.selftest(other, LONG_MS).measure(ALL);

        Selftest.End end = Selftest.End.PAUSED;
        int sessions = 0;
        while (end != Selftest.End.DONE) {
            // Half a pair of a paused session cannot be: the guard asks before pairs only.
            end = gate.selftest(temp, 7_000).measure(ALL);
            sessions++;
        }
        assertTrue(sessions > 10, sessions + " sessions");
        assertEquals(whole.jobs, gate.jobs);
        assertEquals(whole.calls.size(), gate.calls.size());
        assertEquals(whole.slopes, gate.slopes);
        assertEquals(
                Files.readString(other.resolve("self/elapsed.txt")),
                Files.readString(temp.resolve("self/elapsed.txt")));
    }

    @Test
    void shouldSayWhatIsLeftWhenTheTimeIsUsedUp() throws IOException, InterruptedException {
        final Selftest selftest = gate.selftest(temp, 61_000);
        assertEquals(Selftest.End.PAUSED, selftest.measure(ALL));
        final SelftestResult result = selftest.result(Map.of());
        assertEquals("no, 1 of 3 to go", figure(result, "complete").value());
        assertTrue(result.isIncomplete(List.of("aa")));
        assertTrue(gate.said.toString().contains("jar against itself, run 2; "), gate.said.toString());
    }

    @Test
    void shouldMeasureNoPowerWhenTheHostIsNotCalm() throws IOException, InterruptedException {
        gate.disturbances = "steal 3.0 %";
        final Selftest selftest = gate.selftest(temp, LONG_MS);
        assertEquals(Selftest.End.DISTURBED, selftest.measure(EnumSet.of(Part.POWER)));
        assertEquals(List.of(), gate.jobs);
        assertTrue(gate.said.toString().contains("the host is not calm: steal 3.0 %"), gate.said.toString());
    }

    @Test
    void shouldWaitForItsForksWhenTheReplayIsAskedForFirst() throws IOException, InterruptedException {
        assertEquals(Selftest.End.PAUSED, gate.selftest(temp, LONG_MS).measure(EnumSet.of(Part.REPLAY)));
        assertTrue(gate.said.toString().contains("part replay takes the forks of part aa"), gate.said.toString());
    }

    @Test
    void shouldMakeEachRunOfTheJarsThatItIsAboutWhenItStartsTheGate() throws IOException, InterruptedException {
        measured(EnumSet.of(Part.AA, Part.EVIDENCE, Part.PLANTS));
        final Path root = temp.resolve("self").toAbsolutePath();
        assertEquals(
                List.of(
                        "aa plain",
                        "aa plain",
                        "aa plain",
                        "aa plain",
                        "aa plain",
                        "ab allocateEvery-100",
                        "ab allocateEvery-100",
                        "ab callees-004",
                        "ab callees-004",
                        "ab slowPerMille-020"),
                gate.calls.stream()
                        .map(call -> call.command()
                                + ' '
                                + call.head().getFileName().toString().replace(".jar", ""))
                        .toList());
        assertEquals(
                Set.of(root.resolve("plain.jar")),
                Set.copyOf(gate.calls.stream().map(GateCall::base).toList()));
        assertEquals(
                3, gate.calls.stream().limit(3).map(GateCall::seed).distinct().count());
    }

    @Test
    void shouldKeepItsFiguresAsJsonAndMarkdownWhenItEnds() throws IOException, InterruptedException {
        measured(EnumSet.of(Part.INSTRUCTIONS));
        final Path root = temp.resolve("self");
        assertTrue(Files.readString(root.resolve("selftest.json")).contains("\"schema\" : \"tce.gate.selftest.v1\""));
        final String markdown = Files.readString(root.resolve("selftest.md"));
        assertTrue(markdown.startsWith("- date: 2026-11-23\n\n| Part |"), markdown);
        assertTrue(
                markdown.contains("| instructions | pairs of counts of one jar that differ | 0 of 3 | 0 | ok |"),
                markdown);
    }

    @Test
    void shouldRefuseWhenTheDirectoryIsOfAnotherSelftest() throws IOException {
        FakeGate.workspace(temp);
        final ForkSettings others = new ForkSettings("java", List.of(), List.of(), 2, 150, 3, 151, 1000);
        assertThrows(
                BadInputException.class,
                () -> Workspace.create(temp.resolve("self"), temp.resolve("bench.jar"), FakeGate.SIZES, others, 1));
    }

    @Test
    void shouldLeaveNoLoadWhenItEnds() throws IOException, InterruptedException {
        measured(EnumSet.of(Part.AA));
        try (Stream<ProcessHandle> children = ProcessHandle.current().descendants()) {
            assertEquals(
                    List.of(),
                    children.flatMap(child -> child.info().commandLine().stream())
                            .filter(command -> command.contains("kill -0"))
                            .toList());
        }
        final Load load = Load.start();
        assertTrue(load.isRunning());
        load.close();
        assertFalse(load.isRunning());
    }
}
