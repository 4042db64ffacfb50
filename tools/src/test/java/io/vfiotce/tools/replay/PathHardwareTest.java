package io.vfiotce.tools.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.memory.Memslot;
import io.vfiotce.papr.Tce;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.tools.handler.HandlerKind;
import io.vfiotce.tools.handler.Handlers;
import io.vfiotce.tools.trace.Trace;
import io.vfiotce.tools.trace.TraceBuilder;
import io.vfiotce.tools.trace.TraceGrade;
import io.vfiotce.tools.trace.WindowGeometry;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Differences that are planted behind VFIO, on one path or on both, are found. */
class PathHardwareTest {
    private static final long PCI = 0x80000000L;
    private static final long UA = Memslot.DEFAULT_UA_BASE;
    private static final long HPA = UA + BackingMemory.HPA_OFFSET_BYTES;

    /** A planted change of one entry of one table. */
    private interface Plant {
        void in(IommuTable table, long entry);
    }

    private final ReplayOptions options = new ReplayOptions(1, 1, 0, 16, 0, new PassThroughOptions(2, false, 16));
    private final ReplayPlan plan = new ReplayPlan(trace(), options);
    private final Handlers handlers = Handlers.of(HandlerKind.THREAD);
    private final PathRun fast = new PathRun(plan, options, handlers, false);
    private final PathRun slow = new PathRun(plan, options, handlers, true);
    private final Mismatches mismatches = new Mismatches();

    /** Entry 1 to page 2, read-only entry 2 to page 3, nothing elsewhere; the first records only see an earlier round. */
    private static Trace trace() {
        final TraceBuilder builder = new TraceBuilder().at(1, 0, 0, PCI);
        final WindowGeometry window = new WindowGeometry(12, 0, 0x8000);
        builder.xlate(0x1000, 0, 0, -1, TraceGrade.EXACT);
        builder.windowRemove(window);
        builder.windowCreate(window);
        builder.put(0x1000, 0x2002, 0);
        builder.put(0x2000, 0x3001, 0);
        builder.put(0x3000, 0x4003, 0);
        builder.put(0x3000, 0, 0);
        return builder.build();
    }

    @AfterEach
    void close() {
        fast.close();
        slow.close();
    }

    private void replayBoth() {
        fast.verify();
        slow.verify();
        assertEquals(List.of(), fast.mismatches().first());
        assertEquals(List.of(), slow.mismatches().first());
    }

    private static List<IommuTable> tables(final PathRun path) {
        return path.passThrough().tablesOf(PCI);
    }

    private static void exchange(final IommuTable table, final long entry, final long word) {
        table.exchange(table.leafAddressAcquire(entry), entry, word);
    }

    @Test
    void shouldFindNothingWhenNothingIsPlanted() {
        replayBoth();
        fast.checkHardware();
        slow.checkHardware();
        final HardwareResult result = HardwareComparison.compare(fast, slow, mismatches);
        assertEquals(List.of(), mismatches.first());
        assertEquals(new HardwareResult(2, 2, 2, 0x10000, 1, 4, 0), result);
        assertEquals(0, fast.mismatches().count() + slow.mismatches().count());
        assertEquals(HPA + 0x2003, tables(fast).get(1).hardwareTceAcquire(1));
        assertEquals(UA + 0x2000, tables(fast).get(1).userAddressAcquire(1));
        assertEquals(HPA + 0x3001, tables(slow).get(0).hardwareTceAcquire(2));
        assertEquals(List.of(), fast.tearDown());
        assertEquals(List.of(), slow.tearDown());
    }

    static Stream<Arguments> plants() {
        return Stream.of(
                Arguments.of("another page", 1, (Plant) (table, entry) -> exchange(table, entry, HPA + 0x5003)),
                Arguments.of("no write permission", 1, (Plant) (table, entry) -> exchange(table, entry, HPA + 0x2001)),
                Arguments.of("a write permission", 2, (Plant) (table, entry) -> exchange(table, entry, HPA + 0x3003)),
                Arguments.of(
                        "user address for physical", 1, (Plant) (table, entry) -> exchange(table, entry, UA + 0x2003)),
                Arguments.of("a lost mapping", 1, (Plant) (table, entry) -> exchange(table, entry, 0)),
                Arguments.of("a lost unmap", 3, (Plant) (table, entry) -> exchange(table, entry, HPA + 0x4003)),
                Arguments.of(
                        "a word without permission", 3, (Plant) (table, entry) -> exchange(table, entry, HPA + 0x4000)),
                Arguments.of("a mapping of the last page", 0x7fff, (Plant)
                        (table, entry) -> exchange(table, entry, HPA + 1)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("plants")
    void shouldFindDifferenceBetweenPathsWhenItIsPlantedInOneTable(
            final String name, final long entry, final Plant plant) {
        for (final PathRun path : List.of(fast, slow)) {
            for (int t = 0; t < 2; t++) {
                replayBoth();
                plant.in(tables(path).get(t), entry);
                final Mismatches found = new Mismatches();
                assertEquals(0x10000, HardwareComparison.compareTables(PCI, tables(fast), tables(slow), found));
                assertEquals(1, found.count(), found.first().toString());
                final String words = words(fast, t, entry, "fast ") + ", " + words(slow, t, entry, "slow ");
                assertEquals(where(t, entry) + ": " + words, found.first().get(0));
                unplant(path, t, entry);
            }
        }
    }

    /** The next round removes the window, which must not find the plant again. */
    private void unplant(final PathRun path, final int table, final long entry) {
        final PathRun other = path == fast ? slow : fast;
        exchange(tables(path).get(table), entry, tables(other).get(table).hardwareTceAcquire(entry));
        // The next round then begins as the first does.
        removeWindow(fast);
        removeWindow(slow);
    }

    private static void removeWindow(final PathRun path) {
        path.passThrough().windows().remove(PCI);
    }

    private static String where(final int table, final long entry) {
        return "liobn=0x80000000 table " + table + ", entry 0x" + Long.toHexString(entry);
    }

    private static String words(final PathRun path, final int table, final long entry, final String name) {
        return name + "0x" + Long.toHexString(tables(path).get(table).hardwareTceAcquire(entry));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("plants")
    void shouldFindWhatTheGuestDidNotAskForWhenItIsPlantedOnBothPaths(
            final String name, final long entry, final Plant plant) {
        replayBoth();
        final long word = tables(fast).get(1).hardwareTceAcquire(entry);
        for (final PathRun path : List.of(fast, slow)) {
            plant.in(tables(path).get(1), entry);
            path.checkHardware();
            assertEquals(1, path.mismatches().count(), path.mismatches().first().toString());
            final String found = path.mismatches().first().get(0);
            assertTrue(found.startsWith(where(1, entry) + words(path, 1, entry, ": holds ")), found);
        }
        HardwareComparison.compareTables(PCI, tables(fast), tables(slow), mismatches);
        assertEquals(0, mismatches.count());
        for (final PathRun path : List.of(fast, slow)) {
            exchange(tables(path).get(1), entry, word);
        }
    }

    @Test
    void shouldFindItInTheNextRoundWhenDeviceTranslatesAndWhenWindowGoes() {
        replayBoth();
        exchange(tables(fast).get(1), 1, HPA + 0x7003);
        fast.verify();
        final List<String> found = fast.mismatches().first();
        final String hardware = where(1, 1) + ": holds 0x" + Long.toHexString(HPA + 0x7003);
        assertEquals(3, found.size(), found.toString());
        assertTrue(found.get(0).startsWith(hardware), found.toString());
        assertTrue(found.get(1).startsWith("line 1 XLATE"), found.toString());
        assertTrue(found.get(2).startsWith(hardware), found.toString());
    }

    @Test
    void shouldFindItWhenADeviceOfTheGroupReachesAnotherPage() {
        final TraceBuilder builder = new TraceBuilder().at(1, 0, 0, PCI);
        final WindowGeometry window = new WindowGeometry(12, 0, 0x8000);
        // In the second round it is an entry that the first one left.
        builder.xlate(0x1234, 0, 0, 0xfff, TraceGrade.LOSSY);
        builder.windowRemove(window);
        builder.windowCreate(window);
        builder.put(0x1000, 0x2003, 0);
        builder.xlate(0x1234, 0x2000, 3, 0xfff, TraceGrade.EXACT);
        try (PathRun path = new PathRun(new ReplayPlan(builder.build(), options), options, handlers, false)) {
            path.verify();
            assertEquals(List.of(), path.mismatches().first());
            // Without a window nothing can be asked of the groups: one record of two, a read and a write, two ways.
            // Each is the
            // first of its kind there, so no hint serves it.
            assertEquals(new DeviceResult(8, 8, 0), path.devices());
            exchange(tables(path).get(1), 1, HPA + 0x7001);
            path.verify();
            final List<String> found = path.mismatches().first();
            final List<String> ofDevice = found.stream()
                    .filter(what -> what.startsWith("line 1 XLATE liobn=0x80000000 ioba=0x1234: device of group 1 "))
                    .toList();
            assertEquals(4, ofDevice.size(), found.toString());
            assertTrue(ofDevice.get(0).contains(" READ is OK, 0xdcc bytes at 0x"), found.toString());
            assertTrue(
                    ofDevice.get(1).contains(" WRITE is PERMISSION, 0x0 bytes at 0x0, must be OK"), found.toString());
            assertTrue(ofDevice.get(2).contains("with hints READ is OK"), found.toString());
            // The others are of the tables: the hardware check at the window's end.
            assertEquals(5, found.size(), found.toString());
        }
    }

    @Test
    void shouldUnmapEverythingWhenWindowIsCreatedWhereOneIs() {
        final TraceBuilder builder = new TraceBuilder().at(1, 0, 0, PCI);
        final WindowGeometry window = new WindowGeometry(12, 0, 0x8000);
        builder.windowCreate(window);
        builder.put(0x1000, 0x2003, 0);
        builder.windowCreate(window);
        builder.put(0x2000, 0x2003, 0);
        try (PathRun path = new PathRun(new ReplayPlan(builder.build(), options), options, handlers, false)) {
            path.verify();
            path.checkHardware();
            assertEquals(List.of(), path.mismatches().first());
            assertEquals(2, tables(path).get(0).nextMapped(0));
        }
    }

    @Test
    void shouldFindRefusedNotificationsWhenOnlyOnePathHasThem() {
        final TraceBuilder builder = new TraceBuilder().at(1, 0, 0, PCI);
        builder.windowCreate(new WindowGeometry(12, 0, 0x8000));
        builder.put(0x1000, 1L << 30 | 3, 0);
        final Trace trace = builder.build();
        final ReplayOptions small = new ReplayOptions(1, 1, 1L << 30, 16, 0, options.passThrough());
        try (PathRun refused = new PathRun(new ReplayPlan(trace, small), small, handlers, false);
                PathRun mapped = new PathRun(new ReplayPlan(trace, options), options, handlers, true)) {
            refused.verify();
            mapped.verify();
            HardwareComparison.compare(refused, mapped, mismatches);
            assertTrue(
                    mismatches.first().contains("notifications that a container refused: fast 2, slow 0"),
                    mismatches.first().toString());
            assertTrue(
                    mismatches.first().contains("registered regions: fast 1, slow 2"),
                    mismatches.first().toString());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldFindCountWhenItIsPlantedOnOnePath(final boolean onFast) {
        replayBoth();
        (onFast ? fast : slow).pinnedMemory().counts().addShared(0, 1);
        HardwareComparison.compare(fast, slow, mismatches);
        assertEquals(1, mismatches.count(), mismatches.first().toString());
        assertTrue(
                mismatches.first().get(0).contains(onFast ? "fast 5, slow 4; 4 entries" : "fast 4, slow 5; 4 entries"),
                mismatches.first().toString());
        (onFast ? fast : slow).pinnedMemory().counts().addShared(0, -1);
    }

    @Test
    void shouldFindCountWhenItIsPlantedOnBothPaths() {
        replayBoth();
        fast.pinnedMemory().counts().addShared(0, -1);
        slow.pinnedMemory().counts().addShared(0, -1);
        HardwareComparison.compare(fast, slow, mismatches);
        assertEquals(1, mismatches.count(), mismatches.first().toString());
        fast.pinnedMemory().counts().addShared(0, 1);
        slow.pinnedMemory().counts().addShared(0, 1);
    }

    @Test
    void shouldFindEntryThatPointsOutsideWhenBothPathsHaveIt() {
        replayBoth();
        for (final PathRun path : List.of(fast, slow)) {
            exchange(tables(path).get(0), 9, HPA + (1L << 30) | Tce.READ);
        }
        HardwareComparison.compare(fast, slow, mismatches);
        assertEquals(List.of(where(0, 9) + ": points outside registered memory"), mismatches.first());
        for (final PathRun path : List.of(fast, slow)) {
            exchange(tables(path).get(0), 9, 0);
        }
    }

    @Test
    void shouldFindTableWhenOnlyOnePathHasIt() {
        replayBoth();
        assertEquals(
                0,
                HardwareComparison.compareTables(PCI, tables(fast), tables(slow).subList(0, 1), mismatches));
        assertEquals(
                List.of("liobn=0x80000000 has 2 IOMMU tables on the fast path, 1 on the slow path"),
                mismatches.first());
    }

    @Test
    void shouldFindSharedWordsWhenBothPathsHaveTheSameTable() {
        replayBoth();
        HardwareComparison.compareTables(PCI, tables(fast), tables(fast), mismatches);
        assertEquals(0x10000, mismatches.count());
        assertTrue(mismatches.first().get(0).endsWith("entry 0x0: the paths share the word"));
    }

    @Test
    void shouldFindTableWhenHypercallsDoNotUpdateIt() {
        replayBoth();
        final IommuTable lost = tables(fast).get(1);
        fast.tables().get(PCI).attached().release(lost);
        fast.checkHardware();
        assertEquals(1, fast.mismatches().count());
        assertTrue(
                fast.mismatches().first().get(0).endsWith("hypercalls update 1 IOMMU tables, and its groups have 2"));
    }

    @Test
    void shouldNameWhatIsLeftWhenMemoryStaysRegistered() {
        replayBoth();
        final long pages = 16;
        slow.pinnedMemory().register(UA + (1L << 40), pages);
        assertEquals(
                List.of(
                        "not back at the end: locked pages 16, at the start 0",
                        "not back at the end: registered regions 1, at the start 0"),
                slow.tearDown().subList(0, 2));
        assertEquals(List.of(), fast.tearDown());
    }

    @Test
    void shouldNameWhatIsLeftWhenACountIsOff() {
        replayBoth();
        slow.pinnedMemory().counts().addShared(700, -3);
        assertEquals(List.of("not back at the end: mapped count 700 -3, at the start 0"), slow.tearDown());
    }
}
