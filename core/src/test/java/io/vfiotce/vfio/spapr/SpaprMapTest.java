package io.vfiotce.vfio.spapr;

import static io.vfiotce.vfio.spapr.Case.EFAULT;
import static io.vfiotce.vfio.spapr.Case.EINVAL;
import static io.vfiotce.vfio.spapr.Case.ENODEV;
import static io.vfiotce.vfio.spapr.Case.ENOMEM;
import static io.vfiotce.vfio.spapr.Case.ENXIO;
import static io.vfiotce.vfio.spapr.Case.EPERM;
import static io.vfiotce.vfio.spapr.Case.typed;
import static io.vfiotce.vfio.spapr.SpaprFixture.GIB;
import static io.vfiotce.vfio.spapr.SpaprFixture.PAGE;
import static io.vfiotce.vfio.spapr.SpaprFixture.RW;
import static io.vfiotce.vfio.spapr.SpaprFixture.UA;
import static io.vfiotce.vfio.spapr.SpaprFixture.argsz;
import static io.vfiotce.vfio.spapr.SpaprFixture.mapArgument;
import static io.vfiotce.vfio.spapr.SpaprFixture.struct;
import static io.vfiotce.vfio.spapr.SpaprFixture.unmapArgument;
import static io.vfiotce.vfio.spapr.SpaprFixture.word;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vfiotce.iommu.IommuGroup;
import io.vfiotce.linux.IoctlArgument;
import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.support.AllocationProbe;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.vfio.VfioRequest;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** MAP_DMA, §5.4, and UNMAP_DMA, §5.5, of version 2. */
class SpaprMapTest {
    private static final long SMALL = 4096;

    private static ToLongFunction<SpaprFixture> map(final int flags, final long ua, final long iova, final long size) {
        return f -> f.ioctl(VfioRequest.VFIO_IOMMU_MAP_DMA, mapArgument(flags, ua, iova, size));
    }

    private static ToLongFunction<SpaprFixture> unmap(final int flags, final long iova, final long size) {
        return f -> f.ioctl(VfioRequest.VFIO_IOMMU_UNMAP_DMA, unmapArgument(flags, iova, size));
    }

    private static IommuTable table(final SpaprFixture fixture, final int slot) {
        return fixture.hostIommu.get(0).tableGroup().table(slot);
    }

    /** Two pages mapped at entries 1 and 2. */
    private static SpaprFixture mapped() {
        final SpaprFixture fixture = SpaprFixture.ready();
        fixture.iommu.mapDma(fixture.process, RW, UA, SMALL, 2 * SMALL);
        fixture.invalidations.clear();
        return fixture;
    }

    private static SpaprFixture pendingWithoutGroups() {
        final SpaprFixture fixture = SpaprFixture.v2();
        final IommuGroup group = fixture.group(fixture.recorded("a"));
        fixture.iommu.attachGroup(group);
        fixture.registered(1);
        fixture.iommu.detachGroup(group);
        return fixture;
    }

    /** A window of two levels for whose leaves there is no memory. */
    private static SpaprFixture noLeaf() {
        final SpaprFixture fixture = SpaprFixture.v2(new ProcessConfig().offHeapLimitBytes(120_000))
                .attached()
                .noDefault()
                .registered(16);
        fixture.iommu.createWindow(fixture.process, 0, 12, GIB, 2);
        return fixture;
    }

    private static final List<Case> MAP_ROWS = List.of(
            new Case(
                    "§5.4 MAP 1: another process → EPERM",
                    SpaprFixture::ready,
                    f -> f.ioctl(f.iommu, f.stranger, VfioRequest.VFIO_IOMMU_MAP_DMA, mapArgument(RW, UA, 0, SMALL)),
                    EPERM),
            new Case(
                    "§5.4 MAP 2: not enabled → EPERM",
                    () -> SpaprFixture.v2().attached(),
                    map(RW, UA, 0, SMALL),
                    EPERM),
            new Case(
                    "§5.4 MAP 2 before 3: not enabled, bad argument → EPERM",
                    () -> SpaprFixture.v2().attached(),
                    f -> f.ioctl(VfioRequest.VFIO_IOMMU_MAP_DMA, struct(0)),
                    EPERM),
            new Case(
                    "§5.4 MAP 3: fewer than 32 bytes → EFAULT",
                    SpaprFixture::ready,
                    f -> f.ioctl(VfioRequest.VFIO_IOMMU_MAP_DMA, argsz(31, 32)),
                    EFAULT),
            new Case(
                    "§5.4 MAP 4: argsz < 32 → EINVAL",
                    SpaprFixture::ready,
                    f -> f.ioctl(VfioRequest.VFIO_IOMMU_MAP_DMA, argsz(32, 31)),
                    EINVAL),
            new Case("§5.4 MAP 5: unknown flag → EINVAL", SpaprFixture::ready, map(RW | 4, UA, 0, SMALL), EINVAL),
            new Case("§5.4 MAP 5: last flag bit → EINVAL", SpaprFixture::ready, map(1 << 31, UA, 0, SMALL), EINVAL),
            new Case(
                    "§5.4 MAP 5 before 6: unknown flag leaves the default window pending",
                    () -> SpaprFixture.v2().attached().registered(1),
                    map(4, UA, 0, SMALL),
                    EINVAL),
            new Case(
                    "§5.4 MAP 6: pending default window without groups → ENODEV",
                    SpaprMapTest::pendingWithoutGroups,
                    map(RW, UA, 0, SMALL),
                    ENODEV),
            new Case(
                    "§5.4 MAP 6: no room for the pending default window → ENOMEM",
                    () -> SpaprFixture.v2().attached().registered(1).leaving(127),
                    map(RW, UA, 0, SMALL),
                    ENOMEM),
            new Case(
                    "§5.4 MAP 6: the pending default window is made",
                    () -> SpaprFixture.v2().attached().registered(1),
                    f -> {
                        final long result = map(RW, UA, 0, SMALL).applyAsLong(f);
                        assertEquals(
                                List.of(12, 1L << 19),
                                List.of(table(f, 0).pageShift(), table(f, 0).sizePages()));
                        return result;
                    },
                    0),
            new Case("§5.4 MAP 7: outside every window → ENXIO", SpaprFixture::ready, map(RW, UA, GIB, SMALL), ENXIO),
            new Case(
                    "§5.4 MAP 7 before 8: outside, misaligned → ENXIO",
                    SpaprFixture::ready,
                    map(RW, UA + 1, GIB, 1),
                    ENXIO),
            new Case("§5.4 MAP 8: size misaligned → EINVAL", SpaprFixture::ready, map(RW, UA, 0, SMALL + 1), EINVAL),
            new Case("§5.4 MAP 8: vaddr misaligned → EINVAL", SpaprFixture::ready, map(RW, UA + 8, 0, SMALL), EINVAL),
            new Case(
                    "§5.4 MAP 8 before 10: vaddr and iova misaligned → EINVAL",
                    SpaprFixture::ready,
                    map(RW, UA + 8, 8, SMALL),
                    EINVAL),
            new Case("§5.4 MAP 9: neither READ nor WRITE → EINVAL", SpaprFixture::ready, map(0, UA, 0, SMALL), EINVAL),
            new Case(
                    "§5.4 MAP 9 before 10: no permission, iova misaligned → EINVAL",
                    SpaprFixture::ready,
                    map(0, UA, 8, SMALL),
                    EINVAL),
            new Case("§5.4 MAP 10: iova misaligned → +1", SpaprFixture::ready, map(RW, UA, 0x800, SMALL), 1),
            new Case(
                    "§5.4 MAP 10, typed: iova misaligned → EINVAL",
                    SpaprFixture::ready,
                    typed(f -> f.iommu.mapDma(f.process, RW, UA, 0x800, SMALL)),
                    EINVAL),
            new Case(
                    "§5.4 MAP: size 0 → 0, no effect",
                    SpaprFixture::ready,
                    f -> {
                        final long result = map(RW, UA, 0, 0).applyAsLong(f);
                        assertEquals(List.of(), f.invalidations);
                        return result;
                    },
                    0),
            new Case(
                    "§10.3 S-03 MAP: pages beyond the window → EINVAL, nothing mapped",
                    SpaprFixture::ready,
                    f -> {
                        final long result = map(RW, UA, GIB - SMALL, 2 * SMALL).applyAsLong(f);
                        assertEquals(0, SpaprFixture.present(table(f, 0)));
                        return result;
                    },
                    EINVAL),
            new Case(
                    "§10.3 S-03 MAP: a size of almost 2^64 → EINVAL",
                    SpaprFixture::ready,
                    map(RW, UA, SMALL, -SMALL),
                    EINVAL));

    private static final List<Case> BUILD_ROWS = List.of(
            new Case("§5.4 v2: no region → EINVAL", SpaprFixture::ready, map(RW, UA - PAGE, 0, SMALL), EINVAL),
            new Case(
                    "§5.4 v2: no region at page 2 → EINVAL, pages 0 and 1 cleared and invalidated",
                    SpaprFixture::ready,
                    f -> {
                        final long result = map(RW, UA + 16 * PAGE - 2 * SMALL, SMALL, 3 * SMALL)
                                .applyAsLong(f);
                        assertEquals(0, SpaprFixture.present(table(f, 0)));
                        assertEquals(0, table(f, 0).userAddressAcquire(1));
                        assertEquals(0, f.mapped(UA));
                        assertEquals(List.of("a 1000+2"), f.invalidations);
                        return result;
                    },
                    EINVAL),
            new Case(
                    "§5.4 S-01 v2: the region's pages are smaller than the window's → EINVAL",
                    () -> {
                        final SpaprFixture f = SpaprFixture.v2().attached().noDefault();
                        f.iommu.createWindow(f.process, 0, 24, GIB, 1);
                        f.iommu.registerMemory(f.process, 0, UA, 1 << 24);
                        return f;
                    },
                    map(RW, UA, 0, 1 << 24),
                    EINVAL),
            new Case(
                    "§5.4 S-02 v2: huge pages behind the region carry the window's pages",
                    () -> {
                        final SpaprFixture f = SpaprFixture.v2().attached().noDefault();
                        f.host.hugePages(24);
                        f.iommu.createWindow(f.process, 0, 24, GIB, 1);
                        f.iommu.registerMemory(f.process, 0, UA, 1 << 24);
                        return f;
                    },
                    map(RW, UA, 0, 1 << 24),
                    0),
            new Case("§5.4 v2: no memory for a level → ENOMEM", SpaprMapTest::noLeaf, map(RW, UA, 0, SMALL), ENOMEM),
            new Case("§5.4 READ: TO_DEVICE", SpaprFixture::ready, f -> mapOne(f, 1, word(UA, 1)), 0),
            new Case(
                    "§5.4 WRITE: FROM_DEVICE, read back as both",
                    SpaprFixture::ready,
                    f -> mapOne(f, 2, word(UA, 3)),
                    0),
            new Case("§5.4 both: BIDIRECTIONAL", SpaprFixture::ready, f -> mapOne(f, 3, word(UA, 3)), 0),
            new Case(
                    "§5.4 overwriting releases the old page",
                    SpaprMapTest::mapped,
                    f -> {
                        assertEquals(2, f.mapped(UA));
                        final long result = map(1, UA + PAGE, SMALL, SMALL).applyAsLong(f);
                        assertEquals(word(UA + PAGE, 1), table(f, 0).hardwareTceAcquire(1));
                        assertEquals(UA + PAGE, table(f, 0).userAddressAcquire(1));
                        assertEquals(2, f.mapped(UA));
                        return result;
                    },
                    0),
            new Case(
                    "§5.4 success: one invalidation of all pages",
                    SpaprFixture::ready,
                    f -> {
                        f.iommu.attachGroup(f.group(f.recorded("b")));
                        final long result = map(RW, UA, 0x3000, 5 * SMALL).applyAsLong(f);
                        assertEquals(List.of("a 3000+5", "b 3000+5"), f.invalidations);
                        return result;
                    },
                    0));

    private static long mapOne(final SpaprFixture fixture, final int flags, final long expected) {
        final long result = map(flags, UA, SMALL, SMALL).applyAsLong(fixture);
        assertEquals(expected, table(fixture, 0).hardwareTceAcquire(1));
        assertEquals(UA, table(fixture, 0).userAddressAcquire(1));
        assertEquals(1, fixture.mapped(UA));
        return result;
    }

    private static final List<Case> UNMAP_ROWS = List.of(
            new Case(
                    "§5.5 UNMAP: another process → EPERM",
                    SpaprMapTest::mapped,
                    f -> f.ioctl(f.iommu, f.stranger, VfioRequest.VFIO_IOMMU_UNMAP_DMA, unmapArgument(0, 0, SMALL)),
                    EPERM),
            new Case("§5.5 UNMAP: not enabled → EPERM", () -> SpaprFixture.v2().attached(), unmap(0, 0, SMALL), EPERM),
            new Case(
                    "§5.5 UNMAP: fewer than 24 bytes → EFAULT",
                    SpaprMapTest::mapped,
                    f -> f.ioctl(VfioRequest.VFIO_IOMMU_UNMAP_DMA, argsz(23, 24)),
                    EFAULT),
            new Case(
                    "§5.5 UNMAP: argsz < 24 → EINVAL",
                    SpaprMapTest::mapped,
                    f -> f.ioctl(VfioRequest.VFIO_IOMMU_UNMAP_DMA, argsz(24, 23)),
                    EINVAL),
            new Case("§5.5 UNMAP: any flag → EINVAL", SpaprMapTest::mapped, unmap(1, SMALL, SMALL), EINVAL),
            new Case(
                    "§5.5 UNMAP: pending default window without groups → ENODEV",
                    SpaprMapTest::pendingWithoutGroups,
                    unmap(0, 0, SMALL),
                    ENODEV),
            new Case(
                    "§5.5 UNMAP: the pending default window is made",
                    () -> SpaprFixture.v2().attached().registered(1),
                    f -> {
                        final long result = unmap(0, 0, SMALL).applyAsLong(f);
                        assertEquals(1L << 19, table(f, 0).sizePages());
                        return result;
                    },
                    0),
            new Case("§5.5 UNMAP: no window → ENXIO", SpaprMapTest::mapped, unmap(0, GIB, SMALL), ENXIO),
            new Case("§5.5 UNMAP: size misaligned → EINVAL", SpaprMapTest::mapped, unmap(0, SMALL, SMALL + 1), EINVAL),
            new Case("§5.5 UNMAP: iova misaligned → +1", SpaprMapTest::mapped, unmap(0, SMALL + 1, SMALL), 1),
            new Case(
                    "§5.5 UNMAP: not fully inside the window → +1, nothing unmapped",
                    SpaprMapTest::mapped,
                    f -> {
                        final long result = unmap(0, SMALL, GIB).applyAsLong(f);
                        assertEquals(2, SpaprFixture.present(table(f, 0)));
                        return result;
                    },
                    1),
            new Case("§5.5 UNMAP: a size of almost 2^64 → +1", SpaprMapTest::mapped, unmap(0, SMALL, -SMALL), 1),
            new Case(
                    "§5.5 UNMAP, typed: not fully inside → EINVAL",
                    SpaprMapTest::mapped,
                    typed(f -> f.iommu.unmapDma(f.process, 0, SMALL, GIB)),
                    EINVAL),
            new Case(
                    "§5.5 UNMAP: mapped and clear entries → 0, one invalidation",
                    SpaprMapTest::mapped,
                    f -> {
                        final IoctlArgument argument = unmapArgument(0, 0, 8 * SMALL);
                        final long result = f.ioctl(VfioRequest.VFIO_IOMMU_UNMAP_DMA, argument);
                        assertEquals(0, SpaprFixture.present(table(f, 0)));
                        assertEquals(0, table(f, 0).userAddressAcquire(1));
                        assertEquals(0, f.mapped(UA));
                        assertEquals(List.of("a 0+8"), f.invalidations);
                        assertEquals(8 * SMALL, argument.int64(16));
                        return result;
                    },
                    0),
            new Case(
                    "§5.5 UNMAP: size 0 → 0, no effect",
                    SpaprMapTest::mapped,
                    f -> {
                        final long result = unmap(0, SMALL, 0).applyAsLong(f);
                        assertEquals(2, SpaprFixture.present(table(f, 0)));
                        assertEquals(List.of(), f.invalidations);
                        return result;
                    },
                    0));

    static Stream<Case> rows() {
        return Stream.of(MAP_ROWS, BUILD_ROWS, UNMAP_ROWS).flatMap(List::stream);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void shouldReturnWhatTheRowSaysWhenCalled(final Case row) {
        row.run();
    }

    @Test
    void shouldAllocateNothingWhenMappingAndUnmapping() {
        try (SpaprFixture fixture = SpaprFixture.ready()) {
            fixture.hostIommu.get(0).tableGroup().invalidation((bus, pages, shift) -> {});
            assertEquals(0, AllocationProbe.leastBytes(() -> {
                for (int i = 0; i < 100_000; i++) {
                    fixture.iommu.mapDma(fixture.process, RW, UA, SMALL, 2 * SMALL);
                    fixture.iommu.unmapDma(fixture.process, 0, SMALL, 2 * SMALL);
                }
            }));
        }
    }
}
