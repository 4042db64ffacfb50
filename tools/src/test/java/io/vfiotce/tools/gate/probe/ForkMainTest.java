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
    private static final List<String> ARGS = List.of(
            "-f",
            "1",
            "-wi",
            "3",
            "-w",
            "300ms",
            "-i",
            "5",
            "-r",
            "300ms",
            "-jvmArgsAppend",
            "-Xmx1g \"-Dx=a b\"",
            "^\\Qa.B.c\\E$");

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

    private static List<String> with(final String... changes) {
        return Stream.of(changes).toList();
    }

    @Test
    void shouldAddToWhatTheAnnotationAppends() {
        final BenchmarkListEntry annotated = entry(Mode.AverageTime, "-Da= c", "-Xms256m");
        final List<String> args = ForkMain.arguments(ARGS, List.of(annotated));
        assertEquals("\"-Da= c\" \"-Xms256m\" -Xmx1g \"-Dx=a b\"", args.get(11));
        assertEquals(ARGS.size(), args.size());
        assertEquals(
                with("-f", "1", "a"),
                ForkMain.arguments(with("-f", "1", "a"), List.of(annotated)),
                "JMH takes the annotation's where there are no others");
    }

    @Test
    void shouldLeaveArgumentsAloneWhenNothingIsAnnotated() {
        assertEquals(ARGS, ForkMain.arguments(ARGS, List.of(entry(Mode.AverageTime))));
        assertEquals(ARGS, ForkMain.arguments(ARGS, List.of()));
    }

    @Test
    void shouldKeepTheNumbersOfIterationsOfSingleShots() {
        final BenchmarkListEntry shots = entry(Mode.SingleShotTime);
        assertEquals(
                with("-f", "1", "-jvmArgsAppend", "-Xmx1g \"-Dx=a b\"", "^\\Qa.B.c\\E$"),
                ForkMain.arguments(ARGS, List.of(shots)));
        assertEquals(
                ARGS, ForkMain.arguments(ARGS, List.of(shots, entry(Mode.AverageTime))), "of two modes one is not");
        final List<String> chosen =
                Stream.concat(Stream.of("-bm", "ss"), ARGS.stream()).toList();
        assertEquals(chosen, ForkMain.arguments(chosen, List.of(shots)));
    }

    @Test
    void shouldRefuseWhatJmhWouldMisread() {
        final BenchmarkListEntry quoted = entry(Mode.AverageTime, "-D\"a\"");
        assertThrows(IllegalArgumentException.class, () -> ForkMain.arguments(ARGS, List.of(quoted)));
    }
}
