package io.vfiotce.vfio.spapr;

import static io.vfiotce.vfio.spapr.Case.EFAULT;
import static io.vfiotce.vfio.spapr.Case.EINVAL;
import static io.vfiotce.vfio.spapr.Case.ENODEV;
import static io.vfiotce.vfio.spapr.Case.ENOMEM;
import static io.vfiotce.vfio.spapr.Case.ENOSPC;
import static io.vfiotce.vfio.spapr.Case.ENOTTY;
import static io.vfiotce.vfio.spapr.Case.ENXIO;
import static io.vfiotce.vfio.spapr.Case.EPERM;
import static io.vfiotce.vfio.spapr.SpaprFixture.GIB;
import static io.vfiotce.vfio.spapr.SpaprFixture.RW;
import static io.vfiotce.vfio.spapr.SpaprFixture.UA;
import static io.vfiotce.vfio.spapr.SpaprFixture.WINDOW1;
import static io.vfiotce.vfio.spapr.SpaprFixture.argsz;
import static io.vfiotce.vfio.spapr.SpaprFixture.createArgument;
import static io.vfiotce.vfio.spapr.SpaprFixture.removeArgument;
import static io.vfiotce.vfio.spapr.SpaprFixture.struct;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.iommu.IommuGroup;
import io.vfiotce.iommu.TableGroupOp;
import io.vfiotce.linux.Errno;
import io.vfiotce.linux.IoctlArgument;
import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.memory.QuiescentReader;
import io.vfiotce.tce.AttachedTables;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.vfio.VfioRequest;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Windows of version 2, §5.6. */
class SpaprWindowTest {
    private static final int CREATE = VfioRequest.VFIO_IOMMU_SPAPR_TCE_CREATE;
    private static final int REMOVE = VfioRequest.VFIO_IOMMU_SPAPR_TCE_REMOVE;

    private static SpaprFixture empty() {
        return SpaprFixture.v2().attached().noDefault();
    }

    private static ToLongFunction<SpaprFixture> create(final int pageShift, final long size, final int levels) {
        return f -> {
            final IoctlArgument argument = createArgument(0, pageShift, size, levels);
            final long result = f.ioctl(CREATE, argument);
            return result < 0 ? result : argument.int64(32);
        };
    }

    private static ToLongFunction<SpaprFixture> remove(final long start) {
        return f -> f.ioctl(REMOVE, removeArgument(0, start));
    }

    private static SpaprFixture withOps(final Set<TableGroupOp> ops) {
        final SpaprFixture fixture = SpaprFixture.v2();
        fixture.iommu.attachGroup(fixture.group(new LimitedGroup(ops)));
        return fixture.noDefault();
    }

    private static SpaprFixture lacking(final TableGroupOp op) {
        return withOps(EnumSet.complementOf(EnumSet.of(op)));
    }

    /** Three groups; the firmware refuses the first window for the one attached first, which comes last. */
    private static SpaprFixture moody(final Errno errno) {
        final SpaprFixture fixture = SpaprFixture.v2();
        final SpaprFixture.MoodyGroup group = new SpaprFixture.MoodyGroup();
        fixture.iommu.attachGroup(fixture.group(group));
        fixture.iommu.attachGroup(fixture.group(fixture.recorded("b")));
        fixture.iommu.attachGroup(fixture.group(fixture.recorded("c")));
        group.refuse(0, errno);
        return fixture.noDefault();
    }

    private static SpaprFixture forgotten() {
        final SpaprFixture fixture = empty();
        fixture.hostIommu.get(0).tableGroup(null);
        return fixture;
    }

    private static final List<Case> CREATE_ROWS = List.of(
            new Case(
                    "§5.6 create 1: no free slot → ENOSPC",
                    () -> empty().window().window(),
                    create(12, GIB, 1),
                    ENOSPC),
            new Case(
                    "§5.6 create 1 before 3: no free slot, bad page → ENOSPC",
                    () -> empty().window().window(),
                    create(13, GIB, 1),
                    ENOSPC),
            new Case("§5.6 create 2: no table_group → EFAULT", SpaprWindowTest::forgotten, create(12, GIB, 1), EFAULT),
            new Case(
                    "§5.6 create 3: page size not in the mask → EINVAL",
                    SpaprWindowTest::empty,
                    create(13, GIB, 1),
                    EINVAL),
            new Case("§5.6 create 3: page shift 64 + 12 → EINVAL", SpaprWindowTest::empty, create(76, GIB, 1), EINVAL),
            new Case("§5.6 create 3: page shift -1 → EINVAL", SpaprWindowTest::empty, create(-1, GIB, 1), EINVAL),
            new Case(
                    "§5.6 create 4: no op to tell a table's size → EPERM",
                    () -> lacking(TableGroupOp.TABLE_SIZE),
                    create(12, GIB, 1),
                    EPERM),
            new Case(
                    "§5.6 create 4: no op to unset a window → EPERM",
                    () -> lacking(TableGroupOp.UNSET_WINDOW),
                    create(12, GIB, 1),
                    EPERM),
            new Case("§5.6 create 5: levels 0 → EINVAL", SpaprWindowTest::empty, create(12, GIB, 0), EINVAL),
            new Case("§5.6 create 5: levels 6 → EINVAL", SpaprWindowTest::empty, create(12, GIB, 6), EINVAL),
            new Case("§5.6 create 5: levels -1 → EINVAL", SpaprWindowTest::empty, create(12, GIB, -1), EINVAL),
            new Case(
                    "§5.6 create 5: window not a power of two → EINVAL",
                    SpaprWindowTest::empty,
                    create(12, GIB + 4096, 1),
                    EINVAL),
            new Case("§5.6 create 5: window 0 → EINVAL", SpaprWindowTest::empty, create(12, 0, 1), EINVAL),
            new Case(
                    "§6.2 create: window smaller than a page → EINVAL",
                    SpaprWindowTest::empty,
                    create(16, 4096, 1),
                    EINVAL),
            new Case(
                    "§6.2 create: too many bits, 3 levels over 2^40 → EINVAL",
                    SpaprWindowTest::empty,
                    create(16, 1L << 40, 3),
                    EINVAL),
            new Case("§5.6 create 6: over the limit → ENOMEM", () -> empty().leaving(63), create(12, GIB, 1), ENOMEM),
            new Case("§5.6 create 6: just within the limit → 0", () -> empty().leaving(64), create(12, GIB, 1), 0),
            new Case(
                    "§5.6 create 7, §10.7, S-13: a level too large to allocate → ENOMEM, charge returned",
                    SpaprWindowTest::empty,
                    create(16, 1L << 40, 1),
                    ENOMEM),
            new Case(
                    "§5.6 create 7, §10.7, S-13: no memory → ENOMEM, charge returned",
                    () -> SpaprFixture.v2(new ProcessConfig().offHeapLimitBytes(1 << 20))
                            .attached()
                            .noDefault(),
                    create(12, GIB, 1),
                    ENOMEM),
            new Case("§5.6 create 8: the firmware's error", () -> moody(Errno.EIO), create(12, GIB, 1), Case.EIO),
            new Case(
                    "§5.6 create 8: unset where set, S-18; nothing charged; the slot is free",
                    () -> moody(Errno.EBUSY),
                    f -> {
                        final long result = create(12, GIB, 1).applyAsLong(f);
                        assertEquals(0, f.locked.lockedPages());
                        for (int group = 0; group < 3; group++) {
                            assertNull(f.hostIommu.get(group).tableGroup().table(0));
                        }
                        assertEquals(List.of("c 0+262144", "b 0+262144"), f.invalidations);
                        return result;
                    },
                    Case.EBUSY),
            new Case(
                    "§5.6 create ok: slot 0 at the default window's start, charged",
                    SpaprWindowTest::empty,
                    f -> {
                        final long start = create(12, GIB, 1).applyAsLong(f);
                        assertEquals(64, f.locked.lockedPages());
                        return start;
                    },
                    0),
            new Case("§5.6 create ok: slot 1 at 2^59", () -> empty().window(), create(16, 64 * GIB, 1), WINDOW1),
            new Case(
                    "§5.6 create ok: the lowest free slot is used",
                    () -> {
                        final SpaprFixture f = empty().window().window();
                        f.iommu.removeWindow(f.process, 0, 0);
                        return f;
                    },
                    create(16, GIB, 2),
                    0));

    private static final List<Case> IOCTL_ROWS = List.of(
            new Case(
                    "§5.6 TCE_CREATE: another process → EPERM",
                    SpaprWindowTest::empty,
                    f -> f.ioctl(f.iommu, f.stranger, CREATE, createArgument(0, 12, GIB, 1)),
                    EPERM),
            new Case("§5.6 TCE_CREATE: no groups → ENXIO", SpaprFixture::v2, create(12, GIB, 1), ENXIO),
            new Case(
                    "§5.6 TCE_CREATE: no groups before no argument → ENXIO",
                    SpaprFixture::v2,
                    f -> f.ioctl(CREATE, struct(0)),
                    ENXIO),
            new Case(
                    "§5.6 TCE_CREATE: fewer than 40 bytes → EFAULT",
                    SpaprWindowTest::empty,
                    f -> f.ioctl(CREATE, argsz(39, 40)),
                    EFAULT),
            new Case(
                    "§5.6 TCE_CREATE: argsz < 40 → EINVAL",
                    SpaprWindowTest::empty,
                    f -> f.ioctl(CREATE, argsz(40, 39)),
                    EINVAL),
            new Case(
                    "§5.6 TCE_CREATE: flags → EINVAL",
                    SpaprWindowTest::empty,
                    f -> f.ioctl(CREATE, createArgument(1 << 31, 12, GIB, 1)),
                    EINVAL),
            new Case(
                    "§5.6 TCE_CREATE: the pending default window is made first",
                    () -> SpaprFixture.v2().attached(),
                    f -> {
                        final long start = create(16, GIB, 1).applyAsLong(f);
                        final IommuTable table = f.hostIommu.get(0).tableGroup().table(0);
                        assertEquals(
                                List.of(12, 0L, 1L << 19),
                                List.of(table.pageShift(), table.geometry().startBytes(), table.sizePages()));
                        return start;
                    },
                    WINDOW1),
            new Case(
                    "§5.6 TCE_CREATE: the default window's error ends the call",
                    () -> SpaprFixture.v2().attached().leaving(127),
                    create(12, 4096, 1),
                    ENOMEM),
            new Case(
                    "§5.6 TCE_REMOVE: another process → EPERM",
                    () -> empty().window(),
                    f -> f.ioctl(f.iommu, f.stranger, REMOVE, removeArgument(0, 0)),
                    EPERM),
            new Case("§5.6 TCE_REMOVE: no groups → ENXIO", SpaprFixture::v2, remove(0), ENXIO),
            new Case(
                    "§5.6 TCE_REMOVE: fewer than 16 bytes → EFAULT",
                    SpaprWindowTest::empty,
                    f -> f.ioctl(REMOVE, argsz(15, 16)),
                    EFAULT),
            new Case(
                    "§5.6 TCE_REMOVE: argsz < 16 → EINVAL",
                    SpaprWindowTest::empty,
                    f -> f.ioctl(REMOVE, argsz(16, 15)),
                    EINVAL),
            new Case(
                    "§5.6 TCE_REMOVE: flags → EINVAL",
                    () -> SpaprFixture.v2().attached(),
                    f -> f.ioctl(REMOVE, removeArgument(1, 0)),
                    EINVAL),
            new Case(
                    "§5.6 TCE_REMOVE: the default window still pending → 0, only once",
                    () -> SpaprFixture.v2().attached(),
                    f -> {
                        assertEquals(0, remove(0).applyAsLong(f));
                        return remove(0).applyAsLong(f);
                    },
                    EINVAL),
            new Case(
                    "§5.6 TCE_REMOVE: pending, another address → EINVAL",
                    () -> SpaprFixture.v2().attached(),
                    remove(4096),
                    EINVAL),
            new Case("§5.6 TCE_REMOVE: no table has the address → EINVAL", () -> empty().window(), remove(GIB), EINVAL),
            new Case("§5.6 TCE_REMOVE: any address inside → 0", () -> empty().window(), remove(GIB - 1), 0),
            new Case(
                    "§5.6 TCE_REMOVE: no unset op → EPERM, no group has lost the window",
                    SpaprWindowTest::secondGroupCannotUnset,
                    f -> {
                        final long result = remove(0).applyAsLong(f);
                        assertTrue(f.hostIommu.get(0).tableGroup().table(0) != null);
                        assertTrue(f.hostIommu.get(1).tableGroup().table(0) != null);
                        return result;
                    },
                    EPERM),
            new Case(
                    "§5.6 TCE_REMOVE ok: unset everywhere, cleared, unaccounted",
                    () -> SpaprFixture.ready(),
                    f -> {
                        f.iommu.attachGroup(f.group(f.recorded("b")));
                        f.iommu.mapDma(f.process, RW, UA, 0x5000, 0x3000);
                        f.invalidations.clear();
                        final long result = remove(0).applyAsLong(f);
                        assertEquals(List.of("b 0+262144", "a 0+262144"), f.invalidations);
                        assertNull(f.hostIommu.get(0).tableGroup().table(0));
                        assertNull(f.hostIommu.get(1).tableGroup().table(0));
                        assertEquals(16, f.locked.lockedPages());
                        assertEquals(0, f.mapped(UA));
                        return result;
                    },
                    0),
            new Case("§5.1 TCE_CREATE on v1 → ENOTTY", SpaprFixture::v1, create(12, GIB, 1), ENOTTY),
            new Case(
                    "§5.6 default window: no table_group → ENODEV",
                    () -> {
                        final SpaprFixture f = SpaprFixture.v2().attached();
                        f.hostIommu.get(0).tableGroup(null);
                        return f;
                    },
                    create(12, GIB, 1),
                    ENODEV));

    private static SpaprFixture secondGroupCannotUnset() {
        final SpaprFixture fixture = empty();
        fixture.window();
        fixture.iommu.attachGroup(fixture.group(new LimitedGroup(EnumSet.allOf(TableGroupOp.class))));
        ((LimitedGroup) fixture.hostIommu.get(1).tableGroup()).forget(TableGroupOp.UNSET_WINDOW);
        return fixture;
    }

    static Stream<Case> rows() {
        return Stream.of(CREATE_ROWS, IOCTL_ROWS).flatMap(List::stream);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void shouldReturnWhatTheRowSaysWhenCalled(final Case row) {
        row.run();
    }

    @Test
    void shouldFinishLaterWhenAVcpuIsLate() {
        try (SpaprFixture fixture = SpaprFixture.v2(new ProcessConfig().gracePeriodTimeoutNs(1))
                .attached()
                .noDefault()
                .registered(1)
                .window()) {
            final IommuGroup group = fixture.hostIommu.get(0);
            final IommuTable table = group.tableGroup().table(0);
            final AttachedTables liobn = new AttachedTables();
            liobn.attach(table);
            fixture.iommu.mapDma(fixture.process, RW, UA, 0, 4096);
            try (QuiescentReader vcpu = fixture.process.quiescence().register("vcpu 0")) {
                vcpu.online();
                fixture.iommu.removeWindow(fixture.process, 0, 0);
                assertNull(liobn.liveAcquire());
                assertNull(group.tableGroup().table(0));
                assertEquals(1, SpaprFixture.present(table));
                // The slot is free, and a new window does not see the old one's entries.
                fixture.window();
                assertEquals(0, SpaprFixture.present(group.tableGroup().table(0)));
            }
            fixture.process.reclaimer().reclaim();
            assertEquals(0, SpaprFixture.present(table));
            assertEquals(0, fixture.mapped(UA));
            liobn.close();
        }
    }

    @Test
    void shouldLeaveNothingChargedWhenThePlatformThrows() {
        final SpaprFixture.MoodyGroup group = new SpaprFixture.MoodyGroup() {
            @Override
            protected void mapWindow(final int slot, final IommuTable table) {
                throw new IllegalStateException("planted");
            }
        };
        try (SpaprFixture fixture = SpaprFixture.v2()) {
            // The one attached last comes first.
            fixture.iommu.attachGroup(fixture.group(group));
            final SpaprFixture.MoodyGroup other = new SpaprFixture.MoodyGroup();
            fixture.iommu.attachGroup(fixture.group(other));
            fixture.noDefault();
            final long locked = fixture.locked.lockedPages();
            final long offHeap = fixture.process.offHeap().allocatedBytes();
            assertThrows(
                    IllegalStateException.class,
                    () -> fixture.iommu.createWindow(fixture.process, 0, 12, SpaprFixture.GIB, 1));
            assertEquals(locked, fixture.locked.lockedPages());
            assertNull(other.table(0));
            fixture.process.reclaimer().reclaim();
            assertEquals(offHeap, fixture.process.offHeap().allocatedBytes());
        }
    }
}
