package io.vfiotce.tools;

import static io.vfiotce.tools.Recordings.PCI;
import static io.vfiotce.tools.Recordings.VIO;
import static io.vfiotce.tools.Recordings.ddwCreate;
import static io.vfiotce.tools.Recordings.ddwRemove;
import static io.vfiotce.tools.Recordings.ddwReset;
import static io.vfiotce.tools.Recordings.log;
import static io.vfiotce.tools.Recordings.newTable;
import static io.vfiotce.tools.Recordings.put;
import static io.vfiotce.tools.Recordings.stuff;
import static io.vfiotce.tools.Recordings.xlate;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code tce replay} with VFIO groups: what is attached, how pages fan out, what cannot be mapped or attached. */
class ReplayPassThroughTest {
    private static final long HIGH = 0x800000000000000L;

    @TempDir
    private Path directory;

    private Path recording(final String... lines) {
        return log(directory.resolve("guest.log"), lines);
    }

    private static TceRun replay(final Path file, final Object... options) {
        final List<Object> arguments =
                new ArrayList<>(List.of("replay", "--json", "-", file, "--repeat=2", "--min-real=0"));
        arguments.addAll(List.of(options));
        return TceRun.of(arguments.toArray());
    }

    private static Map<String, String> agreeing(final Path file, final Object... options) {
        final TceRun run = replay(file, options);
        assertEquals(0, run.exitCode(), run.out() + run.err());
        assertEquals("0", run.json().get("mismatches"), run.out());
        return run.json();
    }

    private static void figures(final Map<String, String> json, final String expected) {
        final List<String> names =
                List.of("groups", "containers", "tables", "hardwareEntries", "mappedCounts", "mapped");
        final List<String> got = new ArrayList<>();
        names.forEach(name -> got.add(json.get("traces[0].vfio." + name)));
        assertEquals(expected, String.join(" ", got));
    }

    // The smallest table fills a host page: 8192 entries.

    /** A page of the default window, 16 MiB of the dynamic one, and a virtual device. */
    private Path twoWindows() {
        return recording(
                newTable(PCI),
                newTable(VIO),
                put(VIO, 0x1000, 0x2003, 0),
                put(PCI, 0x1000, 0x2002, 0),
                put(PCI, 0x2000, 0x3001, 0),
                put(PCI, 0x2000, 0, 0),
                ddwCreate(PCI | 1, 0x1000000, 0x40000000, HIGH),
                put(PCI | 1, HIGH + 0x1000000, 0x3000003, 0),
                xlate(PCI | 1, 0x1234000, 0x3000000, 3, 0xffffff));
    }

    @ParameterizedTest
    @CsvSource({
        "'', 2 2 4 557056 1 514",
        "--groups=1, 1 1 2 278528 1 257",
        "--groups=3 --shared, 3 1 2 278528 1 257",
        "--shared --groups=1, 1 1 2 278528 1 257",
        "--backing-shift=24, 2 2 4 540672 1 4",
        "--backing-shift=21, 2 2 4 557056 1 514",
        "--backing-shift=12, 2 2 4 1048576 1 8194",
        "--host-page=4K --groups=1, 1 1 2 524288 1 4097",
        "--ram=3G, 2 2 4 557056 3 514",
        "--groups=0, 0 0 0 0 0 0"
    })
    void shouldMapEveryPageInEveryTableWhenGroupsAreAttached(final String options, final String expected) {
        final Object[] words = options.isEmpty() ? new Object[0] : options.split(" ");
        figures(agreeing(twoWindows(), words), expected);
    }

    @Test
    void shouldLeaveVirtualDevicesEmulatedWhenNoBridgeIsRecorded() {
        final Path file = recording(newTable(VIO), put(VIO, 0x1000, 0x2003, 0));
        figures(agreeing(file), "0 0 0 0 0 0");
        final TceRun run = TceRun.of("replay", file, "--repeat=1", "--min-real=0");
        assertFalse(run.out().contains("VFIO: "), run.out());
        assertTrue(run.out().contains("DMA: 0 accesses of devices"), run.out());
    }

    @Test
    void shouldSayWhatWasComparedWhenTextIsWanted() {
        final TceRun run = TceRun.of("replay", twoWindows(), "--repeat=1", "--min-real=0", "--shared");
        assertTrue(
                run.out()
                        .contains("\n  VFIO: 2 groups in 1 container with 2 IOMMU tables; 278,528 hardware entries and "
                                + "1 mapped count of 257 mappings compared; 0 refused notifications\n"),
                run.out());
    }

    @Test
    void shouldKeepWhatWasMappedWhenGuestStoresAPageThatIsNoMemory() {
        final Path file = recording(
                newTable(PCI),
                put(PCI, 0x1000, 0x2003, 0),
                put(PCI, 0x2000, 0x3003, 0),
                put(PCI, 0x2000, 0x80000003L, 0),
                put(PCI, 0x1000, 0x80001003L, 0),
                put(PCI, 0x2000, 0, 0));
        final Map<String, String> json = agreeing(file, "--ram=1G");
        figures(json, "2 2 2 524288 1 2");
        assertEquals("4", json.get("traces[0].vfio.failedNotifications"));
        assertEquals("0", agreeing(file).get("traces[0].vfio.failedNotifications"));
    }

    @Test
    void shouldUnmapEverythingWhenWindowGoesWithWhatIsMapped() {
        figures(
                agreeing(recording(
                        ddwCreate(PCI | 1, 0x10000, 0x200000, HIGH),
                        put(PCI | 1, HIGH + 0x10000, 0x20003, 0),
                        ddwRemove(PCI | 1),
                        ddwCreate(PCI | 1, 0x10000, 0x400000, HIGH),
                        put(PCI | 1, HIGH, 0x30003, 0),
                        put(PCI | 1, HIGH + 0x10000, 0x20003, 0),
                        stuff(PCI | 1, HIGH + 0x10000, 0, 1, 0))),
                "2 2 2 16384 1 2");
    }

    /** Two rounds of two paths: query and create, in each but the first round remove before it. */
    @ParameterizedTest
    @CsvSource({"--groups=0", "--groups=1", "--groups=2", "--groups=2 --shared", "--groups=2 --vcpus=2"})
    void shouldAskFirmwareWhenTheGuestMakesAWindow(final String options) {
        final Map<String, String> json = agreeing(twoWindows(), (Object[]) options.split(" "));
        assertEquals(String.valueOf(2 * (2 + 3 + 3)), json.get("traces[0].firmwareCalls"));
    }

    @Test
    void shouldAskFirmwareWhenTheGuestRemovesAndResets() {
        final Path file = recording(
                newTable(PCI),
                put(PCI, 0x1000, 0x2003, 0),
                ddwCreate(PCI | 1, 0x10000, 0x200000, HIGH),
                put(PCI | 1, HIGH + 0x10000, 0x20003, 0),
                ddwRemove(PCI),
                ddwRemove(PCI | 1),
                ddwCreate(PCI | 1, 0x1000000, 0x4000000, HIGH),
                put(PCI | 1, HIGH, 0x3000003, 0),
                ddwReset(),
                put(PCI, 0x2000, 0x3003, 0),
                ddwCreate(PCI | 1, 0x10000, 0x200000, HIGH),
                ddwReset(),
                put(PCI, 0x3000, 0x4003, 0),
                xlate(PCI, 0x3000, 0x4000, 3, 0xfff),
                xlate(PCI, 0x2000, 0, 0, 0xfff));
        // Query and create three times, remove twice, reset twice.
        assertEquals(String.valueOf(2 * 3 * 10), agreeing(file).get("traces[0].firmwareCalls"));
        assertEquals(String.valueOf(2 * 3 * 10), agreeing(file, "--vcpus=2").get("traces[0].firmwareCalls"));
    }

    /** A machine whose 64-bit window lies elsewhere is not ours: the window is made as recorded, without firmware. */
    @Test
    void shouldMakeTheWindowItselfWhenFirmwareWouldPutItElsewhere() {
        final Path file = recording(
                newTable(PCI),
                put(PCI, 0x1000, 0x2003, 0),
                ddwCreate(PCI | 1, 0x10000, 0x200000, 1L << 40),
                put(PCI | 1, (1L << 40) + 0x10000, 0x20003, 0));
        assertEquals("0", agreeing(file, "--groups=0").get("traces[0].firmwareCalls"));
    }

    @Test
    void shouldGiveRoomToSpareWhenWindowIsNoPowerOfTwo() {
        figures(
                agreeing(
                        recording(newTable(PCI), put(PCI, 0x4000, 0x2003, 0)),
                        "--window=0x80000000=12,0,0x5000",
                        "--groups=1"),
                "1 1 1 8192 1 1");
    }

    @ParameterizedTest
    @CsvSource({"1", "2"})
    void shouldFindTheWindowsPlaceWhenTheFirstComesLater(final int vcpus) {
        final Path file = recording(
                ddwCreate(PCI | 1, 0x10000, 0x200000, HIGH),
                put(PCI | 1, HIGH + 0x10000, 0x20003, 0),
                newTable(PCI),
                put(PCI, 0x1000, 0x2003, 0));
        figures(agreeing(file, "--vcpus=" + vcpus), "2 2 4 540672 1 4");
    }

    @ParameterizedTest
    @CsvSource({
        // Not where a bridge has windows; more windows than a bridge has.
        "0x80000000=12;0x1000;0x1000, 0x80000000, 0x80000001, container puts the window at",
        "0x80000002=12;0;0x1000, 0x80000002, 0x80000002, container has two windows"
    })
    void shouldNameTheLiobnAndGoOnEmulatedWhenContainerHasNoSuchWindow(
            final String window, final String liobn, final String second, final String why) {
        final Path file = recording(
                newTable(PCI),
                newTable(Long.decode(second)),
                put(PCI, 0x1000, 0x2003, 0),
                put(Long.decode(second), 0x0, 0x2003, 0),
                xlate(PCI, window.startsWith("0x80000000") ? 0 : 0x1000, 0x2000, 3, 0xfff));
        final String option = "--window=" + window.replace(';', ',');
        final TceRun run = replay(file, option);
        assertEquals(1, run.exitCode(), run.out());
        assertEquals("0", run.json().get("mismatches"), run.out());
        final List<String> failures = run.array("traces[0].failures");
        assertEquals(2, failures.size(), run.out());
        assertTrue(failures.get(0).startsWith("fast path: no VFIO window for "), run.out());
        assertTrue(failures.get(1).startsWith("slow path: no VFIO window for "), run.out());
        for (final String failure : failures) {
            assertTrue(failure.contains("liobn=" + liobn) && failure.contains(why), run.out());
            assertTrue(failure.endsWith("(--groups 0 replays without VFIO)"), run.out());
        }
        agreeing(file, option, "--groups=0");
    }
}
