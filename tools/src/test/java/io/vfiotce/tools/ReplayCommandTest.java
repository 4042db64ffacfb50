package io.vfiotce.tools;

import static io.vfiotce.tools.Recordings.PCI;
import static io.vfiotce.tools.Recordings.VIO;
import static io.vfiotce.tools.Recordings.ddwCreate;
import static io.vfiotce.tools.Recordings.ddwRemove;
import static io.vfiotce.tools.Recordings.entry;
import static io.vfiotce.tools.Recordings.get;
import static io.vfiotce.tools.Recordings.indirect;
import static io.vfiotce.tools.Recordings.log;
import static io.vfiotce.tools.Recordings.newTable;
import static io.vfiotce.tools.Recordings.put;
import static io.vfiotce.tools.Recordings.stuff;
import static io.vfiotce.tools.Recordings.xlate;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.trace.BinaryTrace;
import io.vfiotce.tools.trace.TraceBuilder;
import io.vfiotce.tools.trace.TraceGrade;
import io.vfiotce.tools.trace.WindowGeometry;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code tce replay} of small recordings: what agrees, what does not, and what it says about it. */
class ReplayCommandTest {
    private static final int MASK = 0xfff;
    private static final long HIGH = 0x800000000000000L;

    @TempDir
    private Path directory;

    private Path recording(final String... lines) {
        return log(directory.resolve("guest.log"), lines);
    }

    /** Replays with one timed round, any share of real mode being enough, unless the options that follow say otherwise. */
    private static TceRun replay(final Path file, final Object... options) {
        final List<Object> arguments = new ArrayList<>(List.of("replay", "--json", "-", file));
        arguments.addAll(List.of(options));
        for (final String usual : List.of("--repeat=1", "--min-real=0")) {
            final String name = usual.substring(0, usual.indexOf('=') + 1);
            if (Arrays.stream(options).noneMatch(option -> option.toString().startsWith(name))) {
                arguments.add(usual);
            }
        }
        return TceRun.of(arguments.toArray());
    }

    private static Map<String, String> agreeing(final Path file, final Object... more) {
        final TceRun run = replay(file, more);
        final Map<String, String> json = run.json();
        assertEquals("true", json.get("ok"), run.out());
        assertEquals("0", json.get("mismatches"), run.out());
        assertEquals(0, run.exitCode(), run.out());
        assertEquals("", run.err());
        return json;
    }

    private static void differing(final Path file, final int mismatches, final String where, final String what) {
        final TceRun run = replay(file);
        assertEquals(1, run.exitCode(), run.out());
        assertEquals("", run.err());
        final Map<String, String> json = run.json();
        assertEquals("false", json.get("ok"));
        assertEquals("false", json.get("traces[0].ok"));
        assertEquals(Integer.toString(mismatches), json.get("mismatches"), run.out());
        final List<String> named = run.array("traces[0].failures").stream()
                .filter(failure -> failure.contains("line "))
                .toList();
        assertEquals(
                List.of("fast path: " + where + ": " + what, "slow path: " + where + ": " + what), named, run.out());
    }

    private Path binary(final TraceBuilder builder) throws IOException {
        final Path file = directory.resolve("guest.tcetrace");
        try (OutputStream out = Files.newOutputStream(file)) {
            BinaryTrace.write(builder.build(), out);
        }
        return file;
    }

    private static void oneCallIsForced(final Map<String, String> json) {
        assertEquals("4", json.get("traces[0].translations"));
        assertEquals("1", json.get("traces[0].layerDependent"));
        assertEquals("0", json.get("traces[0].skipped"));
    }

    @Test
    void shouldAgreeWhenTheHandlerIsAnotherProcess() throws IOException {
        final Path file = log(
                directory.resolve("guest.log"),
                newTable(PCI),
                put(PCI, 0x1000, 0x2003, 0),
                get(PCI, 0x1000, 0, 0x2003));
        final Map<String, String> json = agreeing(file, "--handler", "process");
        final long calls = Long.parseLong(json.get("traces[0].slowPaths.userspace"));
        assertTrue(calls >= 2 * 2, json.toString());
    }

    @Test
    void shouldExitZeroWhenRoundsOutweighTheFirstTouchOfATinyRecording() {
        final Path file = recording(
                newTable(PCI), put(PCI, 0x1000, 0x2003, 0), get(PCI, 0x1000, 0, 0x2003), put(PCI, 0x1000, 0, 0));
        final TceRun run = TceRun.of("replay", file, "--repeat", "20");
        assertEquals(0, run.exitCode(), run.out());
        assertTrue(run.out().startsWith(file + ": 3 hypercalls of 4 records, 1 vCPU, 20 timed rounds\n"), run.out());
        assertTrue(run.out().lines().anyMatch(line -> line.startsWith("OK: 3 hypercalls, ")), run.out());
        assertEquals("", run.err());
        assertEquals(1, TceRun.of("replay", file, "--repeat", "1").exitCode());
    }

    @Test
    void shouldNameTheOneLineWhenStatusIsWrong() {
        differing(
                recording(
                        newTable(PCI),
                        put(PCI, 0x1000, 0x2003, 0),
                        put(PCI, 0x2000, 0x3003, -4),
                        get(PCI, 0x1000, 0, 0x2003)),
                // On each path once with its line, and once in the timed round.
                4,
                "line 3 PUT liobn=0x80000000 ioba=0x2000",
                "status 0, recorded -4");
    }

    @Test
    void shouldNameTheOneLineWhenValueReadIsWrong() {
        differing(
                recording(
                        newTable(PCI),
                        put(PCI, 0x1000, 0x2003, 0),
                        get(PCI, 0x1000, 0, 0x2003),
                        get(PCI, 0x1000, 0, 0x2001)),
                2,
                "line 4 GET liobn=0x80000000 ioba=0x1000",
                "read 0x2003, recorded 0x2001");
    }

    @ParameterizedTest
    @CsvSource({"0x3000, 3, 0xfff", "0x2000, 1, 0xfff", "0x0, 0, 0xfff", "0x2000, 3, 0xffff", "0x2000, 3, 0xffffffff"})
    void shouldNameTheOneLineWhenTranslationIsWrong(final String to, final int permission, final String mask) {
        differing(
                recording(
                        newTable(PCI),
                        put(PCI, 0x1000, 0x2003, 0),
                        xlate(PCI, 0x1000, 0x2000, 3, MASK),
                        xlate(
                                PCI,
                                0x1000,
                                Long.decode(to),
                                permission,
                                Long.decode(mask).intValue())),
                2,
                "line 4 XLATE liobn=0x80000000 ioba=0x1000",
                "translated to 0x2000 permission 3 mask 0xfff, recorded " + to + " permission " + permission + " mask "
                        + mask);
    }

    @Test
    void shouldGradeRecordsWhenListsAreNotLogged() {
        final Map<String, String> json = agreeing(recording(
                newTable(PCI),
                indirect(PCI, 0x1000, 1, 0x5003, 0),
                xlate(PCI, 0x1000, 0x4000, 3, MASK),
                xlate(PCI, 0x2000, 0x5000, 3, MASK),
                indirect(PCI, 0x8000, 1, 0x7003, 0),
                xlate(PCI, 0x9000, 0x7000, 3, MASK),
                stuff(PCI, 0x40000000, 0, 4, -4)));
        // The window, three translations and no call are exact; one list has a word that nothing shows.
        assertEquals("4", json.get("traces[0].grades.exact"));
        assertEquals("1", json.get("traces[0].grades.reconstructed"));
        assertEquals("2", json.get("traces[0].grades.lossy"));
        assertEquals("1", json.get("traces[0].skipped"));
        assertEquals("6", json.get("traces[0].translations"));
        assertEquals("4", json.get("slowPaths.userspace"));
    }

    @Test
    void shouldGiveNumbersWhenEveryCallIsLeftOut() {
        final TceRun run = TceRun.of(
                "replay", "--json", "-", recording(stuff(PCI, 0x40000000, 0, 4, -4), xlate(PCI, 0, 0, 0, MASK)));
        assertEquals(0, run.exitCode(), run.out());
        assertEquals("1", run.json().get("traces[0].skipped"));
        assertFalse(run.out().contains("NaN"), run.out());
    }

    @Test
    void shouldKeepUpWithWindowsWhenTheyAreRemovedAndCreatedAgain() {
        final Map<String, String> json = agreeing(
                recording(
                        ddwCreate(PCI | 1, 0x10000, 0x200000, HIGH),
                        put(PCI | 1, HIGH + 0x10000, 0x20003, 0),
                        xlate(PCI | 1, 0x10000, 0x20000, 3, 0xffff),
                        ddwRemove(PCI | 1),
                        put(PCI | 1, HIGH + 0x10000, 0x20003, -4),
                        xlate(PCI | 1, 0x10000, 0, 0, -1),
                        newTable(PCI | 1),
                        ddwCreate(PCI | 1, 0x1000000, 0x20000000, HIGH),
                        xlate(PCI | 1, 0, 0, 0, 0xffffff),
                        get(PCI | 1, HIGH + 0x1000000, 0, 0),
                        put(PCI | 1, HIGH + 0x1000000, 0x3000003, 0),
                        xlate(PCI | 1, 0x1000000, 0x3000000, 3, 0xffffff)),
                "--repeat=3");
        assertEquals("8", json.get("traces[0].translations"));
        assertEquals("32", json.get("traces[0].entries"));
        assertEquals("0", json.get("traces[0].layerDependent"));
    }

    @Test
    void shouldLeaveTheAnswerToTheHandlerWhenLiobnIsUnknown() {
        final Map<String, String> json =
                agreeing(recording(put(0x12345, 0x1000, 0x2003, -4), put(PCI, 0x1000, 0x2003, 0)));
        assertEquals("2", json.get("paths.userspace"));
        assertEquals("0", json.get("traces[0].layerDependent"));
    }

    @Test
    void shouldGoToTheHandlerOnBothPathsWhenListCrossesTheEndOfTheWindow() {
        oneCallIsForced(agreeing(
                recording(
                        newTable(VIO),
                        entry(VIO, 0xe000, 0, 0x2003),
                        entry(VIO, 0xf000, 1, 0x3001),
                        entry(VIO, 0x10000, 2, 0x4003),
                        indirect(VIO, 0xe000, 1, 0x4003, -4),
                        xlate(VIO, 0xe000, 0x2000, 3, MASK),
                        xlate(VIO, 0xf000, 0x3000, 1, MASK)),
                "--window=0x71000002=12,0,0x10000"));
    }

    @Test
    void shouldGoToTheHandlerOnBothPathsWhenStuffCrossesTheEndOfTheWindow() throws IOException {
        // A log does not tell where a failed STUFF began, so this one comes in binary form.
        final TraceBuilder builder = new TraceBuilder().at(0, 0, 0, VIO);
        builder.windowCreate(new WindowGeometry(12, 0, 16));
        builder.put(0xe000, 0x2003, 0);
        builder.stuff(0xe000, 0, 4, -4, TraceGrade.EXACT);
        builder.xlate(0xe000, 0, 0, MASK, TraceGrade.EXACT);
        builder.xlate(0xf000, 0, 0, MASK, TraceGrade.EXACT);
        oneCallIsForced(agreeing(binary(builder)));
    }

    @Test
    void shouldStartFromZeroWhenWindowIsCreatedWhereOneIs() throws IOException {
        final TraceBuilder builder = new TraceBuilder().at(0, 0, 0, VIO);
        builder.windowCreate(new WindowGeometry(12, 0, 16));
        builder.put(0xe000, 0x2003, 0);
        builder.windowCreate(new WindowGeometry(12, 0, 16));
        builder.xlate(0xe000, 0, 0, MASK, TraceGrade.EXACT);
        builder.windowCreate(new WindowGeometry(12, 0, 32));
        builder.get(0x1e000, 0, 0, TraceGrade.EXACT);
        assertEquals("32", agreeing(binary(builder)).get("traces[0].entries"));
    }

    @Test
    void shouldGoToTheHandlerOnBothPathsWhenTceHasReservedBits() {
        final Map<String, String> json = agreeing(
                recording(
                        newTable(PCI),
                        put(PCI, 0x1000, 0x2013, 0),
                        xlate(PCI, 0x1000, 0x2000, 3, MASK),
                        get(PCI, 0x1000, 0, 0x2013)),
                "--repeat=2");
        assertEquals("1", json.get("traces[0].layerDependent"));
        // What is handed straight to the handler ended there.
        assertEquals("3", json.get("paths.real"));
        assertEquals("3", json.get("paths.userspace"));
        assertEquals("6", json.get("slowPaths.userspace"));
    }

    @Test
    void shouldExitOneWhenFirstTouchIsTooMuchOutsideRealMode() {
        final Path file = recording(newTable(PCI), put(PCI, 0x1000, 0x2003, 0), get(PCI, 0x1000, 0, 0x2003));
        final TceRun run = replay(file, "--min-real=100.0");
        assertEquals(1, run.exitCode());
        assertEquals("1", run.json().get("paths.virtual"));
        assertEquals("0", run.json().get("mismatches"));
        final List<String> failures = run.array("traces[0].failures");
        assertEquals(1, failures.size(), run.out());
        assertTrue(
                failures.get(0)
                        .matches("the fast path ended 75.00% .* real mode, less than the 100.00% of --min-real .*"),
                run.out());
        assertEquals("1", agreeing(file, "--min-real=75").get("paths.virtual"));
    }

    @Test
    void shouldGiveTheGuestTheMemoryThatTranslationsShowWhenItIsOverOneGib() {
        final Path file =
                recording(newTable(PCI), put(PCI, 0x1000, 0x80002003L, 0), xlate(PCI, 0x1000, 0x80002000L, 3, MASK));
        assertEquals("0", agreeing(file).get("paths.userspace"));
        assertEquals("2", agreeing(file, "--ram=2G").get("paths.userspace"));
        assertEquals("0", agreeing(file, "--ram=3G").get("paths.userspace"));
    }

    @Test
    void shouldSayTheSameWhenRecordingIsImportedFirst() {
        final Path file = recording(
                newTable(PCI),
                newTable(VIO),
                put(PCI, 0x1000, 0x2013, 0),
                indirect(PCI, 0x3000, 1, 0x5003, 0),
                xlate(PCI, 0x3000, 0x4000, 3, MASK),
                stuff(VIO, 0x9000, 0, 4, 0),
                put(VIO, 0x1000, 0x2003, -4),
                stuff(PCI, 0x40000000, 0, 4, -4));
        final Path binary = directory.resolve("guest.tcetrace");
        assertEquals(0, TceRun.of("import", file, "-o", binary).exitCode());
        final Map<String, String> ofLog = replay(file).json();
        final Map<String, String> ofBinary = replay(binary).json();
        for (final Map<String, String> json : List.of(ofLog, ofBinary)) {
            json.keySet().removeIf(name -> name.endsWith("NsPerHcall") || name.endsWith("slowOverFast"));
        }
        assertEquals(file.toString(), ofLog.remove("traces[0].name"));
        assertEquals(binary.toString(), ofBinary.remove("traces[0].name"));
        assertEquals("4", ofLog.get("mismatches"));
        assertEquals(ofLog, ofBinary);
    }

    @Test
    void shouldAddUpAndExitOneWhenOneOfTwoFilesDiffers() {
        final Path good = log(directory.resolve("good.log"), newTable(PCI), put(PCI, 0, 0x2003, 0));
        final Path bad = log(directory.resolve("bad.log"), newTable(PCI), put(PCI, 0, 0x2003, -4), put(PCI, 0, 0, 0));
        final TceRun run = replay(good, bad);
        final Map<String, String> json = run.json();
        assertEquals(1, run.exitCode(), run.out());
        assertEquals("false", json.get("ok"));
        assertEquals("true", json.get("traces[0].ok"));
        assertEquals("false", json.get("traces[1].ok"));
        assertEquals("5", json.get("records"));
        assertEquals("3", json.get("hcalls"));
        assertEquals("4", json.get("mismatches"));
        assertEquals("6", json.get("slowPaths.userspace"));
    }

    @Test
    void shouldNeedTheHandlerForNothingWhenManyVcpusShareTheLiobns() {
        final String[] lines = new String[16];
        for (int i = 0; i < 8; i++) {
            lines[i] = newTable(PCI + 0x100 * i);
            lines[8 + i] = put(PCI + 0x100 * i, 0x1000L * i, 0x10000L * i + 3, 0);
        }
        final Map<String, String> json = agreeing(recording(lines), "--vcpus=3", "--host-page=4K");
        assertEquals("3", json.get("traces[0].vcpus"));
        assertEquals("8", json.get("paths.virtual"));
        assertEquals("8", json.get("paths.real"));
        assertEquals(Long.toString(8 << 18), json.get("traces[0].entries"));
    }

    @Test
    void shouldPrintTextAndWriteJsonWhenAFileIsNamed() throws IOException {
        final Path report = directory.resolve("report.json");
        final TceRun run = TceRun.of(
                "replay", "--repeat", "1", "--json", report, recording(newTable(PCI), put(PCI, 0, 0x2003, -4)));
        assertEquals(1, run.exitCode());
        assertTrue(run.out().contains("  FAILED fast path: line 2 PUT"), run.out());
        assertTrue(run.out().lines().toList().get(6).contains("FAILED"), run.out());
        assertFalse(run.out().contains("{"), run.out());
        assertEquals("4", TceRun.scalars(Files.readString(report)).get("mismatches"));
    }
}
