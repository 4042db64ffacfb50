package io.vfiotce.vfio.spapr;

import static io.vfiotce.vfio.spapr.Case.EBUSY;
import static io.vfiotce.vfio.spapr.Case.EINVAL;
import static io.vfiotce.vfio.spapr.Case.ENODEV;
import static io.vfiotce.vfio.spapr.Case.ENOMEM;
import static io.vfiotce.vfio.spapr.Case.ENOTTY;
import static io.vfiotce.vfio.spapr.Case.EPERM;
import static io.vfiotce.vfio.spapr.SpaprFixture.GIB;
import static io.vfiotce.vfio.spapr.SpaprFixture.PAGE;
import static io.vfiotce.vfio.spapr.SpaprFixture.RW;
import static io.vfiotce.vfio.spapr.SpaprFixture.UA;
import static io.vfiotce.vfio.spapr.SpaprFixture.argsz;
import static io.vfiotce.vfio.spapr.SpaprFixture.mapArgument;
import static io.vfiotce.vfio.spapr.SpaprFixture.nothing;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vfiotce.iommu.Ioda1TableGroup;
import io.vfiotce.iommu.IommuGroup;
import io.vfiotce.linux.Errno;
import io.vfiotce.linux.IoctlArgument;
import io.vfiotce.vfio.VfioException;
import io.vfiotce.vfio.VfioRequest;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Opening, §5.1, ENABLE and DISABLE, §5.2, and GET_INFO, §5.3. */
class SpaprEnableTest {
    private static final int ENABLE = VfioRequest.VFIO_IOMMU_ENABLE;
    private static final int DISABLE = VfioRequest.VFIO_IOMMU_DISABLE;
    private static final int GET_INFO = VfioRequest.VFIO_IOMMU_SPAPR_TCE_GET_INFO;

    private static SpaprFixture attachedV1() {
        final SpaprFixture fixture = SpaprFixture.v1();
        fixture.iommu.attachGroup(fixture.group(fixture.ioda1()));
        return fixture;
    }

    private static SpaprFixture enabled() {
        final SpaprFixture fixture = attachedV1();
        fixture.iommu.enable(fixture.process);
        return fixture;
    }

    private static SpaprFixture withoutTableGroup(final boolean v2) {
        final SpaprFixture fixture = v2 ? SpaprFixture.v2() : SpaprFixture.v1();
        final IommuGroup group = fixture.group(v2 ? fixture.recorded("a") : fixture.ioda1());
        fixture.iommu.attachGroup(group);
        group.tableGroup(null);
        return fixture;
    }

    private static SpaprFixture withoutWindow() {
        final SpaprFixture fixture = SpaprFixture.v1();
        fixture.iommu.attachGroup(fixture.group(new Ioda1TableGroup()));
        return fixture;
    }

    private static final List<Case> ROWS = List.of(
            new Case(
                    "§5.2 ENABLE 1: already enabled → EBUSY",
                    SpaprEnableTest::enabled,
                    f -> f.ioctl(ENABLE, nothing()),
                    EBUSY),
            new Case(
                    "§5.2 ENABLE 2: no group attached → ENODEV",
                    SpaprFixture::v1,
                    f -> f.ioctl(ENABLE, nothing()),
                    ENODEV),
            new Case(
                    "§5.2 ENABLE 3: first group has no table_group → ENODEV",
                    () -> withoutTableGroup(false),
                    f -> f.ioctl(ENABLE, nothing()),
                    ENODEV),
            new Case(
                    "§5.2 ENABLE 4: default window size is 0 → EPERM",
                    SpaprEnableTest::withoutWindow,
                    f -> f.ioctl(ENABLE, nothing()),
                    EPERM),
            new Case(
                    "§5.2 ENABLE 5: another process is bound → EPERM",
                    () -> {
                        final SpaprFixture f = enabled();
                        f.iommu.disable(f.process);
                        return f;
                    },
                    f -> f.ioctl(f.iommu, f.stranger, ENABLE, nothing()),
                    EPERM),
            new Case(
                    "§5.2 ENABLE 6: over the limit → ENOMEM",
                    () -> attachedV1().leaving(GIB / PAGE - 1),
                    f -> f.ioctl(ENABLE, nothing()),
                    ENOMEM),
            new Case(
                    "§5.2 ENABLE ok: the whole window is charged",
                    SpaprEnableTest::attachedV1,
                    f -> {
                        final long result = f.ioctl(ENABLE, nothing());
                        assertEquals(GIB / PAGE, f.locked.lockedPages());
                        return result;
                    },
                    0),
            new Case(
                    "§5.2 ENABLE on v2 → ENOTTY",
                    () -> SpaprFixture.v2().attached(),
                    f -> f.ioctl(ENABLE, nothing()),
                    ENOTTY),
            new Case("§5.2 DISABLE: not enabled → 0", SpaprEnableTest::attachedV1, f -> f.ioctl(DISABLE, nothing()), 0),
            new Case(
                    "§5.2 DISABLE: the charge is returned",
                    SpaprEnableTest::enabled,
                    f -> {
                        final long result = f.ioctl(DISABLE, nothing());
                        assertEquals(0, f.locked.lockedPages());
                        return result;
                    },
                    0),
            new Case(
                    "§5.2 DISABLE on v2 → ENOTTY",
                    () -> SpaprFixture.v2().attached(),
                    f -> f.ioctl(DISABLE, nothing()),
                    ENOTTY),
            new Case(
                    "§5.2 MAP after DISABLE → EPERM",
                    SpaprEnableTest::enabled,
                    f -> {
                        f.iommu.disable(f.process);
                        final long pinned = f.ioctl(VfioRequest.VFIO_IOMMU_MAP_DMA, mapArgument(RW, UA, 0, 4096));
                        f.iommu.enable(f.process);
                        return pinned;
                    },
                    EPERM),
            new Case(
                    "§5.3 GET_INFO: another process → EPERM",
                    SpaprEnableTest::enabled,
                    f -> f.ioctl(f.iommu, f.stranger, GET_INFO, argsz(16, 16)),
                    EPERM),
            new Case(
                    "§5.3 GET_INFO: no groups → ENXIO",
                    SpaprFixture::v1,
                    f -> f.ioctl(GET_INFO, argsz(16, 16)),
                    Case.ENXIO),
            new Case(
                    "§5.3 GET_INFO: no table_group → ENXIO",
                    () -> withoutTableGroup(true),
                    f -> f.ioctl(GET_INFO, argsz(16, 16)),
                    Case.ENXIO),
            new Case(
                    "§5.3 GET_INFO: fewer than 16 bytes → EFAULT",
                    SpaprEnableTest::attachedV1,
                    f -> f.ioctl(GET_INFO, argsz(15, 16)),
                    Case.EFAULT),
            new Case(
                    "§5.3 GET_INFO: argsz < 16 → EINVAL",
                    SpaprEnableTest::attachedV1,
                    f -> f.ioctl(GET_INFO, argsz(32, 15)),
                    EINVAL),
            new Case(
                    "§5.3 GET_INFO: v1, before ENABLE",
                    SpaprEnableTest::attachedV1,
                    f -> {
                        final IoctlArgument argument = argsz(32, 32);
                        final long result = f.ioctl(GET_INFO, argument);
                        assertInfo(argument, 32, 0, 0, (int) GIB, 0, 0, 0);
                        return result;
                    },
                    0),
            new Case(
                    "§5.3 GET_INFO: v2 with dynamic windows, before REGISTER",
                    () -> SpaprFixture.v2().attached(),
                    f -> {
                        final IoctlArgument argument = argsz(32, 100);
                        final long result = f.ioctl(GET_INFO, argument);
                        assertInfo(argument, 100, 1, 0, 1 << 31, 0x11011000, 2, 5);
                        return result;
                    },
                    0),
            new Case(
                    "§5.1 REGISTER on v1 → ENOTTY",
                    SpaprEnableTest::attachedV1,
                    f -> f.ioctl(VfioRequest.VFIO_IOMMU_SPAPR_REGISTER_MEMORY, nothing()),
                    ENOTTY),
            new Case(
                    "§5.1 UNREGISTER on v1 → ENOTTY",
                    SpaprEnableTest::attachedV1,
                    f -> f.ioctl(VfioRequest.VFIO_IOMMU_SPAPR_UNREGISTER_MEMORY, nothing()),
                    ENOTTY),
            new Case(
                    "§5.1 TCE_CREATE on v1 → ENOTTY",
                    SpaprEnableTest::attachedV1,
                    f -> f.ioctl(VfioRequest.VFIO_IOMMU_SPAPR_TCE_CREATE, nothing()),
                    ENOTTY),
            new Case(
                    "§5.1 TCE_REMOVE on v1 → ENOTTY",
                    SpaprEnableTest::attachedV1,
                    f -> f.ioctl(VfioRequest.VFIO_IOMMU_SPAPR_TCE_REMOVE, nothing()),
                    ENOTTY),
            new Case(
                    "§5.1 unknown request → ENOTTY",
                    SpaprEnableTest::attachedV1,
                    f -> f.ioctl(0x2000_3B7A, nothing()),
                    ENOTTY),
            new Case(
                    "§5.1 unknown request of another process → EPERM",
                    SpaprEnableTest::enabled,
                    f -> f.ioctl(f.iommu, f.stranger, 0x2000_3B7A, nothing()),
                    EPERM),
            new Case(
                    "§5.1 wrong version, another process → EPERM",
                    SpaprEnableTest::enabled,
                    f -> f.ioctl(f.iommu, f.stranger, VfioRequest.VFIO_IOMMU_SPAPR_TCE_CREATE, nothing()),
                    EPERM));

    private static void assertInfo(
            final IoctlArgument argument,
            final int argsz,
            final int flags,
            final int start,
            final int size,
            final long pageSizes,
            final int windows,
            final int levels) {
        assertEquals(
                List.of(argsz, flags, start, size, pageSizes, windows, levels),
                List.of(
                        argument.int32(0),
                        argument.int32(4),
                        argument.int32(8),
                        argument.int32(12),
                        argument.int64(16),
                        argument.int32(24),
                        argument.int32(28)));
    }

    static Stream<Case> rows() {
        return Stream.of(ROWS).flatMap(List::stream);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void shouldReturnWhatTheRowSaysWhenCalled(final Case row) {
        row.run();
    }

    @Test
    void shouldOpenOnlyItsTypesWhenAsked() {
        final SpaprTceDriver driver = new SpaprTceDriver(false);
        assertEquals(false, driver.open(2).isV2());
        assertEquals(true, driver.open(7).isV2());
        for (final long type : new long[] {0, 1, 3, 5, 6, 8, -1, 1L << 32 | 7}) {
            final VfioException refused = Assertions.assertThrows(VfioException.class, () -> driver.open(type));
            assertEquals(Errno.EINVAL, refused.errno());
        }
    }

    @Test
    void shouldKnowItsExtensionsWhateverThePlatformCanDo() {
        for (long extension = 0; extension <= 10; extension++) {
            final IoctlArgument argument = IoctlArgument.of(extension);
            final boolean type = extension == 2 || extension == 7;
            final int check = VfioRequest.VFIO_CHECK_EXTENSION;
            assertEquals(type || extension == 5 ? 1 : 0, new SpaprTceDriver(true).ioctl(null, null, check, argument));
            assertEquals(type ? 1 : 0, new SpaprTceDriver(false).ioctl(null, null, check, argument));
        }
    }
}
