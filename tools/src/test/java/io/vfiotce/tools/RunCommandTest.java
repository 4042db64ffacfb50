package io.vfiotce.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code tce run}: the embedded recordings agree on both paths. */
class RunCommandTest {
    private static final List<String> NAMES = List.of("e1000-nvme-ddw", "e1000e-nvme-noddw", "multiphb-smp2", "vio");
    private static final long RECORDS = 308297;
    private static final long HCALLS = 71245;
    private static final long TRANSLATIONS = 237041;
    // Of devices of host bridges, which have groups.
    private static final long PCI_TRANSLATIONS = 177850;

    /** Of all windows that are open when the recordings end. */
    private static final long FINAL_ENTRIES = 1704128;

    /** Of I/O pages in one table of each window when the recordings end. */
    private static final long FINAL_MAPPINGS = 49344;

    private static final int LINES = 6;

    // One verified and one timed round.
    private static final long ROUNDS = 2;

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldAgreeOnAllRecordingsWhenReplayed(final int vcpus) {
        final TceRun run = TceRun.of("run", "--json", "-", "--repeat", "1", "--vcpus", vcpus);
        final Map<String, String> json = run.json();
        assertEquals("true", json.get("ok"), run.out());
        assertEquals(0, run.exitCode());
        assertEquals("", run.err());
        assertEquals(RECORDS, number(json, "records"));
        assertEquals(HCALLS, number(json, "hcalls"));
        assertEquals(0, number(json, "mismatches"));
        checkPaths(json, "", HCALLS);
        for (int i = 0; i < NAMES.size(); i++) {
            final String trace = "traces[" + i + "].";
            assertEquals(NAMES.get(i), json.get(trace + "name"));
            assertEquals("true", json.get(trace + "ok"));
            assertEquals(vcpus, number(json, trace + "vcpus"));
            assertEquals(1, number(json, trace + "rounds"));
            assertEquals(0, number(json, trace + "layerDependent"));
            assertEquals(0, number(json, trace + "skipped"));
            assertEquals(number(json, trace + "records"), number(json, trace + "grades.exact"));
            checkPaths(json, trace, number(json, trace + "hcalls"));
        }
        assertEquals(RECORDS, sum(json, "records"));
        assertEquals(HCALLS, sum(json, "hcalls"));
        assertEquals(2 * TRANSLATIONS, sum(json, "translations"));
        assertEquals(FINAL_ENTRIES, sum(json, "entries"));
        // Each translation on both paths is a read and a write, once without hints and once with them.
        assertEquals(4 * 2 * TRANSLATIONS, sum(json, "dma.guestAccesses"));
        assertEquals(4 * 2 * 2 * PCI_TRANSLATIONS, sum(json, "dma.hardwareAccesses"));
        assertTrue(sum(json, "dma.hintHits") > TRANSLATIONS);
        checkHardware(json, 2, 2);
    }

    /** Six bridges with nine windows; the three of 16 MiB pages have a 64 KiB page of hardware each for 256th of one. */
    private static void checkHardware(final Map<String, String> json, final int groups, final int tables) {
        assertEquals(6 * groups, sum(json, "vfio.groups"));
        assertEquals(6 * tables, sum(json, "vfio.containers"));
        assertEquals(9 * tables, sum(json, "vfio.tables"));
        assertEquals(tables * (6 * (1 << 18) + 3 * (1 << 14)), sum(json, "vfio.hardwareEntries"));
        assertEquals(NAMES.size(), sum(json, "vfio.mappedCounts"));
        assertEquals(tables * FINAL_MAPPINGS, sum(json, "vfio.mapped"));
        assertEquals(0, sum(json, "vfio.failedNotifications"));
    }

    @Test
    void shouldShareOneTableWhenGroupsAreInOneContainer() {
        final TceRun run = TceRun.of("run", "--json", "-", "--repeat", "1", "--shared", "--groups", "3");
        assertEquals(0, run.exitCode(), run.out());
        checkHardware(run.json(), 3, 1);
    }

    /** Every call of every round ended in some layer: nearly all in real mode here, all with the handler there. */
    private static void checkPaths(final Map<String, String> json, final String prefix, final long hcalls) {
        final long real = number(json, prefix + "paths.real");
        final long virtual = number(json, prefix + "paths.virtual");
        assertEquals(ROUNDS * hcalls, real + virtual + number(json, prefix + "paths.userspace"), prefix + json);
        assertTrue(real * 1000 >= 999 * ROUNDS * hcalls, prefix + json);
        assertTrue(virtual > 0, prefix + json);
        assertEquals(0, number(json, prefix + "slowPaths.real"), prefix + json);
        assertEquals(0, number(json, prefix + "slowPaths.virtual"), prefix + json);
        assertEquals(ROUNDS * hcalls, number(json, prefix + "slowPaths.userspace"), prefix + json);
        for (final String figure : List.of("fastNsPerHcall", "slowNsPerHcall", "slowOverFast")) {
            assertTrue(Double.parseDouble(json.get(prefix + figure)) > 0, prefix + json);
        }
    }

    private static long sum(final Map<String, String> json, final String figure) {
        long sum = 0;
        for (int i = 0; i < NAMES.size(); i++) {
            sum += number(json, "traces[" + i + "]." + figure);
        }
        return sum;
    }

    private static long number(final Map<String, String> json, final String name) {
        return Long.parseLong(json.get(name));
    }

    @Test
    void shouldPrintSixLinesPerRecordingAndASummaryWhenTextIsWanted() {
        final TceRun run = TceRun.of("run", "--repeat", "1");
        final List<String> lines = run.out().lines().toList();
        assertEquals(0, run.exitCode(), run.out());
        assertEquals(LINES * NAMES.size() + 1, lines.size(), run.out());
        for (int i = 0; i < NAMES.size(); i++) {
            assertTrue(lines.get(LINES * i).startsWith(NAMES.get(i) + ": "), run.out());
            assertTrue(lines.get(LINES * i + 1).contains("fast path"), run.out());
            assertTrue(lines.get(LINES * i + 2).contains("slow path"), run.out());
            assertTrue(lines.get(LINES * i + 3).contains(" 0 mismatches"), run.out());
            assertTrue(lines.get(LINES * i + 4).startsWith("  DMA: "), run.out());
            assertTrue(lines.get(LINES * i + 5).startsWith("  VFIO: "), run.out());
        }
        assertTrue(lines.get(LINES * NAMES.size()).startsWith("OK: 71,245 hypercalls, "), run.out());
        assertEquals("", run.err());
    }
}
