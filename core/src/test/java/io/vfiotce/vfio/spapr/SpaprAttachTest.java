package io.vfiotce.vfio.spapr;

import static io.vfiotce.vfio.spapr.Case.EBUSY;
import static io.vfiotce.vfio.spapr.Case.EFAULT;
import static io.vfiotce.vfio.spapr.Case.EINVAL;
import static io.vfiotce.vfio.spapr.Case.EIO;
import static io.vfiotce.vfio.spapr.Case.ENODEV;
import static io.vfiotce.vfio.spapr.Case.EPERM;
import static io.vfiotce.vfio.spapr.Case.typed;
import static io.vfiotce.vfio.spapr.SpaprFixture.GIB;
import static io.vfiotce.vfio.spapr.SpaprFixture.PAGE;
import static io.vfiotce.vfio.spapr.SpaprFixture.RW;
import static io.vfiotce.vfio.spapr.SpaprFixture.UA;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.iommu.Ioda1TableGroup;
import io.vfiotce.iommu.Ioda2TableGroup;
import io.vfiotce.iommu.IommuGroup;
import io.vfiotce.iommu.IommuTableGroup;
import io.vfiotce.iommu.TableGroupOp;
import io.vfiotce.linux.Errno;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.vfio.VfioExtension;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Groups that come and go, §5.7. */
class SpaprAttachTest {
    /** An IODA2 platform whose tables are made another way. */
    private static final class OtherPlatform extends IommuTableGroup {
        @Override
        public Set<TableGroupOp> ops() {
            return Set.of(TableGroupOp.values());
        }
    }

    /** A platform whose ready-made table cannot be changed entry by entry. */
    private static final class FixedTable extends IommuTableGroup {
        FixedTable(final IommuTable table) {
            table(0, table);
        }
    }

    private static ToLongFunction<SpaprFixture> attach(final Function<SpaprFixture, IommuTableGroup> group) {
        return typed(f -> f.iommu.attachGroup(f.group(group.apply(f))));
    }

    private static Supplier<SpaprFixture> attachedV1() {
        return () -> {
            final SpaprFixture fixture = SpaprFixture.v1();
            fixture.iommu.attachGroup(fixture.group(fixture.ioda1()));
            return fixture;
        };
    }

    private static Ioda1TableGroup inUse(final IommuTable... tables) {
        final Ioda1TableGroup group = new Ioda1TableGroup(tables);
        group.useByKernel(tables.length - 1, 1);
        return group;
    }

    private static Ioda2TableGroup taken() {
        final Ioda2TableGroup group = new Ioda2TableGroup();
        group.takeOwnership();
        return group;
    }

    private static final List<Case> ATTACH_ROWS = List.of(
            new Case("§5.7 attach 2: no table_group → ENODEV", SpaprFixture::v2, attach(f -> null), ENODEV),
            new Case(
                    "§5.7 attach 3: has groups, new one without ownership ops → EBUSY",
                    attachedV1(),
                    attach(SpaprFixture::ioda1),
                    EBUSY),
            new Case(
                    "§5.7 attach 3 before 7, v2 → EBUSY",
                    () -> SpaprFixture.v2().attached(),
                    attach(SpaprFixture::ioda1),
                    EBUSY),
            new Case(
                    "§5.7 attach 4: attached already → EBUSY",
                    () -> SpaprFixture.v2().attached(),
                    typed(f -> f.iommu.attachGroup(f.hostIommu.get(0))),
                    EBUSY),
            new Case(
                    "§5.7 attach 5: tables are made differently → EPERM",
                    () -> SpaprFixture.v2().attached(),
                    attach(f -> new OtherPlatform()),
                    EPERM),
            new Case(
                    "§5.7 attach 7: no ownership ops, v2 → EPERM",
                    SpaprFixture::v2,
                    attach(SpaprFixture::ioda1),
                    EPERM),
            new Case(
                    "§5.7 attach 7, v1: a table without exchange → EINVAL",
                    SpaprFixture::v1,
                    attach(f -> new FixedTable(f.kernelTable(12, GIB))),
                    EINVAL),
            new Case(
                    "§5.7 attach 7, v1: a table in use → EBUSY",
                    SpaprFixture::v1,
                    attach(f -> inUse(f.kernelTable(12, GIB))),
                    EBUSY),
            new Case(
                    "§5.7 attach 7, v1: the second table in use, the first given back",
                    SpaprFixture::v1,
                    f -> {
                        final Ioda1TableGroup group = inUse(f.kernelTable(12, GIB), f.kernelTable(12, GIB));
                        final long result = attach(x -> group).applyAsLong(f);
                        assertFalse(group.isTaken(0));
                        return result;
                    },
                    EBUSY),
            new Case(
                    "§5.7 S-19, v1: the second table in use, no first one",
                    SpaprFixture::v1,
                    attach(f -> inUse(null, f.kernelTable(12, GIB))),
                    EBUSY),
            new Case(
                    "§5.7 attach 7 ok, v1: the tables are taken",
                    SpaprFixture::v1,
                    f -> {
                        final Ioda1TableGroup group = f.ioda1();
                        final long result = attach(x -> group).applyAsLong(f);
                        assertTrue(group.isTaken(0));
                        return result;
                    },
                    0),
            new Case(
                    "§5.7 attach 8: ownership ops, v1 → EPERM",
                    SpaprFixture::v1,
                    attach(f -> new Ioda2TableGroup()),
                    EPERM),
            new Case(
                    "§5.7 attach 8, v2: no create op → EFAULT",
                    SpaprFixture::v2,
                    attach(f -> new LimitedGroup(EnumSet.of(TableGroupOp.OWNERSHIP, TableGroupOp.SET_WINDOW))),
                    EFAULT),
            new Case(
                    "§5.7 attach 8, v2: no set op → EFAULT",
                    SpaprFixture::v2,
                    attach(f -> new LimitedGroup(EnumSet.of(TableGroupOp.OWNERSHIP, TableGroupOp.CREATE_TABLE))),
                    EFAULT),
            new Case(
                    "§5.7 S-24: the group is another container's → EBUSY",
                    SpaprFixture::v2,
                    attach(f -> taken()),
                    EBUSY),
            new Case(
                    "§5.7 attach 8, v2: the existing windows are set",
                    () -> SpaprFixture.ready().window(),
                    f -> {
                        final Ioda2TableGroup group = f.recorded("b");
                        final long result = attach(x -> group).applyAsLong(f);
                        assertFalse(group.isKernelOwned());
                        for (int slot = 0; slot < 2; slot++) {
                            assertSame(f.hostIommu.get(0).tableGroup().table(slot), group.table(slot));
                            assertEquals(3, group.table(slot).references());
                        }
                        return result;
                    },
                    0),
            new Case(
                    "§5.7 attach 8, v2: the firmware refuses the second window: unset, given back",
                    () -> SpaprFixture.ready().window(),
                    f -> {
                        final SpaprFixture.MoodyGroup group = new SpaprFixture.MoodyGroup();
                        group.refuse(1, Errno.EIO);
                        final long result = attach(x -> group).applyAsLong(f);
                        assertNull(group.table(0));
                        assertTrue(group.isKernelOwned());
                        assertEquals(2, f.hostIommu.get(0).tableGroup().table(0).references());
                        return result;
                    },
                    EIO),
            new Case(
                    "§5.7 attach 9: first group, the default window is pending",
                    () -> SpaprFixture.v2().attached(),
                    typed(f -> f.iommu.removeWindow(f.process, 0, 0)),
                    0),
            new Case(
                    "§5.7 attach 9: second group, nothing is pending any more",
                    () -> SpaprFixture.v2().attached().noDefault(),
                    f -> {
                        attach(x -> new Ioda2TableGroup()).applyAsLong(f);
                        return typed(x -> x.iommu.removeWindow(x.process, 0, 0)).applyAsLong(f);
                    },
                    EINVAL),
            new Case(
                    "§5.7 attach 9, §10.9, S-20: refused attach, nothing pending",
                    SpaprFixture::v2,
                    f -> {
                        attach(x -> taken()).applyAsLong(f);
                        return typed(x -> {
                                                    x.registered(1);
                                                    x.iommu.mapDma(x.process, RW, UA, 0, 4096);
                                                })
                                                .applyAsLong(f)
                                        == Case.ENXIO
                                ? finish(f)
                                : -1;
                    },
                    0));

    private static long finish(final SpaprFixture fixture) {
        fixture.iommu.unregisterMemory(fixture.process, 0, UA, PAGE);
        return 0;
    }

    private static final List<Case> DETACH_ROWS = List.of(
            new Case(
                    "§5.7 detach: not attached → nothing",
                    () -> SpaprFixture.v2().attached(),
                    typed(f -> f.iommu.detachGroup(f.group(new Ioda2TableGroup()))),
                    0),
            new Case(
                    "§5.7 detach, v2: windows unset, given back; tables and mappings stay",
                    SpaprFixture::ready,
                    f -> {
                        final IommuGroup group = f.hostIommu.get(0);
                        final IommuTable table = group.tableGroup().table(0);
                        f.iommu.mapDma(f.process, RW, UA, 0, 4096);
                        f.iommu.detachGroup(group);
                        assertNull(group.tableGroup().table(0));
                        assertTrue(((Ioda2TableGroup) group.tableGroup()).isKernelOwned());
                        assertEquals(List.of(1, 1L), List.of(table.references(), SpaprFixture.present(table)));
                        f.iommu.attachGroup(group);
                        assertSame(table, group.tableGroup().table(0));
                        return 0;
                    },
                    0),
            new Case(
                    "§5.7 detach, v1: cleared, given back, no window left",
                    SpaprFixture::v1,
                    f -> {
                        final Ioda1TableGroup group = f.ioda1();
                        final IommuGroup iommuGroup = f.group(group);
                        f.iommu.attachGroup(iommuGroup);
                        f.iommu.enable(f.process);
                        f.iommu.mapDma(f.process, RW, UA, 0, 4096);
                        assertEquals(1, f.host.pinned());
                        f.iommu.detachGroup(iommuGroup);
                        assertEquals(0, f.host.pinned());
                        assertEquals(0, SpaprFixture.present(group.table(0)));
                        assertFalse(group.isTaken(0));
                        return typed(x -> x.iommu.mapDma(x.process, RW, UA, 0, 4096))
                                                .applyAsLong(f)
                                        == Case.ENXIO
                                ? 0
                                : -1;
                    },
                    0));

    static Stream<Case> rows() {
        return Stream.of(ATTACH_ROWS, DETACH_ROWS).flatMap(List::stream);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void shouldReturnWhatTheRowSaysWhenCalled(final Case row) {
        row.run();
    }

    @Test
    void shouldServeASecondContainerWhenTheFirstHasEnded() {
        try (SpaprFixture fixture = SpaprFixture.ready()) {
            final SpaprTceIommu second = fixture.another(VfioExtension.SPAPR_TCE_V2);
            assertEquals(
                    EBUSY, typed(f -> second.attachGroup(f.hostIommu.get(0))).applyAsLong(fixture));
            fixture.driver.release(fixture.iommu);
            second.attachGroup(fixture.hostIommu.get(0));
            assertEquals(0, second.getInfo(fixture.process).windowStartBytes());
        }
    }
}
