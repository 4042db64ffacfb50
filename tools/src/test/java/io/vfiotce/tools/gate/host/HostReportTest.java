package io.vfiotce.tools.gate.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.gate.report.Layer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hosts that are only files. */
class HostReportTest {
    private static final HostActivity CALM = new HostActivity(0.1, 0, 0.01, 0.02, 25, 20);

    @TempDir
    private Path root;

    private void put(final String path, final String text) throws IOException {
        final Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private HostFacts facts() {
        return HostFacts.read(new HostFiles(root), "/usr/local/bin:/usr/bin:relative");
    }

    private void putServer() throws IOException {
        put("proc/stat", "cpu  1 2 3 4 5 6 7 8 0 0\ncpu0 1\ncpu1 1\ncpu2 1\ncpu3 1\nintr 5\n");
        put("proc/cpuinfo", "processor\t: 0\nmodel name\t: Fast 9000\nprocessor\t: 1\nmodel name\t: Fast 9000\n");
        put("proc/sys/kernel/osrelease", "6.1.0\n");
        put("proc/self/cgroup", "0::/jobs/one\n");
        put("proc/loadavg", "1.25 0.5 0.4 1/90 7607\n");
        put("sys/fs/cgroup/jobs/one/cpu.max", "max 100000\n");
        put("sys/devices/system/cpu/smt/active", "1\n");
        put("sys/devices/system/clocksource/clocksource0/current_clocksource", "tsc\n");
        put("sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
        put("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "performance\n");
        put("sys/bus/event_source/devices/cpu/type", "4\n");
        put("usr/bin/valgrind", "");
        assertTrue(root.resolve("usr/bin/valgrind").toFile().setExecutable(true));
    }

    private static Readiness readiness(final HostReport report, final Layer layer) {
        return report.layers().stream()
                .filter(ready -> ready.layer() == layer)
                .findFirst()
                .orElseThrow()
                .readiness();
    }

    @Test
    void shouldReadTheFactsWhenTheSystemTellsAll() throws IOException {
        putServer();
        assertEquals(
                new HostFacts(
                        "Fast 9000",
                        4,
                        "on",
                        "6.1.0",
                        "tsc",
                        "madvise",
                        "performance",
                        true,
                        "/usr/bin/valgrind",
                        Double.POSITIVE_INFINITY),
                facts());
        assertEquals(1.25, new HostFiles(root).loadAverage());
    }

    @Test
    void shouldSayUnknownWhenTheSystemTellsNothing() {
        final HostFacts facts = facts();
        assertEquals(
                new HostFacts(
                        "unknown",
                        1,
                        "unknown",
                        "unknown",
                        "unknown",
                        "unknown",
                        "unknown",
                        false,
                        "",
                        Double.POSITIVE_INFINITY),
                facts);
        final HostFiles files = new HostFiles(root);
        assertEquals(0, files.throttledUs());
        final HostActivity activity = HostActivity.between(files.counters(), files.counters(), 1, Double.NaN, 25, 20);
        assertTrue(Double.isNaN(activity.steal()));
        final String text = HostReport.of(facts, activity).render();
        assertTrue(text.contains("steal                unknown\n"), text);
    }

    @Test
    void shouldReadQuotaAndThrottlingOfEitherCgroupVersion() throws IOException {
        final HostFiles files = new HostFiles(root);
        put("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n");
        put("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
        assertEquals(Double.POSITIVE_INFINITY, files.quotaCpus());
        put("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "150000\n");
        put("sys/fs/cgroup/cpu/cpu.stat", "nr_throttled 3\nthrottled_time 5000\n");
        assertEquals(1.5, files.quotaCpus());
        assertEquals(5, files.throttledUs());
        put("proc/self/cgroup", "1:cpu:/x\n0::/job\n");
        put("sys/fs/cgroup/job/cpu.max", "50000 100000\n");
        put("sys/fs/cgroup/job/cpu.stat", "usage_usec 9\nthrottled_usec 77\n");
        assertEquals(0.5, files.quotaCpus());
        assertEquals(77, files.throttledUs());
    }

    @Test
    void shouldTellOthersFromUsWhenProcessorsAreBusy() {
        final HostCounters before = HostCounters.parse(0, "cpu  100 0 0 900 0 0 0 0 0 0", "1000 0 5");
        final HostCounters after =
                HostCounters.parse(1_000_000_000, "cpu  190 10 20 950 10 5 5 10 0 0", "800001000 200000000 9");
        final HostActivity activity = HostActivity.between(before, after, 2, 3.5, 25, 20);
        assertEquals(10 / 200.0, activity.steal(), 1e-12);
        assertEquals(0.2, activity.runDelay(), 1e-12);
        // 130 of 200 ticks were busy, our thread used 0.8 of 2 processors.
        assertEquals(130 / 200.0 - 0.4, activity.othersBusy(), 1e-12);
    }

    @Test
    void shouldTakeEveryLayerWhenTheHostIsCalm() throws IOException {
        putServer();
        final HostReport report = HostReport.of(facts(), CALM);
        assertTrue(report.calm());
        assertEquals(Layer.values().length, report.layers().size());
        report.layers().forEach(layer -> assertEquals(Readiness.READY, layer.readiness(), layer.toString()));
        final String text = report.render();
        assertTrue(text.contains("processor            4 x Fast 9000, SMT on\n"), text);
        assertTrue(text.contains("clock                tsc, 25 ns a reading, steps of 20 ns\n"), text);
        assertTrue(text.contains("layer code shape     ready\n"), text);
        assertTrue(text.endsWith("calm                 yes\n"), text);
    }

    @Test
    void shouldSayWhyWhenTheHostIsNotCalm() throws IOException {
        putServer();
        put("sys/fs/cgroup/jobs/one/cpu.max", "250000 100000\n");
        final HostActivity busy = new HostActivity(7, 0.006, 0.051, 0.5, 800, 1000);
        final HostReport report = HostReport.of(facts(), busy);
        assertFalse(report.calm());
        assertEquals(
                List.of(
                        "steal 0.6 %",
                        "run-queue delay 5.1 %",
                        "processors used by others 50.0 %",
                        "the cgroup may use 2.50 of 4 processors",
                        "reading the clock takes 800 ns"),
                report.disturbances());
        assertEquals(Readiness.WEAK, readiness(report, Layer.TIME));
        assertEquals(Readiness.WEAK, readiness(report, Layer.RATIO));
        assertEquals(Readiness.WEAK, readiness(report, Layer.LATENCY));
        assertEquals(Readiness.READY, readiness(report, Layer.ALLOCATION));
        assertTrue(report.render().contains("calm                 no: steal 0.6 %; "), report.render());
    }

    @Test
    void shouldLeaveLayersOutWhenTheHostCannotCarryThem() throws IOException {
        put("proc/stat", "cpu  1 2 3 4 5 6 7 8\ncpu0 1\n");
        final HostReport single = HostReport.of(facts(), CALM);
        assertEquals(Readiness.NO, readiness(single, Layer.LATENCY));
        assertEquals(Readiness.NO, readiness(single, Layer.INSTRUCTIONS));
        assertEquals(Readiness.READY, readiness(single, Layer.TIME));
        put("proc/stat", "cpu  1 2 3 4 5 6 7 8\ncpu0 1\ncpu1 1\n");
        assertEquals(Readiness.WEAK, readiness(HostReport.of(facts(), CALM), Layer.LATENCY));
    }

    @Test
    void shouldMeasureTheClockWhenItWatches() throws IOException {
        putServer();
        final HostActivity activity = HostActivity.watch(new HostFiles(root), 0);
        assertTrue(activity.clockCostNs() > 0 && activity.clockCostNs() < 1e6, activity.toString());
        assertTrue(activity.clockStepNs() >= 1 && activity.clockStepNs() < 1e9, activity.toString());
    }
}
