package io.vfiotce.dma;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.linux.Errno;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.memory.QuiescentReader;
import io.vfiotce.memory.UserProcess;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A dirty log from its start to its end: what is marked comes out, once, by either address. */
class DirtyLogTest {
    private static final long LIOBN = 0x8000_0000L;
    private static final long ALL = -1;

    private final UserProcess process = process(1L << 26);
    private final QuiescentReader device = process.quiescence().register("nic");
    private final DirtyLog log = new DirtyLog(process);

    private static UserProcess process(final long offHeapBytes) {
        return new UserProcess(
                new ProcessConfig().gracePeriodTimeoutNs(1_000_000).offHeapLimitBytes(offHeapBytes));
    }

    @AfterEach
    void close() {
        device.offline();
        log.stop();
        device.close();
        process.close();
        assertEquals(0, process.offHeap().allocatedBytes());
    }

    private DirtyMarker marker() {
        return log.windowMarker(LIOBN);
    }

    private static List<String> ranges(final DirtyPages pages, final long address, final long sizeBytes) {
        final List<String> ranges = new ArrayList<>();
        pages.forEach(
                address,
                sizeBytes,
                (from, bytes) -> ranges.add(Long.toHexString(from) + "+" + Long.toHexString(bytes)));
        return ranges;
    }

    private List<String> collectGuest(final long gpa, final long sizeBytes) {
        try (DirtyPages pages = log.newPages()) {
            log.collectGuest(gpa, sizeBytes, pages);
            return ranges(pages, gpa, sizeBytes);
        }
    }

    private List<String> collectWindow(final long liobn, final long ioba, final long sizeBytes) {
        try (DirtyPages pages = log.newPages()) {
            log.collectWindow(liobn, ioba, sizeBytes, pages);
            return ranges(pages, ioba, sizeBytes);
        }
    }

    @Test
    void shouldHaveNoMarkersAndNoPagesWhenItIsOff() {
        assertFalse(log.isOn());
        assertNull(marker());
        assertNull(log.groupMarker(1));
        assertThrows(IllegalStateException.class, log::newPages);
        log.start(12);
        try (DirtyPages pages = log.newPages()) {
            log.stop();
            assertThrows(IllegalStateException.class, () -> log.collectGuest(0, ALL, pages));
            assertThrows(IllegalStateException.class, () -> log.collectWindow(LIOBN, 0, ALL, pages));
            assertThrows(IllegalStateException.class, () -> log.collectGroup(1, 0, ALL, pages));
        }
        assertNull(marker());
    }

    @Test
    void shouldGiveEachPageOnceByBothAddressesWhenItIsMarked() {
        log.start(12);
        marker().mark(0x800_0000_0000_1ff8L, 0x5000, 8);
        marker().mark(0x800_0000_0000_2ff8L, 0x3ff8, 0x10);
        marker().mark(0x7100, 0x9100, 0);
        assertEquals(List.of("3000+3000"), collectGuest(0, ALL));
        assertEquals(List.of(), collectGuest(0, ALL));
        assertEquals(List.of("800000000001000+3000"), collectWindow(LIOBN, 0, ALL));
        assertEquals(List.of(), collectWindow(LIOBN, 0, ALL));
        marker().mark(0x1000, 0x4000, 1);
        assertEquals(List.of("4000+1000"), collectGuest(0, ALL), "it can be marked again");
    }

    @Test
    void shouldKeepWindowsAndGroupsApartWhenTheyHaveTheSameAddresses() {
        log.start(16);
        marker().mark(0x1_0000, 0, 1);
        log.windowMarker(LIOBN + 1).mark(0x2_0000, 0x1_0000, 1);
        log.groupMarker(0).mark(0x3_0000, 0x2_0000, 1);
        assertEquals(List.of("10000+10000"), collectWindow(LIOBN, 0, ALL));
        assertEquals(List.of("20000+10000"), collectWindow(LIOBN + 1, 0, ALL));
        assertEquals(List.of(), collectWindow(LIOBN + 2, 0, ALL));
        try (DirtyPages pages = log.newPages()) {
            log.collectGroup(0, 0, ALL, pages);
            log.collectGroup(1, 0, ALL, pages);
            assertEquals(List.of("30000+10000"), ranges(pages, 0, ALL));
            assertTrue(pages.contains(0x3_8888));
            assertFalse(pages.contains(0x4_0000));
        }
        assertEquals(List.of("0+30000"), collectGuest(0, ALL));
    }

    @Test
    void shouldTakeOnlyThePagesThatItTouchesWhenTheRangeIsOdd() {
        log.start(12);
        marker().mark(0x1000, 0x1000, 0x8000);
        marker().mark(-0x1000, -0x1000, 0x1000);
        assertEquals(List.of("2000+2000"), collectGuest(0x2fff, 2));
        assertEquals(List.of(), collectGuest(0x2000, 0x2000));
        assertEquals(List.of(), collectGuest(0x1fff, 0));
        assertEquals(List.of("8000+1000"), collectGuest(0x8001, 0x7000));
        assertEquals(List.of("fffffffffffff000+1000"), collectGuest(-1, 0x1000), "cut off at the end");
        assertEquals(List.of("1000+1000", "4000+4000"), collectGuest(0, ALL));
        assertEquals(List.of("1000+8000", "fffffffffffff000+1000"), collectWindow(LIOBN, 1, ALL - 1));
    }

    @Test
    void shouldCountAChangeWhenItStartsAndStops() {
        final long before = process.changes().count();
        log.start(12);
        assertEquals(before + 2, process.changes().count(), "the log and the grace period");
        log.stop();
        assertEquals(before + 4, process.changes().count(), "the log and what it retires");
        log.stop();
        assertEquals(before + 4, process.changes().count());
    }

    @Test
    void shouldRefuseWhenItIsOnOrThePagesAreOdd() {
        assertThrows(IllegalArgumentException.class, () -> log.start(11));
        assertThrows(IllegalArgumentException.class, () -> log.start(35));
        log.start(12);
        assertThrows(IllegalStateException.class, () -> log.start(12));
        marker().mark(0x1000, 0x1000, 1);
        try (DirtyPages small = log.newPages()) {
            log.stop();
            log.start(16);
            assertEquals(12, small.pageShift());
            assertThrows(IllegalArgumentException.class, () -> log.collectGuest(0, ALL, small));
        }
        assertEquals(List.of(), collectGuest(0, ALL), "what was not collected is gone");
    }

    @Test
    void shouldBeOffWhenADeviceIsLateAtTheStart() {
        device.online();
        final long before = process.changes().count();
        final LinuxException late = assertThrows(LinuxException.class, () -> log.start(12));
        assertEquals(Errno.EBUSY, late.errno());
        assertTrue(late.getMessage().contains("nic"), late.getMessage());
        assertFalse(log.isOn());
        assertEquals(before + 4, process.changes().count(), "whoever took a marker meanwhile is to drop it");
        device.offline();
        log.start(12);
        assertTrue(log.isOn());
    }

    @Test
    void shouldHaveThePagesNeverthelessWhenADeviceIsLateAtACollection() {
        log.start(12);
        device.online();
        marker().mark(0x1000, 0x2000, 1);
        try (DirtyPages pages = log.newPages()) {
            final LinuxException late = assertThrows(LinuxException.class, () -> log.collectGuest(0, ALL, pages));
            assertEquals(Errno.EBUSY, late.errno());
            device.offline();
            log.collectGuest(0, ALL, pages);
            assertEquals(List.of("2000+1000"), ranges(pages, 0, ALL));
            pages.clear();
            assertEquals(List.of(), ranges(pages, 0, ALL));
        }
    }

    @Test
    void shouldKeepWhatADeviceMarksInUntilItIsDoneWhenItStops() {
        log.start(12);
        final long before = process.offHeap().allocatedBytes();
        device.online();
        final DirtyMarker kept = marker();
        kept.mark(0x1000, 0x1000, 1);
        final long used = process.offHeap().allocatedBytes();
        assertTrue(used > before);
        log.stop();
        assertEquals(used, process.offHeap().allocatedBytes(), "the device is online");
        kept.mark(0x1000, 0x1000, 1);
        device.offline();
        process.reclaimer().reclaim();
        assertEquals(before, process.offHeap().allocatedBytes());
    }

    @Test
    void shouldTakeEveryPageForWrittenWhenMemoryRunsOut() {
        final UserProcess poor = process(24 << 10);
        final DirtyLog scarce = new DirtyLog(poor);
        scarce.start(12);
        scarce.windowMarker(LIOBN).mark(0x1000, 0x2000, 1);
        try (DirtyPages pages = scarce.newPages()) {
            scarce.collectGuest(0x10_0000, 0x2001, pages);
            assertTrue(pages.isEverything());
            assertTrue(pages.contains(0x77_7777));
            assertEquals(List.of("100000+3000"), ranges(pages, 0x10_0000, 0x2001));
            pages.clear();
            assertFalse(pages.isEverything());
            scarce.collectGuest(0, 1, pages);
            assertTrue(pages.isEverything(), "it stays so until the log is started anew");
        }
        assertNotNull(scarce.windowMarker(LIOBN));
        scarce.stop();
        poor.close();
        assertEquals(0, poor.offHeap().allocatedBytes());
    }
}
