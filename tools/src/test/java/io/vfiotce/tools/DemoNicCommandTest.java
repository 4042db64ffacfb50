package io.vfiotce.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code tce demo nic}: packets arrive whole in each mode, and nothing is left behind. */
class DemoNicCommandTest {
    private static TceRun nic(final String options) {
        return TceRun.of((Object[]) ("demo nic --seconds 0.3 " + options).split(" "));
    }

    @ParameterizedTest
    @CsvSource({
        "--mode fast",
        "--mode fast --windows 2",
        "--mode fast --windows 2 --pages 3 --packet 9001",
        "--mode fast --in-flight 1 --windows 2",
        "--mode fast --in-flight 256 --pages 16 --packet 65536",
        "--mode fast --packet 64 --driver-ns 1000 --device-ns 1000 --link-mbps 1000",
        "--mode slow",
        "--mode slow --windows 2 --pages 2 --packet 5000",
        "--mode process",
        "--mode process --windows 2"
    })
    void shouldBalanceWhenAllPacketsAreWhole(final String options) {
        final TceRun run = nic(options + " --json -");
        final Map<String, String> json = run.json();
        assertEquals(List.of(), run.array("modes[0].failures"), run.out());
        assertEquals("true", json.get("ok"), run.out());
        assertEquals(0, run.exitCode(), run.out());
        assertEquals("", run.err());
        assertEquals("0", json.get("modes[0].checksumErrors"));
        assertTrue(Long.parseLong(json.get("modes[0].packets")) >= 2, run.out());
        final double realShare = Double.parseDouble(json.get("modes[0].realShare"));
        if (options.contains("fast")) {
            assertTrue(realShare > 0, run.out());
        } else {
            assertEquals(0, realShare);
        }
    }

    @Test
    void shouldPrintALineForEachModeAndTheirRatiosWhenAllAreRun() {
        final TceRun run = nic("--mode ALL --seed 7");
        assertEquals(0, run.exitCode(), run.out());
        final List<String> lines = run.out().lines().toList();
        assertEquals(9, lines.size(), run.out());
        assertTrue(lines.get(0).startsWith("nic: 2 vCPUs and a card on "), run.out());
        assertTrue(lines.get(1).startsWith("  fast path "), run.out());
        assertTrue(lines.get(2).startsWith("  slow path "), run.out());
        assertTrue(lines.get(3).startsWith("  process slow path "), run.out());
        assertTrue(lines.get(4).startsWith("  fast path over slow path: "), run.out());
        assertTrue(lines.get(5).startsWith("  fast path over process slow path: "), run.out());
        assertTrue(lines.get(6).contains("3.4 to 4.6 times; ours is a model"), run.out());
        assertTrue(lines.get(8).startsWith("OK: "), run.out());
        assertTrue(lines.get(8).endsWith(" packets in 0.9 s, 0 checksum errors, all counters balanced"), run.out());
    }

    @ParameterizedTest
    @CsvSource({"--mode fast", "--mode slow --windows 2", "--mode process --pages 2"})
    void shouldExitOneWithOneLineWhenPacketsAreDamaged(final String options) {
        // Of four packets in a row two are read and two are written, so damage hits both ways.
        final TceRun run = nic(options + " --damage 3");
        assertEquals(1, run.exitCode(), run.out());
        final List<String> failed =
                run.out().lines().filter(line -> line.startsWith("FAILED: ")).toList();
        assertEquals(1, failed.size(), run.out());
        assertTrue(failed.get(0).endsWith(" checksum errors"), run.out());
        // Nothing else is wrong.
        assertFalse(failed.get(0).contains(";"), run.out());
        assertFalse(run.out().contains("OK: "), run.out());
    }
}
