package io.vfiotce.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.linux.Errno;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.linux.LockedMemory;
import io.vfiotce.support.FakeHostMemory;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Registered memory: results, in their order, and accounting, by the rows of the reference. */
class PinnedMemoryTest {
    private static final int SHIFT = 16;
    private static final long PAGE = 1L << SHIFT;
    private static final long UA = 64 * PAGE;
    private static final long PAGES = 4;
    private static final long LIMIT = 2_000;

    private final LockedMemory locked = new LockedMemory(LIMIT);
    private final FakeHostMemory host = new FakeHostMemory(SHIFT);
    private final UserProcess process = new UserProcess(new ProcessConfig()
            .hostPageShift(SHIFT)
            .lockedMemory(locked)
            .offHeapLimitBytes(1 << 20)
            .hostMemory(host)
            .gracePeriodTimeoutNs(1_000));
    private final PinnedMemory memory = process.pinnedMemory();
    private final long emptyBytes = process.offHeap().allocatedBytes();

    @AfterEach
    void shouldHaveLeftNothing() {
        for (final PinnedRegion region : memory.regionsAcquire().regions()) {
            while (region.used > 0) {
                memory.release(region);
            }
        }
        process.reclaimer().reclaim();
        assertNothingIsHeld();
        process.close();
        assertEquals(0, process.offHeap().allocatedBytes());
    }

    private void assertNothingIsHeld() {
        assertEquals(List.of(), memory.regionsAcquire().regions());
        assertEquals(0, locked.lockedPages());
        assertEquals(0, host.pins());
        assertEquals(emptyBytes, process.offHeap().allocatedBytes());
    }

    private interface Row {
        void check(PinnedMemoryTest test) throws Exception;
    }

    private static Named<Row> row(final String name, final Row row) {
        return Named.of(name, row);
    }

    private void refused(final Errno errno, final long ua, final long pages) {
        final long lockedBefore = locked.lockedPages();
        final long pinsBefore = host.pins();
        final long bytesBefore = process.offHeap().allocatedBytes();
        final RegionSet before = memory.regionsAcquire();
        final LinuxException e = assertThrows(LinuxException.class, () -> memory.register(ua, pages));
        assertEquals(errno, e.errno(), e.getMessage());
        assertEquals(lockedBefore, locked.lockedPages());
        assertEquals(pinsBefore, host.pins());
        assertEquals(bytesBefore, process.offHeap().allocatedBytes());
        assertSame(before, memory.regionsAcquire());
    }

    private void busy(final PinnedRegion region, final String why) {
        final LinuxException e = assertThrows(LinuxException.class, () -> memory.put(region));
        assertEquals(Errno.EBUSY, e.errno());
        assertTrue(e.getMessage().contains(why), e.getMessage());
        assertFalse(region.isClosing());
        assertTrue(memory.regionsAcquire().regions().contains(region));
    }

    static Stream<Named<Row>> newRows() {
        return Stream.of(
                row("§4.11 mm_iommu_new 1: over the locked-memory limit → ENOMEM", t -> {
                    t.memory.register(UA, LIMIT - 1);
                    t.refused(Errno.ENOMEM, UA + LIMIT * PAGE, 2);
                    t.memory.register(UA + LIMIT * PAGE, 1);
                    t.refused(Errno.ENOMEM, 0, 1);
                }),
                row("§4.11 mm_iommu_new 1 before 4: the limit counts before pinning → ENOMEM", t -> {
                    t.host.badPageUa = UA;
                    t.refused(Errno.ENOMEM, UA, LIMIT + 1);
                }),
                row("§4.11 mm_iommu_new 3: no memory for the region → ENOMEM", t -> {
                    t.host.badPageUa = -1;
                    final long room = (1 << 20) - t.process.offHeap().allocatedBytes();
                    final long hog = t.process.offHeap().allocateAddress(room);
                    t.refused(Errno.ENOMEM, UA, PAGES);
                    t.process.offHeap().freeAddress(hog, room);
                    t.memory.register(UA, PAGES);
                }),
                row("§4.11 mm_iommu_new 4: the first page cannot be pinned → EFAULT", t -> {
                    t.host.badPageUa = UA;
                    t.refused(Errno.EFAULT, UA, PAGES);
                }),
                row("§4.11 mm_iommu_new 4 Q, S-09: only n of m pages can be pinned → EFAULT, n unpinned", t -> {
                    t.host.badPageUa = UA + 3 * PAGE;
                    t.refused(Errno.EFAULT, UA, PAGES);
                    t.memory.register(UA, 3);
                }),
                row("§4.11 mm_iommu_new 4 before 5: a bad page in an overlapping range → EFAULT", t -> {
                    t.memory.register(UA, PAGES);
                    t.host.badPageUa = UA + PAGES * PAGE;
                    t.refused(Errno.EFAULT, UA, PAGES + 1);
                }),
                row("§4.11 mm_iommu_new: the success → one use, charged, pinned, hpa = ua + offset", t -> {
                    final PinnedRegion region = t.memory.register(UA, PAGES);
                    assertEquals(1, region.used);
                    assertEquals(PAGES, t.locked.lockedPages());
                    assertEquals(PAGES, t.host.pins());
                    assertEquals(UA + FakeHostMemory.OFFSET, region.hpa());
                    assertEquals(PAGES * PAGE, region.sizeBytes());
                    assertEquals(0, t.memory.counts().sum(region.index()));
                    assertFalse(region.isClosing());
                }));
    }

    @ParameterizedTest
    @MethodSource("newRows")
    void shouldGiveTheResultOfTheRowWhenRegistering(final Row row) throws Exception {
        row.check(this);
    }

    static Stream<Named<Row>> limitRows() {
        return Stream.of(
                row("S-08 Q: size 0 → ENOMEM as in Linux, nothing charged", t -> t.refused(Errno.ENOMEM, UA, 0)),
                row("S-08: ua + size wraps → EINVAL", t -> t.refused(Errno.EINVAL, -2 * PAGE, 3)),
                row(
                        "S-08: the physical addresses wrap → EINVAL",
                        t -> t.refused(Errno.EINVAL, -FakeHostMemory.OFFSET - PAGE, 3)),
                row("S-08: ua = 2^64 less a page, the sum is 0 → EINVAL", t -> t.refused(Errno.EINVAL, -PAGE, 1)),
                row("S-08: the size in bytes wraps → EINVAL", t -> {
                    t.refused(Errno.EINVAL, UA, 1L << 48);
                    t.refused(Errno.EINVAL, UA, (1L << 48) + 1);
                    t.refused(Errno.EINVAL, UA, -1);
                    t.refused(Errno.EINVAL, 0, Long.MIN_VALUE);
                }),
                row("S-08: unaligned by one byte → EINVAL", t -> {
                    t.refused(Errno.EINVAL, UA + 1, 1);
                    t.refused(Errno.EINVAL, UA - 1, 1);
                }),
                row("S-08: the last range below the top page → registered", t -> {
                    final PinnedRegion region = t.memory.register(-3 * PAGE, 2);
                    assertSame(region, t.memory.regionsAcquire().find(-PAGE - 1));
                    assertNull(t.memory.regionsAcquire().find(-PAGE));
                    assertNull(t.memory.regionsAcquire().find(-PAGE - 8, 16));
                    t.refused(Errno.EINVAL, -2 * PAGE, 1);
                }),
                row("more than 1,024 regions → ENOMEM", t -> {
                    for (int i = 0; i < MappedCounts.MAX_REGIONS; i++) {
                        assertEquals(i, t.memory.register(UA + i * PAGE, 1).index());
                    }
                    t.refused(Errno.ENOMEM, 0, 1);
                    t.memory.put(t.memory.findExact(UA + 7 * PAGE, 1));
                    assertEquals(7, t.memory.register(0, 1).index());
                }),
                row("a host that fails while it looks at pages → nothing is left", t -> {
                    t.host.failure = new IllegalArgumentException("planted");
                    assertThrows(IllegalArgumentException.class, () -> t.memory.register(UA, PAGES));
                    assertEquals(0, t.locked.lockedPages());
                    assertEquals(0, t.host.pins());
                }));
    }

    @ParameterizedTest
    @MethodSource("limitRows")
    void shouldGiveTheResultOfTheRowWhenTheRangeIsExtreme(final Row row) throws Exception {
        row.check(this);
    }

    static Stream<Named<Row>> overlapRows() {
        return Stream.of(
                row("§4.11 overlap: touching below → allowed", t -> t.memory.register(UA - PAGE, 1)),
                row("§4.11 overlap: touching above → allowed", t -> t.memory.register(UA + PAGES * PAGE, 1)),
                row("S-07: one page at the low end → EINVAL", t -> t.refused(Errno.EINVAL, UA - PAGE, 2)),
                row("S-07: one page at the high end → EINVAL", t -> t.refused(Errno.EINVAL, UA + 3 * PAGE, 2)),
                row("S-07: containing → EINVAL", t -> t.refused(Errno.EINVAL, UA - PAGE, PAGES + 2)),
                row("S-07: contained → EINVAL", t -> t.refused(Errno.EINVAL, UA + PAGE, 2)),
                row("S-07: the same start, longer → EINVAL", t -> t.refused(Errno.EINVAL, UA, PAGES + 1)),
                row("S-07: the same end, shorter → EINVAL", t -> t.refused(Errno.EINVAL, UA + PAGE, PAGES - 1)),
                row("S-07: identical → EINVAL", t -> t.refused(Errno.EINVAL, UA, PAGES)));
    }

    @ParameterizedTest
    @MethodSource("overlapRows")
    void shouldGiveTheResultOfTheRowWhenRangesMeet(final Row row) throws Exception {
        memory.register(UA, PAGES);
        row.check(this);
    }

    static Stream<Named<Row>> useRows() {
        return Stream.of(
                row("§4.11 mm_iommu_get: exact match → one use more", t -> {
                    final PinnedRegion region = t.memory.register(UA, PAGES);
                    assertSame(region, t.memory.get(UA, PAGES));
                    assertEquals(2, region.used);
                    assertEquals(PAGES, t.locked.lockedPages(), "charged once");
                }),
                row("§4.11 mm_iommu_get, S-10: another size, another start, a part → none", t -> {
                    final PinnedRegion region = t.memory.register(UA, PAGES);
                    assertNull(t.memory.get(UA, PAGES - 1));
                    assertNull(t.memory.get(UA, PAGES + 1));
                    assertNull(t.memory.get(UA + PAGE, PAGES - 1));
                    assertNull(t.memory.get(UA - PAGE, PAGES));
                    assertNull(t.memory.get(0, 0));
                    assertNull(t.memory.findExact(UA, -PAGES));
                    assertEquals(1, region.used);
                }),
                row("§4.11 mm_iommu_put: used 0 → ENOENT", t -> {
                    final PinnedRegion region = t.memory.register(UA, PAGES);
                    t.memory.put(region);
                    final LinuxException e = assertThrows(LinuxException.class, () -> t.memory.put(region));
                    assertEquals(Errno.ENOENT, e.errno());
                    t.assertNothingIsHeld();
                }),
                row("§4.11 mm_iommu_put: still used → 0, whatever is mapped", t -> {
                    final PinnedRegion region = t.memory.register(UA, PAGES);
                    t.memory.get(UA, PAGES);
                    t.memory.counts().addShared(region.index(), 1);
                    t.memory.put(region);
                    assertEquals(1, region.used);
                    t.busy(region, "1 mappings");
                    t.memory.counts().addShared(region.index(), -1);
                }),
                row("§4.11 mm_iommu_put, S-05: mapped → EBUSY, still used, and open", t -> {
                    final PinnedRegion region = t.memory.register(UA, PAGES);
                    final long stripe = t.memory.counts().openStripe();
                    MappedCounts.addOwn(stripe, region.index(), 3);
                    t.busy(region, "3 mappings");
                    assertEquals(1, region.used);
                    assertSame(region, t.memory.get(UA, PAGES));
                    t.memory.put(region);
                    MappedCounts.addOwn(stripe, region.index(), -3);
                    t.memory.put(region);
                    t.memory.counts().closeStripe(stripe);
                    assertEquals(0, t.locked.lockedPages());
                }));
    }

    @ParameterizedTest
    @MethodSource("useRows")
    void shouldGiveTheResultOfTheRowWhenUsing(final Row row) throws Exception {
        row.check(this);
    }

    static Stream<Named<Row>> lookupRows() {
        return Stream.of(
                row(
                        "§4.11 mm_iommu_put: the last use → unlinked, uncharged, unpinned; marks freed after a grace period",
                        t -> {
                            final QuiescentReader vcpu = t.process.quiescence().register("vcpu 0");
                            final PinnedRegion region = t.memory.register(UA, PAGES);
                            t.memory.put(region);
                            t.assertNothingIsHeldBut(OffHeap.ALIGNMENT_BYTES);
                            vcpu.close();
                        }),
                row("UNREGISTER waits for hypercalls: a late vCPU → EBUSY that names it, still owned", t -> {
                    final QuiescentReader vcpu = t.process.quiescence().register("vcpu 5");
                    final PinnedRegion region = t.memory.register(UA, PAGES);
                    vcpu.online();
                    t.busy(region, "vcpu 5 is late");
                    assertEquals(1, region.used);
                    vcpu.offline();
                    t.memory.put(region);
                    vcpu.close();
                }),
                row("§4.11 mm_iommu_lookup, S-11: within, at the ends, past them, wrapping", t -> {
                    final PinnedRegion region = t.memory.register(UA, PAGES);
                    final RegionSet set = t.memory.regionsAcquire();
                    assertSame(region, set.find(UA, PAGES * PAGE));
                    assertSame(region, set.find(UA + 1, PAGES * PAGE - 1));
                    assertSame(region, set.find(UA + PAGES * PAGE - 1, 1));
                    assertNull(set.find(UA + 1, PAGES * PAGE));
                    assertNull(set.find(UA - 1, 2));
                    assertNull(set.find(UA + PAGES * PAGE, 1));
                    assertNull(set.find(UA, -UA), "the end is 0");
                    assertNull(set.find(UA + 8, -8));
                    assertNull(set.find(UA, -1));
                    assertNull(set.find(UA, Long.MIN_VALUE));
                }),
                row("S-22: released with mappings → bounded, an orphan; gone when they go", t -> {
                    final PinnedRegion region = t.memory.register(UA, PAGES);
                    t.memory.counts().addShared(region.index(), 1);
                    t.memory.release(region);
                    assertTrue(region.isOrphan() && region.isClosing());
                    assertNull(t.memory.get(UA, PAGES));
                    assertEquals(
                            Errno.ENOENT,
                            assertThrows(LinuxException.class, () -> t.memory.put(region))
                                    .errno());
                    t.refused(Errno.EINVAL, UA, PAGES);
                    assertThrows(IllegalStateException.class, t.process::close);
                    t.memory.counts().addShared(region.index(), -1);
                    final PinnedRegion next = t.memory.register(UA, PAGES);
                    assertNotSame(region, next);
                    assertEquals(PAGES, t.locked.lockedPages());
                }));
    }

    private void assertNothingIsHeldBut(final long bytes) {
        assertEquals(List.of(), memory.regionsAcquire().regions());
        assertEquals(0, locked.lockedPages());
        assertEquals(0, host.pins());
        assertEquals(emptyBytes + bytes, process.offHeap().allocatedBytes());
    }

    @ParameterizedTest
    @MethodSource("lookupRows")
    void shouldGiveTheResultOfTheRowWhenLookingUpOrReleasing(final Row row) throws Exception {
        row.check(this);
    }

    static Stream<Named<Row>> pageShiftRows() {
        return Stream.of(
                row("§4.11 pageshift: ordinary pages → the host page, however aligned", t -> {
                    assertEquals(SHIFT, t.memory.register(0, 1 << 10).pageShift());
                }),
                row("§4.11 pageshift: huge pages, aligned → the huge page", t -> {
                    t.host.pageShift = 24;
                    final PinnedRegion region = t.memory.register(1L << 24, 1 << 9);
                    assertEquals(24, region.pageShift());
                    assertEquals(2, region.dirtyBytes());
                }),
                row("§4.11 pageshift: huge pages, the size less aligned → trailing zeros of ua | size", t -> {
                    t.host.pageShift = 24;
                    assertEquals(18, t.memory.register(1L << 24, 4).pageShift());
                }),
                row("§4.11 pageshift: huge pages, the start less aligned → trailing zeros of ua | size", t -> {
                    t.host.pageShift = 24;
                    assertEquals(17, t.memory.register(2 * PAGE, 1 << 8).pageShift());
                }));
    }

    @ParameterizedTest
    @MethodSource("pageShiftRows")
    void shouldGiveTheResultOfTheRowWhenPagesAreHuge(final Row row) throws Exception {
        row.check(this);
    }

    @Test
    void shouldCountAChangeWhenARegionComesClosesOrGoes() {
        final long before = process.changes().count();
        final PinnedRegion region = memory.register(UA, PAGES);
        assertEquals(before + 1, process.changes().count());
        memory.counts().addShared(region.index(), 1);
        busy(region, "1 mappings");
        assertEquals(before + 4, process.changes().count(), "closed, a grace period, opened again");
        memory.counts().addShared(region.index(), -1);
        memory.put(region);
        assertEquals(before + 8, process.changes().count(), "closed, a grace period, gone, its memory retired");
        assertTrue(region.isClosing(), "a call with an old copy must not map into it");
    }

    @Test
    void shouldKeepDirtyMarksApartWhenPagesAreMarked() {
        final PinnedRegion region = memory.register(UA, PAGES);
        region.markDirty(region.hpa() + PAGE + 12);
        region.markDirty(region.hpa() + PAGES * PAGE - 1);
        assertFalse(region.isDirty(UA));
        assertTrue(region.isDirty(UA + PAGE));
        assertFalse(region.isDirty(UA + 2 * PAGE));
        assertTrue(region.isDirty(UA + 3 * PAGE));
        memory.put(region);
        assertEquals(2, memory.dirtyPagesReleased());
        process.reclaimer().reclaim();
        final PinnedRegion again = memory.register(UA, PAGES);
        assertFalse(again.isDirty(UA + PAGE));
        assertNotNull(again);
    }
}
