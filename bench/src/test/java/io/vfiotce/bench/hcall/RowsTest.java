package io.vfiotce.bench.hcall;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.bench.Machine;
import io.vfiotce.bench.MachineConfig;
import io.vfiotce.bench.Vms;
import io.vfiotce.papr.HStatus;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.tce.IommuTableGeometry;
import io.vfiotce.tce.TceTable;
import io.vfiotce.telemetry.Layer;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each row measures what its name says. */
class RowsTest {
    private static final int PAGES = Machine.WINDOW_PAGES;

    /** A row and its machine. */
    record Row(String name, Vms.Started vm, LongSupplier call) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Row> rows() {
        final Vms.Pairs pairs = new Vms.Pairs();
        final PutBenchmark.Window put = new PutBenchmark.Window();
        put.groups = 2;
        final IndirectBenchmark.Window indirect = new IndirectBenchmark.Window();
        indirect.count = 64;
        indirect.groups = 1;
        final PageShiftBenchmark.Window large = new PageShiftBenchmark.Window();
        large.pageShift = 24;
        large.groups = 1;
        large.draw();
        final FanOutBenchmark.SubPages subPages = new FanOutBenchmark.SubPages();
        subPages.fanOut = 16;
        final FanOutBenchmark.Tables tables = new FanOutBenchmark.Tables();
        tables.groups = 16;
        final LevelBenchmark.Far far = new LevelBenchmark.Far();
        far.levels = 4;
        final WindowBenchmark.Window window = new WindowBenchmark.Window();
        window.log2Pages = 15;
        final LiobnBenchmark.Tables liobns = new LiobnBenchmark.Tables();
        liobns.tables = 65_536;
        liobns.draw();
        final RegionBenchmark.Window regions = new RegionBenchmark.Window();
        regions.regions = 64;
        regions.groups = 1;
        final MemslotBenchmark.Window memslots = new MemslotBenchmark.Window();
        memslots.memslots = 64;
        memslots.groups = 1;
        return Stream.of(
                new Row("put, 2 groups", put, () -> new PutBenchmark().remap(pairs, put)),
                new Row("indirect 64, 1 group", indirect, () -> new IndirectBenchmark().indirect(pairs, indirect)),
                new Row("page shift 24, 1 group", large, () -> new PageShiftBenchmark().put(pairs, large)),
                new Row("16 sub-pages", subPages, () -> new FanOutBenchmark().subPages(pairs, subPages)),
                new Row("16 tables", tables, () -> new FanOutBenchmark().tables(pairs, tables)),
                new Row("4 levels, far", far, () -> new LevelBenchmark().putFar(pairs, far)),
                new Row("window, sequential", window, () -> new WindowBenchmark().sequential(pairs, window)),
                new Row("window, random", window, () -> new WindowBenchmark().random(pairs, window)),
                new Row("65,536 LIOBNs", liobns, () -> new LiobnBenchmark().random(pairs, liobns)),
                new Row("64 regions", regions, () -> new RegionBenchmark().put(pairs, regions)),
                new Row("64 memslots", memslots, () -> new MemslotBenchmark().put(pairs, memslots)));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void shouldSucceedInRealModeWhenARowIsCalled(final Row row) {
        row.vm().setup();
        if (row.vm() instanceof IndirectBenchmark.Window indirect) {
            indirect.align();
        }
        final long before = row.vm().vcpu.counters().ended(Layer.REAL);
        for (int i = 0; i < Machine.PAIRS; i++) {
            assertEquals(HStatus.H_SUCCESS, row.call().getAsLong());
        }
        assertEquals(Machine.PAIRS, row.vm().vcpu.counters().ended(Layer.REAL) - before);
        row.vm().tearDown();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void shouldMapAndUnmapEveryPageInTurnWhenPassesGoThroughTheWindow(final int groups) {
        final PutBenchmark.Window vm = new PutBenchmark.Window();
        vm.groups = groups;
        vm.setup();
        final Passes passes = new Passes();
        final MapUnmapBenchmark.Walk walk = new MapUnmapBenchmark.Walk();
        passes.cut();
        for (int pass = 0; pass < 4; pass++) {
            for (int i = 0; i < PAGES; i++) {
                assertEquals(HStatus.H_SUCCESS, new MapUnmapBenchmark().mapUnmap(passes, walk, vm));
            }
            assertMapped(vm.machine(), pass % 2 == 0 ? PAGES : 0);
        }
        // The first pass may have begun before the iteration.
        assertAll(() -> assertEquals(PAGES, passes.mapCalls), () -> assertEquals(2 * PAGES, passes.unmapCalls));
        assertTrue(passes.mapNs > 0 && passes.unmapNs > 0);
        vm.tearDown();
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "64, 0", "512, 2", "1048576, 1"})
    void shouldClearWordsThatAreNotZeroWhenStuffIsMeasured(final int count, final int groups) {
        final StuffBenchmark.Window vm = new StuffBenchmark.Window();
        vm.count = count;
        vm.groups = groups;
        vm.setup();
        vm.cut();
        final Passes passes = new Passes();
        for (int pass = 0; pass < 2; pass++) {
            for (int call = 0; call < vm.calls; call++) {
                assertEquals(HStatus.H_SUCCESS, new StuffBenchmark().stuff(passes, vm));
            }
            assertMapped(vm.machine(), pass == 0 ? (long) vm.calls * count : 0);
        }
        assertEquals(vm.calls, passes.unmapCalls);
        vm.tearDown();
    }

    @Test
    void shouldCountNoPassWhenAnIterationCutsIt() {
        final Passes passes = new Passes();
        passes.cut();
        passes.end(1);
        passes.cut();
        passes.end(1);
        assertEquals(0, passes.mapCalls + passes.unmapCalls);
        passes.end(1);
        assertEquals(1, passes.mapCalls);
    }

    private static void assertMapped(final Machine machine, final long pages) {
        final TceTable window = machine.window(0);
        long words = 0;
        for (long entry = window.nextNonZero(0); entry >= 0; entry = window.nextNonZero(entry + 1)) {
            words++;
        }
        assertEquals(pages, words);
        for (final IommuTable table : machine.iommuTables()) {
            long entries = 0;
            for (long entry = table.nextMapped(0); entry >= 0; entry = table.nextMapped(entry + 1)) {
                entries++;
            }
            assertEquals(pages, entries);
        }
    }

    @Test
    void shouldVisitEveryPageOnceWhenPassesWalk() {
        final long[] iobas = new MapUnmapBenchmark.Walk().iobas;
        assertEquals(PAGES, LongStream.of(iobas).distinct().count());
        assertEquals(PAGES, iobas.length);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void shouldHaveTheLevelsThatAreAskedForWhenLevelsAreMeasured(final int levels) {
        final LevelBenchmark.Near near = new LevelBenchmark.Near();
        near.levels = levels;
        final LevelBenchmark.Far far = new LevelBenchmark.Far();
        far.levels = levels;
        for (final MachineConfig config : List.of(near.config(), far.config())) {
            try (Machine machine = new Machine(config)) {
                final IommuTable table = machine.iommuTables().get(0);
                assertEquals(levels, table.geometry().levels());
                assertEquals(1, machine.window(0).attached().size());
                assertTrue(table.isResident(0, table.sizePages()));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {12, 16})
    void shouldNotBeATableWhenItHasFiveLevels(final int hostPageShift) {
        for (int pageShift = 12; pageShift <= 34; pageShift++) {
            for (int pages = 0; pages < 63 - pageShift; pages++) {
                assertFalse(
                        new IommuTableGeometry(pageShift, 0, 1L << (pageShift + pages), 5, hostPageShift).isValid());
            }
        }
    }

    @Test
    void shouldHaveSixteenTablesWhenTablesFanOut() {
        final FanOutBenchmark.Tables vm = new FanOutBenchmark.Tables();
        vm.groups = 16;
        try (Machine machine = new Machine(vm.config())) {
            assertEquals(16, machine.window(0).attached().liveAcquire().length);
        }
    }

    @Test
    void shouldMapSixteenEntriesWhenPagesFanOut() {
        final FanOutBenchmark.SubPages vm = new FanOutBenchmark.SubPages();
        vm.fanOut = 16;
        try (Machine machine = new Machine(vm.config())) {
            assertEquals(HStatus.H_SUCCESS, machine.vcpu.hPutTce(Machine.FIRST_LIOBN, 1 << 16, 1 << 16 | 3));
            final IommuTable table = machine.iommuTables().get(0);
            assertEquals(16, table.nextMapped(0));
            for (int entry = 16; entry < 32; entry++) {
                assertEquals(entry, table.nextMapped(entry));
            }
            assertEquals(-1, table.nextMapped(32));
        }
    }

    @Test
    void shouldCutTheMemoryWhenRegionsAndMemslotsAreMeasured() {
        final RegionBenchmark.Window regions = new RegionBenchmark.Window();
        regions.regions = 8;
        final MemslotBenchmark.Window memslots = new MemslotBenchmark.Window();
        memslots.memslots = 8;
        try (Machine machine = new Machine(regions.config());
                Machine other = new Machine(memslots.config())) {
            assertEquals(8, machine.regions().size());
            assertEquals(1, machine.vm.memslots().slots().size());
            assertEquals(1, other.regions().size());
            assertEquals(8, other.vm.memslots().slots().size());
        }
    }

    @Test
    void shouldRefuseToRunWhenTheHostGivesHugePages() {
        HugePages.requireNone(List.of("Rss: 8 kB", "AnonHugePages:         0 kB"));
        assertThrows(
                IllegalStateException.class,
                () -> HugePages.requireNone(List.of("Rss: 8 kB", "AnonHugePages:      2048 kB")));
    }
}
