package io.vfiotce.vfio.spapr;

import static io.vfiotce.vfio.spapr.Case.EFAULT;
import static io.vfiotce.vfio.spapr.Case.EINVAL;
import static io.vfiotce.vfio.spapr.Case.ENOMEM;
import static io.vfiotce.vfio.spapr.Case.ENXIO;
import static io.vfiotce.vfio.spapr.Case.EPERM;
import static io.vfiotce.vfio.spapr.SpaprFixture.GIB;
import static io.vfiotce.vfio.spapr.SpaprFixture.HOST_SHIFT;
import static io.vfiotce.vfio.spapr.SpaprFixture.PAGE;
import static io.vfiotce.vfio.spapr.SpaprFixture.RW;
import static io.vfiotce.vfio.spapr.SpaprFixture.UA;
import static io.vfiotce.vfio.spapr.SpaprFixture.mapArgument;
import static io.vfiotce.vfio.spapr.SpaprFixture.unmapArgument;
import static io.vfiotce.vfio.spapr.SpaprFixture.word;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vfiotce.iommu.Ioda1TableGroup;
import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.tce.IommuTableGeometry;
import io.vfiotce.vfio.VfioRequest;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** MAP_DMA, §5.4, and UNMAP_DMA, §5.5, of version 1. */
class SpaprV1MapTest {
    private static SpaprFixture enabled(final SpaprFixture fixture, final IommuTable table) {
        final Ioda1TableGroup group = new Ioda1TableGroup(table);
        group.invalidation((bus, pages, shift) -> fixture.invalidations.add(Long.toHexString(bus) + '+' + pages));
        fixture.iommu.attachGroup(fixture.group(group));
        fixture.iommu.enable(fixture.process);
        return fixture;
    }

    private static SpaprFixture enabled(final int pageShift) {
        final SpaprFixture fixture = SpaprFixture.v1();
        return enabled(fixture, fixture.kernelTable(pageShift, GIB));
    }

    private static SpaprFixture small() {
        return enabled(12);
    }

    /** Pages 1 and 2 mapped, in two host pages. */
    private static SpaprFixture mapped() {
        final SpaprFixture fixture = small();
        fixture.iommu.mapDma(fixture.process, RW, UA + PAGE - 4096, 4096, 8192);
        fixture.invalidations.clear();
        return fixture;
    }

    private static ToLongFunction<SpaprFixture> map(final int flags, final long ua, final long iova, final long size) {
        return f -> f.ioctl(VfioRequest.VFIO_IOMMU_MAP_DMA, mapArgument(flags, ua, iova, size));
    }

    private static ToLongFunction<SpaprFixture> unmap(final long iova, final long size) {
        return f -> f.ioctl(VfioRequest.VFIO_IOMMU_UNMAP_DMA, unmapArgument(0, iova, size));
    }

    private static IommuTable table(final SpaprFixture fixture) {
        return fixture.hostIommu.get(0).tableGroup().table(0);
    }

    private static final List<Case> ROWS = List.of(
            new Case(
                    "§5.4 v1: pinned once for each I/O page",
                    SpaprV1MapTest::small,
                    f -> {
                        final long result = map(1, UA, 0, 0x3000).applyAsLong(f);
                        assertEquals(3, f.host.pins(UA));
                        assertEquals(word(UA + 0x2000, 1), table(f).hardwareTceAcquire(2));
                        assertEquals(List.of("0+3"), f.invalidations);
                        return result;
                    },
                    0),
            new Case(
                    "§5.4 v1: a page cannot be pinned → EFAULT",
                    SpaprV1MapTest::small,
                    f -> {
                        f.host.refuse(UA);
                        return map(RW, UA, 0, 4096).applyAsLong(f);
                    },
                    EFAULT),
            new Case(
                    "§5.4 v1: page 1 cannot be pinned → EFAULT, page 0 cleared and invalidated",
                    SpaprV1MapTest::small,
                    f -> {
                        f.host.refuse(UA + PAGE);
                        final long result = map(RW, UA + PAGE - 4096, 0, 8192).applyAsLong(f);
                        assertEquals(0, SpaprFixture.present(table(f)));
                        assertEquals(List.of("0+1"), f.invalidations);
                        return result;
                    },
                    EFAULT),
            new Case(
                    "§5.4 v1, S-01, S-15: page smaller than the TCE page → EPERM, unpinned",
                    () -> enabled(24),
                    map(RW, UA, 0, 1 << 24),
                    EPERM),
            new Case(
                    "§5.4 v1: a huge page holds the TCE page → 0",
                    () -> {
                        final SpaprFixture f = enabled(24);
                        f.host.hugePages(24);
                        return f;
                    },
                    map(RW, UA, 0, 1 << 24),
                    0),
            new Case(
                    "§5.4 v1: the exchange fails for want of a level → ENOMEM, unpinned",
                    SpaprV1MapTest::small,
                    f -> {
                        try (UserProcess poor = new UserProcess(new ProcessConfig().offHeapLimitBytes(75_000))) {
                            final IommuTable table =
                                    new IommuTable(poor, new IommuTableGeometry(12, 0, GIB, 2, HOST_SHIFT), false);
                            f.iommu.detachGroup(f.hostIommu.get(0));
                            f.iommu.disable(f.process);
                            enabled(f, table);
                            final long result = map(RW, UA, 0, 4096).applyAsLong(f);
                            assertEquals(0, f.host.pinned());
                            f.iommu.detachGroup(f.hostIommu.get(1));
                            table.put();
                            return result;
                        }
                    },
                    ENOMEM),
            new Case(
                    "§5.4 v1: overwriting unpins the old page",
                    SpaprV1MapTest::mapped,
                    f -> {
                        final long result = map(RW, UA + 8 * PAGE, 4096, 4096).applyAsLong(f);
                        assertEquals(
                                List.of(0, 1, 1),
                                List.of(f.host.pins(UA), f.host.pins(UA + PAGE), f.host.pins(UA + 8 * PAGE)));
                        return result;
                    },
                    0),
            new Case(
                    "§5.4 v1, §10.21: a page that is only read is pinned too",
                    SpaprV1MapTest::small,
                    f -> {
                        final long result = map(1, UA, 0, 4096).applyAsLong(f);
                        assertEquals(1, f.host.pins(UA));
                        return result;
                    },
                    0),
            new Case("§5.4 v1: outside the window → ENXIO", SpaprV1MapTest::small, map(RW, UA, GIB, 4096), ENXIO),
            new Case("§5.4 v1: iova misaligned → +1", SpaprV1MapTest::small, map(RW, UA, 1, 4096), 1),
            new Case(
                    "§5.4 v1, S-03: beyond the window → EINVAL",
                    SpaprV1MapTest::small,
                    map(RW, UA, GIB - 4096, 8192),
                    EINVAL),
            new Case(
                    "§5.5 v1: unpins, one invalidation",
                    SpaprV1MapTest::mapped,
                    f -> {
                        final long result = unmap(0, 0x4000).applyAsLong(f);
                        assertEquals(0, f.host.pinned());
                        assertEquals(List.of("0+4"), f.invalidations);
                        return result;
                    },
                    0),
            new Case(
                    "§5.5 v1: only the range",
                    SpaprV1MapTest::mapped,
                    f -> {
                        final long result = unmap(4096, 4096).applyAsLong(f);
                        assertEquals(List.of(0, 1), List.of(f.host.pins(UA), f.host.pins(UA + PAGE)));
                        return result;
                    },
                    0),
            new Case("§5.5 v1: not fully inside → +1", SpaprV1MapTest::mapped, unmap(4096, GIB), 1),
            new Case(
                    "§5.2 DISABLE: mappings are not torn down",
                    SpaprV1MapTest::mapped,
                    f -> {
                        f.iommu.disable(f.process);
                        assertEquals(2, SpaprFixture.present(table(f)));
                        assertEquals(EPERM, unmap(4096, 4096).applyAsLong(f));
                        return 0;
                    },
                    0),
            new Case(
                    "§5.9 v1: the end unpins and unaccounts",
                    SpaprV1MapTest::mapped,
                    f -> {
                        f.driver.release(f.iommu);
                        assertEquals(List.of(0L, 0L), List.of(f.host.pinned(), f.locked.lockedPages()));
                        return 0;
                    },
                    0));

    static Stream<Case> rows() {
        return ROWS.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void shouldReturnWhatTheRowSaysWhenCalled(final Case row) {
        row.run();
    }
}
