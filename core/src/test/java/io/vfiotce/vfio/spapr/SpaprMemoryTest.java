package io.vfiotce.vfio.spapr;

import static io.vfiotce.vfio.spapr.Case.EBUSY;
import static io.vfiotce.vfio.spapr.Case.EFAULT;
import static io.vfiotce.vfio.spapr.Case.EINVAL;
import static io.vfiotce.vfio.spapr.Case.ENODEV;
import static io.vfiotce.vfio.spapr.Case.ENOENT;
import static io.vfiotce.vfio.spapr.Case.ENOMEM;
import static io.vfiotce.vfio.spapr.Case.EPERM;
import static io.vfiotce.vfio.spapr.Case.typed;
import static io.vfiotce.vfio.spapr.SpaprFixture.GIB;
import static io.vfiotce.vfio.spapr.SpaprFixture.PAGE;
import static io.vfiotce.vfio.spapr.SpaprFixture.RW;
import static io.vfiotce.vfio.spapr.SpaprFixture.UA;
import static io.vfiotce.vfio.spapr.SpaprFixture.argsz;
import static io.vfiotce.vfio.spapr.SpaprFixture.memoryArgument;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.memory.QuiescentReader;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.vfio.VfioExtension;
import io.vfiotce.vfio.VfioRequest;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** REGISTER and UNREGISTER, §5.8 and §4.11, and the end of the data, §5.9. */
class SpaprMemoryTest {
    private static final int REGISTER = VfioRequest.VFIO_IOMMU_SPAPR_REGISTER_MEMORY;
    private static final int UNREGISTER = VfioRequest.VFIO_IOMMU_SPAPR_UNREGISTER_MEMORY;

    private static ToLongFunction<SpaprFixture> register(final long ua, final long size) {
        return f -> f.ioctl(REGISTER, memoryArgument(0, ua, size));
    }

    private static ToLongFunction<SpaprFixture> unregister(final long ua, final long size) {
        return f -> f.ioctl(UNREGISTER, memoryArgument(0, ua, size));
    }

    private static SpaprFixture registered() {
        return SpaprFixture.v2().registered(4);
    }

    private static SpaprFixture mapped() {
        final SpaprFixture fixture = SpaprFixture.ready();
        fixture.iommu.mapDma(fixture.process, RW, UA, 0, 4096);
        return fixture;
    }

    private static SpaprFixture badPage(final long page) {
        final SpaprFixture fixture = SpaprFixture.v2();
        fixture.host.refuse(UA + page * PAGE);
        return fixture;
    }

    /** A second container of the same process has registered the same memory. */
    private static SpaprFixture shared() {
        final SpaprFixture fixture = registered();
        fixture.another(VfioExtension.SPAPR_TCE_V2).registerMemory(fixture.process, 0, UA, 4 * PAGE);
        return fixture;
    }

    private static final List<Case> REGISTER_ROWS = List.of(
            new Case(
                    "§5.8 REGISTER: another process → EPERM",
                    SpaprMemoryTest::registered,
                    f -> f.ioctl(f.iommu, f.stranger, REGISTER, memoryArgument(0, UA, PAGE)),
                    EPERM),
            new Case(
                    "§5.8 REGISTER: fewer than 24 bytes → EFAULT",
                    SpaprFixture::v2,
                    f -> f.ioctl(REGISTER, argsz(23, 24)),
                    EFAULT),
            new Case(
                    "§5.8 REGISTER: argsz < 24 → EINVAL",
                    SpaprFixture::v2,
                    f -> f.ioctl(REGISTER, argsz(24, 23)),
                    EINVAL),
            new Case(
                    "§5.8 REGISTER: flags → EINVAL",
                    SpaprFixture::v2,
                    f -> f.ioctl(REGISTER, memoryArgument(1, UA, PAGE)),
                    EINVAL),
            new Case("§5.8 REGISTER: vaddr misaligned → EINVAL", SpaprFixture::v2, register(UA + 4096, PAGE), EINVAL),
            new Case("§5.8 REGISTER: size misaligned → EINVAL", SpaprFixture::v2, register(UA, PAGE + 1), EINVAL),
            new Case("§5.8 REGISTER: wraps → EINVAL", SpaprFixture::v2, register(-PAGE, 2 * PAGE), EINVAL),
            new Case("§5.8 REGISTER, S-08: ends at 2^64 → EINVAL", SpaprFixture::v2, register(-PAGE, PAGE), EINVAL),
            new Case(
                    "§5.8 REGISTER: in this container → EBUSY",
                    SpaprMemoryTest::registered,
                    register(UA, 4 * PAGE),
                    EBUSY),
            new Case(
                    "§5.8 REGISTER: another container's is shared, charged once",
                    SpaprFixture::v2,
                    f -> {
                        f.another(VfioExtension.SPAPR_TCE_V2).registerMemory(f.process, 0, UA, 4 * PAGE);
                        final long result = register(UA, 4 * PAGE).applyAsLong(f);
                        assertEquals(List.of(4L, 4L), List.of(f.locked.lockedPages(), f.host.pinned()));
                        return result;
                    },
                    0),
            new Case(
                    "§4.11 REGISTER 1: over the limit → ENOMEM",
                    () -> SpaprFixture.v2().leaving(3),
                    register(UA, 4 * PAGE),
                    ENOMEM),
            new Case(
                    "§4.11 REGISTER 4: the first page cannot be pinned → EFAULT",
                    () -> badPage(0),
                    register(UA, 4 * PAGE),
                    EFAULT),
            new Case(
                    "§4.11 REGISTER 4, §10.6, S-09: pinned only partially → EFAULT, all unpinned",
                    () -> badPage(2),
                    register(UA, 4 * PAGE),
                    EFAULT),
            new Case(
                    "§4.11 REGISTER 5, S-07: overlaps at the end → EINVAL",
                    SpaprMemoryTest::registered,
                    register(UA + 3 * PAGE, 2 * PAGE),
                    EINVAL),
            new Case(
                    "§4.11 REGISTER 5, S-07: overlaps at the start → EINVAL",
                    SpaprMemoryTest::registered,
                    register(UA - PAGE, 2 * PAGE),
                    EINVAL),
            new Case(
                    "§4.11 REGISTER 5, S-07: contains → EINVAL",
                    SpaprMemoryTest::registered,
                    register(UA - PAGE, 6 * PAGE),
                    EINVAL),
            new Case(
                    "§4.11 REGISTER 5, S-07: contained → EINVAL",
                    SpaprMemoryTest::registered,
                    register(UA + PAGE, PAGE),
                    EINVAL),
            new Case(
                    "§4.11 REGISTER 5: touching is allowed",
                    SpaprMemoryTest::registered,
                    register(UA + 4 * PAGE, PAGE),
                    0),
            new Case("§5.8 REGISTER: size 0 → ENOMEM", SpaprFixture::v2, register(UA, 0), ENOMEM),
            new Case(
                    "§5.8 REGISTER ok: charged, pinned, enabled",
                    SpaprFixture::v2,
                    f -> {
                        final long result = register(UA, 4 * PAGE).applyAsLong(f);
                        assertEquals(List.of(4L, 4L), List.of(f.locked.lockedPages(), f.host.pinned()));
                        final long map = typed(x -> x.iommu.mapDma(x.process, RW, UA, 0, 4096))
                                .applyAsLong(f);
                        assertEquals(Case.ENXIO, map, "not EPERM any more");
                        return result;
                    },
                    0));

    private static final List<Case> UNREGISTER_ROWS = List.of(
            new Case("§5.8 UNREGISTER: no process bound → EPERM", SpaprFixture::v2, unregister(UA, PAGE), EPERM),
            new Case(
                    "§5.8 UNREGISTER: another process → EPERM",
                    SpaprMemoryTest::registered,
                    f -> f.ioctl(f.iommu, f.stranger, UNREGISTER, memoryArgument(0, UA, 4 * PAGE)),
                    EPERM),
            new Case(
                    "§5.8 UNREGISTER: fewer than 24 bytes → EFAULT",
                    SpaprMemoryTest::registered,
                    f -> f.ioctl(UNREGISTER, argsz(23, 24)),
                    EFAULT),
            new Case(
                    "§5.8 UNREGISTER: argsz < 24 → EINVAL",
                    SpaprMemoryTest::registered,
                    f -> f.ioctl(UNREGISTER, argsz(24, 23)),
                    EINVAL),
            new Case(
                    "§5.8 UNREGISTER: flags → EINVAL",
                    SpaprMemoryTest::registered,
                    f -> f.ioctl(UNREGISTER, memoryArgument(1, UA, 4 * PAGE)),
                    EINVAL),
            new Case(
                    "§5.8 UNREGISTER: misaligned → EINVAL",
                    SpaprMemoryTest::registered,
                    unregister(UA, 4 * PAGE + 1),
                    EINVAL),
            new Case(
                    "§5.8 UNREGISTER, S-10: another size → ENOENT",
                    SpaprMemoryTest::registered,
                    unregister(UA, 3 * PAGE),
                    ENOENT),
            new Case(
                    "§5.8 UNREGISTER, S-10: a part → ENOENT",
                    SpaprMemoryTest::registered,
                    unregister(UA + PAGE, PAGE),
                    ENOENT),
            new Case(
                    "§5.8 UNREGISTER: only in another container → ENOENT",
                    SpaprMemoryTest::shared,
                    f -> {
                        assertEquals(0, unregister(UA, 4 * PAGE).applyAsLong(f));
                        return unregister(UA, 4 * PAGE).applyAsLong(f) == ENOENT ? 0 : -1;
                    },
                    0),
            new Case(
                    "§5.8 UNREGISTER: shared with another container → stays pinned",
                    SpaprMemoryTest::shared,
                    f -> {
                        final long result = unregister(UA, 4 * PAGE).applyAsLong(f);
                        assertEquals(List.of(4L, 4L), List.of(f.locked.lockedPages(), f.host.pinned()));
                        return result;
                    },
                    0),
            new Case(
                    "§5.8 UNREGISTER ok: unpinned, uncharged",
                    SpaprMemoryTest::registered,
                    f -> {
                        final long result = unregister(UA, 4 * PAGE).applyAsLong(f);
                        assertEquals(List.of(0L, 0L), List.of(f.locked.lockedPages(), f.host.pinned()));
                        return result;
                    },
                    0),
            new Case(
                    "§5.8 UNREGISTER, §10.5, S-05, B7: with mappings → EBUSY, still registered",
                    SpaprMemoryTest::mapped,
                    unregister(UA, 16 * PAGE),
                    EBUSY),
            new Case(
                    "§5.8 UNREGISTER after UNMAP → 0",
                    SpaprMemoryTest::mapped,
                    f -> {
                        assertEquals(EBUSY, unregister(UA, 16 * PAGE).applyAsLong(f));
                        f.iommu.unmapDma(f.process, 0, 0, 4096);
                        return unregister(UA, 16 * PAGE).applyAsLong(f);
                    },
                    0),
            new Case(
                    "§5.8 UNREGISTER with a late vCPU → EBUSY, then 0",
                    () -> SpaprFixture.v2(new ProcessConfig().gracePeriodTimeoutNs(1))
                            .registered(4),
                    f -> {
                        try (QuiescentReader vcpu = f.process.quiescence().register("vcpu 0")) {
                            vcpu.online();
                            assertEquals(EBUSY, unregister(UA, 4 * PAGE).applyAsLong(f));
                        }
                        return unregister(UA, 4 * PAGE).applyAsLong(f);
                    },
                    0));

    static Stream<Case> rows() {
        return Stream.of(REGISTER_ROWS, UNREGISTER_ROWS).flatMap(List::stream);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void shouldReturnWhatTheRowSaysWhenCalled(final Case row) {
        row.run();
    }

    @Test
    void shouldGiveEverythingBackWhenReleasedWithMappings() {
        // §5.9, S-22; the fixture checks that nothing is left.
        try (SpaprFixture fixture = mapped().window()) {
            final IommuTable table = fixture.hostIommu.get(0).tableGroup().table(0);
            fixture.driver.release(fixture.iommu);
            assertEquals(0, table.references());
            assertEquals(0, fixture.locked.lockedPages());
        }
    }

    @Test
    void shouldNotWaitWhenReleasedWhileAVcpuIsLate() {
        try (SpaprFixture fixture = mapped()) {
            try (QuiescentReader vcpu = fixture.process.quiescence().register("vcpu 0")) {
                vcpu.online();
                fixture.driver.release(fixture.iommu);
                assertEquals(1, fixture.mapped(UA));
                assertEquals(16, fixture.locked.lockedPages(), "the table's pages went at once");
            }
            fixture.process.reclaimer().reclaim();
            assertEquals(0, fixture.locked.lockedPages());
        }
    }

    @Test
    void shouldRefuseEverythingWhenReleased() {
        try (SpaprFixture fixture = mapped()) {
            fixture.driver.release(fixture.iommu);
            fixture.driver.release(fixture.iommu);
            final SpaprTceIommu iommu = fixture.iommu;
            final List<Case.Action> calls = List.of(
                    f -> iommu.enable(f.process),
                    f -> iommu.disable(f.process),
                    f -> iommu.getInfo(f.process),
                    f -> iommu.mapDma(f.process, RW, UA, 0, 4096),
                    f -> iommu.unmapDma(f.process, 0, 0, 4096),
                    f -> iommu.registerMemory(f.process, 0, UA, PAGE),
                    f -> iommu.unregisterMemory(f.process, 0, UA, PAGE),
                    f -> iommu.createWindow(f.process, 0, 12, GIB, 1),
                    f -> iommu.removeWindow(f.process, 0, 0),
                    f -> iommu.eehOp(f.process, 0),
                    f -> iommu.attachGroup(f.hostIommu.get(0)));
            calls.forEach(call -> assertEquals(ENODEV, typed(call).applyAsLong(fixture)));
        }
    }

    @Test
    void shouldUnmapTheOtherContainersMappingsOnlyWhenItEnds() {
        try (SpaprFixture fixture = mapped()) {
            final SpaprTceIommu second = fixture.another(VfioExtension.SPAPR_TCE_V2);
            second.registerMemory(fixture.process, 0, UA, 16 * PAGE);
            fixture.driver.release(second);
            assertEquals(1, fixture.mapped(UA));
            assertEquals(EBUSY, unregister(UA, 16 * PAGE).applyAsLong(fixture));
        }
    }
}
