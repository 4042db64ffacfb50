package io.vfiotce.tools.gate.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.util.Optional;

/** What becomes of arguments that a benchmark's annotations are about too. */
class ForkMainTest {
    private static final String OWN = "-Xmx1g \"-Dx=a b\"";
    private static final List<String> JMH =
            List.of("-f", "1", "-wi", "3", "-w", "300ms", "-i", "5", "-r", "300ms", "^\\Qa.B.c\\E$");
    private static final List<String> ARGS = with("-jvmArgsAppend", OWN);

    private static BenchmarkListEntry entry(final Mode mode, final String... appended) {
        return new BenchmarkListEntry(
                "a.B",
                "a.jmh_generated.B_c",
                "c",
                mode,
                Optional.none(),
                new int[] {1},
                Optional.none(),
                Optional.none(),
                Optional.none(),
                Optional.none(),
                Optional.none(),
                Optional.none(),
                Optional.none(),
                Optional.none(),
                Optional.none(),
                Optional.none(),
                Optional.none(),
                Optional.none(),
                appended.length == 0 ? Optional.none() : Optional.of(List.of(appended)),
                Optional.none(),
                Optional.none(),
                Optional.none(),
                Optional.none());
    }

    /** JMH's arguments with others before them. */
    private static List<String> with(final String... before) {
        return Stream.concat(Stream.of(before), JMH.stream()).toList();
    }

    @Test
    void shouldAddToWhatTheAnnotationAppends() {
        final BenchmarkListEntry annotated = entry(Mode.AverageTime, "-Da= c", "-Xms256m");
        assertEquals(
                with("-jvmArgsAppend", "\"-Da= c\" \"-Xms256m\" " + OWN), ForkMain.arguments(ARGS, List.of(annotated)));
        assertEquals(
                JMH,
                ForkMain.arguments(JMH, List.of(annotated)),
                "JMH takes the annotation's where there are no others");
    }

    @Test
    void shouldJoinWhatIsAppendedInSeveralPlaces() {
        final List<String> twice = with("-jvmArgsAppend", OWN, "-t", "1", "-jvmArgsAppend", "-Dy=1 -Dz=2");
        assertEquals(
                with("-jvmArgsAppend", "\"-Da\" " + OWN + " -Dy=1 -Dz=2", "-t", "1"),
                ForkMain.arguments(twice, List.of(entry(Mode.AverageTime, "-Da"))));
    }

    @Test
    void shouldLeaveArgumentsAloneWhenNothingIsAnnotated() {
        assertEquals(ARGS, ForkMain.arguments(ARGS, List.of(entry(Mode.AverageTime))));
        assertEquals(ARGS, ForkMain.arguments(ARGS, List.of()));
        assertEquals(ARGS, ForkMain.arguments(with("--keep-shots", "-jvmArgsAppend", OWN), List.of()));
    }

    @Test
    void shouldKeepTheNumbersOfIterationsOfSingleShotsWhenAskedTo() {
        final BenchmarkListEntry shots = entry(Mode.SingleShotTime);
        final BenchmarkListEntry average = entry(Mode.AverageTime);
        assertEquals(List.of("-f", "1", "^\\Qa.B.c\\E$"), ForkMain.arguments(with("--keep-shots"), List.of(shots)));
        assertEquals(JMH, ForkMain.arguments(JMH, List.of(shots)), "other layers look at what is warm");
        assertEquals(
                JMH, ForkMain.arguments(with("--keep-shots"), List.of(shots, average)), "of two modes one is no shot");
        assertEquals(with("-bm", "ss"), ForkMain.arguments(with("--keep-shots", "-bm", "ss"), List.of(shots)));
    }

    @Test
    void shouldRefuseWhatJmhWouldMisread() {
        final BenchmarkListEntry quoted = entry(Mode.AverageTime, "-D\"a\"");
        assertThrows(IllegalArgumentException.class, () -> ForkMain.arguments(ARGS, List.of(quoted)));
    }
}
