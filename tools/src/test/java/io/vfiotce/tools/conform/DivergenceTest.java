package io.vfiotce.tools.conform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.handler.HandlerKind;
import io.vfiotce.tools.handler.Handlers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Recordings with one planted error each: it must be found once, in its scenario and line. */
class DivergenceTest {
    @TempDir
    private Path directory;

    private FileReport run(final ConformLayer layer, final List<String> lines) throws IOException {
        final FileReport report =
                new ConformRunner(layer, Handlers.of(HandlerKind.THREAD)).run(Vectors.write(directory, lines));
        assertNull(report.error());
        return report;
    }

    /** Changes a line of the second of three recorded scenarios and expects that to be the only mismatch. */
    private void assertFound(
            final Predicate<String> which, final String pattern, final String replacement, final String text)
            throws IOException {
        final List<String> lines = Vectors.scenarios(Vectors.PS16, 3);
        int number = lines.indexOf("scenario 1 hostPageShift=16") + 1;
        while (!which.test(lines.get(number - 1))) {
            number++;
        }
        final String changed = lines.get(number - 1).replaceFirst(pattern, replacement);
        assertFalse(changed.equals(lines.get(number - 1)));
        final FileReport report = run(ConformLayer.RECORDED, Vectors.replaced(lines, number, changed));
        assertEquals(3, report.scenarios());
        assertEquals(1, report.mismatches());
        assertEquals(1, report.divergentScenarios());
        final Divergence divergence = report.divergences().get(0);
        assertEquals(1, divergence.scenario());
        assertEquals(number, divergence.line());
        assertTrue(divergence.toString().endsWith(text), divergence.toString());
    }

    private static Predicate<String> line(final String regex) {
        return line -> line.matches(regex);
    }

    @Test
    void shouldFindOneMismatchWhenStatusDiffers() throws IOException {
        assertFound(line("put .* = 0 rm=0"), "= 0 ", "= -4 ", ": expected status -4, got status 0");
        assertFound(line("stuff .* = -4"), "= -4", "= 9999", ": expected status 9999, got status -4");
        assertFound(line("indirect .* = 9999"), "= 9999", "= 0", ": expected status 0, got status 9999");
    }

    @Test
    void shouldFindOneMismatchWhenRealModeStatusDiffers() throws IOException {
        assertFound(line("put .* = 9999 rm=9999"), "rm=9999", "rm=-4", "status -4, got real-mode status 9999");
        assertFound(line("indirect .* = 0 rm=0"), "= 0 rm=0", "= -4 rm=-4", "status -4, got real-mode status 0");
    }

    @Test
    void shouldFindOneMismatchWhenValueDiffers() throws IOException {
        assertFound(line("get .* = 0 0"), "= 0 0", "= 0 1001", ": expected value 1001, got value 0");
    }

    @Test
    void shouldFindOneMismatchWhenGuestEntryDiffers() throws IOException {
        assertFound(line("guest .*"), "(\\w+)\\w$", "$1f", "");
    }

    @Test
    void shouldFindOneMismatchWhenLockedPagesDiffer() throws IOException {
        assertFound(line("locked .*"), "locked ", "locked 1", "");
    }

    @Test
    void shouldFindOneMismatchWhenWindowResultDiffers() throws IOException {
        assertFound(line("window .*"), "-> 0", "-> -22", ": expected result -22, got result 0");
    }

    @Test
    void shouldFindOneMismatchAtEndLineWhenGuestEntryIsNotRecorded() throws IOException {
        final FileReport report = run(ConformLayer.RECORDED, Vectors.without(Vectors.KERNEL_LINES, 8));
        assertEquals(1, report.mismatches());
        assertEquals(
                "scenario 7, line 9: guest 80000000 3: expected 0, got 1001",
                report.divergences().get(0).toString());
    }

    @Test
    void shouldFindMismatchWhenRecordedGuestEntryDoesNotExist() throws IOException {
        for (final String missing : List.of("guest 80000000 40 1", "guest 1 0 1", "guest 80000000 -1 1")) {
            final List<String> lines = new ArrayList<>(Vectors.KERNEL_LINES);
            lines.add(8, missing.replace("-1", "ffffffffffffffff"));
            final FileReport report = run(ConformLayer.RECORDED, lines);
            assertEquals(1, report.mismatches());
            assertEquals("no such entry", report.divergences().get(0).got());
            assertEquals(9, report.divergences().get(0).line());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        3 | -> 0 | -> -12 | prereg id=a: expected result -12, got result 0
        4 | -> -22 | -> 0 | prereg id=b: expected result 0, got result -22
        7 | -> 0 | -> -22 | attach 80000000 1: expected result -22, got result 0
        8 | -> -22 | -> 0 | attach 80000000 2: expected result 0, got result -22
        10 | -16 | 0 | unreg a: expected result 0, got result -16
        14 | -2 | -16 | unreg a: expected result -16, got result -2
        21 | 5003 | 5001 | hw 80000000 0 1: expected 100000005001 100000005000, got 100000005003 100000005000
        21 | 5000 | 4000 | hw 80000000 0 1: expected 100000005003 100000004000, got 100000005003 100000005000
        21 | 100000005003 | 0 | hw 80000000 0 1: expected 0 100000005000, got 100000005003 100000005000
        21 | 100000005000 | 0 | hw 80000000 0 1: expected 100000005003 0, got 100000005003 100000005000
        24 | 5 | 4 | mapped a: expected 4, got 5
        25 | a | b | locked: expected b, got a
        """)
    void shouldFindOneMismatchWhenHardwareLineDiffers(
            final int number, final String recorded, final String planted, final String text) throws IOException {
        final String line = Vectors.HARDWARE_LINES.get(number - 1);
        final int at = line.lastIndexOf(recorded);
        final String changed = line.substring(0, at) + planted + line.substring(at + recorded.length());
        final FileReport report = run(ConformLayer.RECORDED, Vectors.replaced(Vectors.HARDWARE_LINES, number, changed));
        assertEquals(1, report.mismatches());
        assertEquals(
                "scenario 8, line " + number + ": " + text,
                report.divergences().get(0).toString());
    }

    @Test
    void shouldFindOneMismatchAtEndLineWhenHardwareStateIsNotRecorded() throws IOException {
        for (final Map.Entry<Integer, String> left : Map.of(
                        23, "hw 80000000 1 1: expected 0 0, got 100000005003 100000005000",
                        24, "mapped a: expected no such region, got 5")
                .entrySet()) {
            final FileReport report =
                    run(ConformLayer.RECORDED, Vectors.without(Vectors.HARDWARE_LINES, left.getKey()));
            assertEquals(1, report.mismatches());
            assertEquals(
                    "scenario 8, line 25: " + left.getValue(),
                    report.divergences().get(0).toString());
        }
    }

    @Test
    void shouldFindMismatchWhenRecordedHardwareStateDoesNotExist() throws IOException {
        for (final Map.Entry<String, String> missing : Map.of(
                        "hw 80000000 0 200 100000004003 100000004000", "no such entry",
                        "hw 80000000 0 1ff 100000004003 100000004000", "0 0",
                        "hw 80000000 2 0 100000004003 100000004000", "no such entry",
                        "hw 1 0 0 100000004003 100000004000", "no such entry",
                        "mapped b 1", "no such region")
                .entrySet()) {
            final List<String> lines = new ArrayList<>(Vectors.HARDWARE_LINES);
            lines.add(24, missing.getKey());
            final FileReport report = run(ConformLayer.RECORDED, lines);
            assertEquals(1, report.mismatches());
            assertEquals(missing.getValue(), report.divergences().get(0).got());
            assertEquals(25, report.divergences().get(0).line());
        }
    }

    @Test
    void shouldNameFirstDivergenceAndCountAllWhenScenarioHasSeveral() throws IOException {
        List<String> lines =
                Vectors.replaced(Vectors.KERNEL_LINES, 5, "indirect 80000000 4000 2000 2 : 5003 6003 = 9999");
        lines = Vectors.replaced(lines, 6, "get 80000000 5000 = 0 6001");
        final FileReport report = run(ConformLayer.RECORDED, lines);
        assertEquals(2, report.mismatches());
        assertEquals(
                List.of(new Divergence(7, 5, "indirect 80000000 4000 2000 2", "status 9999", "status 0")),
                report.divergences());
    }

    @Test
    void shouldKeepTwentyDivergencesAndCountTheOthersWhenManyScenariosDiffer() throws IOException {
        final List<String> lines = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            lines.addAll(Vectors.replaced(Vectors.KERNEL_LINES, 9, "locked 3"));
        }
        final FileReport report = run(ConformLayer.RECORDED, lines);
        assertEquals(25, report.divergentScenarios());
        assertEquals(20, report.divergences().size());
        assertEquals(199, report.divergences().get(19).line());
    }

    @Test
    void shouldCountAsMismatchWhenLayersDifferAndPredicateSaysTheyMayNot() throws IOException {
        // An unbacked TCE is passed on by both modes, so a recorded refusal is no difference of layers.
        final String unbacked = "put 80000000 3000 20001 = -4 rm=-4";
        final String misaligned = "put 80000000 3000 1011 = -4 rm=-4";
        final List<String> head = new ArrayList<>(Vectors.KERNEL_LINES.subList(0, 4));
        final List<String> tail = Vectors.KERNEL_LINES.subList(4, 10);
        head.add(misaligned);
        head.add(unbacked);
        head.addAll(tail);
        final FileReport report = run(ConformLayer.VIRTUAL, head);
        assertEquals(1, report.layerDependent());
        assertEquals(1, report.mismatches());
        assertEquals(6, report.divergences().get(0).line());
    }

    @Test
    void shouldFindOneMismatchWhenQemuOutcomeDiffers() throws IOException {
        assertEquals(0, run(ConformLayer.RECORDED, Vectors.QEMU_LINES).mismatches());
        final FileReport status = run(
                ConformLayer.RECORDED,
                Vectors.replaced(Vectors.QEMU_LINES, 4, "indirect 80000000 a000 2000 3 : 5003 6003 = 0"));
        assertEquals(
                List.of(new Divergence(0, 4, "indirect 80000000 a000 2000 3", "status 0", "status -4")),
                status.divergences());
        final FileReport value =
                run(ConformLayer.USERSPACE, Vectors.replaced(Vectors.QEMU_LINES, 5, "get 80000000 bfff = 0 6001"));
        assertEquals(
                List.of(new Divergence(0, 5, "get 80000000 bfff", "value 6001", "value 6003")), value.divergences());
        assertEquals(1, value.mismatches());
    }
}
