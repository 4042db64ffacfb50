package io.vfiotce.vfio.type1;

import static io.vfiotce.vfio.type1.TestContainer.PAGE;
import static io.vfiotce.vfio.type1.TestContainer.READ;
import static io.vfiotce.vfio.type1.TestContainer.READ_WRITE;
import static io.vfiotce.vfio.type1.TestContainer.UA;
import static io.vfiotce.vfio.type1.TestContainer.VADDR;
import static io.vfiotce.vfio.type1.TestContainer.result;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vfiotce.iommu.DmaAperture;
import io.vfiotce.iommu.DmaRange;
import io.vfiotce.iommu.IommuGroup;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** §8: attaching and detaching groups. */
class Type1AttachTest {
    private static final DmaRange ALL = new DmaRange(0, -1);

    private static long attach(final TestContainer container, final IommuGroup group) {
        return result(() -> container.driver.attachGroup(container.iommu, group));
    }

    private static Row row(final String name, final long expected, final DmaAperture aperture) {
        return new Row("§8 attach: " + name, expected, c -> attach(c, c.newGroup(aperture)));
    }

    private static DmaAperture aperture(final long first, final long last, final DmaRange... reserved) {
        return new DmaAperture(new DmaRange(first, last), List.of(reserved), PAGE, true, true);
    }

    /** Pages 4 and 5 are mapped. */
    static Stream<Row> rows() {
        return Stream.of(
                new Row("§8 attach: vaddr invalidated → EBUSY before EINVAL", -16, c -> {
                    assertEquals(2 * PAGE, c.unmap(VADDR, 4 * PAGE, 2 * PAGE));
                    return attach(c, c.group);
                }),
                new Row("§8 attach: duplicate → EINVAL", -22, c -> attach(c, c.group)),
                row("no interrupt remapping → EPERM", -1, new DmaAperture(ALL, List.of(), PAGE, true, false)),
                row(
                        "no interrupt remapping and aperture conflict → EINVAL",
                        -22,
                        new DmaAperture(new DmaRange(0, PAGE - 1), List.of(), PAGE, true, false)),
                row("aperture begins in a mapping → EINVAL", -22, aperture(5 * PAGE, -1)),
                row("aperture ends in a mapping → EINVAL", -22, aperture(0, 5 * PAGE - 1)),
                row("aperture beside a mapping → EINVAL", -22, aperture(6 * PAGE, -1)),
                row("aperture around a mapping → 0", 0, aperture(4 * PAGE, 6 * PAGE - 1)),
                row("reserved range in a mapping → EINVAL", -22, aperture(0, -1, new DmaRange(5 * PAGE, 6 * PAGE))),
                row("reserved range around a mapping → EINVAL", -22, aperture(0, -1, new DmaRange(PAGE, 9 * PAGE))),
                row(
                        "reserved ranges beside a mapping → 0",
                        0,
                        aperture(0, -1, new DmaRange(0, 4 * PAGE - 1), new DmaRange(6 * PAGE, -1))),
                row("no page size in common → EINVAL", -22, new DmaAperture(ALL, List.of(), 2048, true, true)),
                row(
                        "mapping smaller than the group's pages → EINVAL",
                        -22,
                        new DmaAperture(ALL, List.of(), 1 << 21, true, true)),
                row(
                        "mapping aligned to the group's larger pages → 0",
                        0,
                        new DmaAperture(ALL, List.of(), 2 * PAGE, true, true)));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void shouldDecideWhenAGroupIsAttached(final Row row) {
        try (TestContainer container = TestContainer.v2()) {
            container.mapPages(4, 2);
            final Type1Info before = container.iommu.getInfo();
            assertEquals(row.expected(), row.call().applyAsLong(container));
            if (row.expected() < 0) {
                assertEquals(before, container.iommu.getInfo());
            }
            container.assertMapped(4, 5);
        }
    }

    @Test
    void shouldReportEinvalWhenNoAddressIsCommon() {
        try (TestContainer container = TestContainer.v2()) {
            assertEquals(0, attach(container, container.newGroup(aperture(0, 16 * PAGE - 1))));
            assertEquals(-22, attach(container, container.newGroup(aperture(16 * PAGE, -1))));
            final DmaAperture allReserved = aperture(0, -1, new DmaRange(0, 20 * PAGE));
            assertEquals(-22, attach(container, container.newGroup(allReserved)));
            assertEquals(
                    List.of(new DmaRange(0, 16 * PAGE - 1)),
                    container.iommu.getInfo().iovaRanges());
        }
    }

    @Test
    void shouldAttachWithoutInterruptRemappingWhenTheParameterAllowsIt() {
        try (TestContainer container = new TestContainer(3, true)) {
            final DmaAperture unsafe = new DmaAperture(ALL, List.of(), PAGE, true, false);
            assertEquals(0, attach(container, container.newGroup(unsafe)));
        }
    }

    @Test
    void shouldReplayMappingsWhenAGroupNeedsADomainOfItsOwn() {
        try (TestContainer container = TestContainer.v2()) {
            container.mapPages(4, 2);
            assertEquals(0, container.map(READ, UA, 8 * PAGE, PAGE));
            final IommuGroup other = container.newGroup(ALL, List.of(), PAGE);
            assertNull(container.iommu.translate(other, 4 * PAGE));
            assertEquals(0, attach(container, other));
            assertEquals(
                    new Type1Translation(UA + 5 * PAGE + 7 + CountingHost.HPA_OFFSET_BYTES, READ_WRITE),
                    container.iommu.translate(other, 5 * PAGE + 7));
            assertEquals(
                    new Type1Translation(UA + CountingHost.HPA_OFFSET_BYTES, READ),
                    container.iommu.translate(other, 8 * PAGE));
            assertEquals(3, container.host.pins(), "pinned once for all domains");
            container.mapPages(10, 1);
            assertNotNull(container.iommu.translate(other, 10 * PAGE));
            assertEquals(2 * PAGE, container.unmapPages(4, 2));
            assertNull(container.iommu.translate(other, 4 * PAGE));
        }
    }

    @Test
    void shouldKeepMappingsUntilTheLastGroupIsGone() {
        try (TestContainer container = TestContainer.v2()) {
            final IommuGroup sharing = container.newGroup(DmaAperture.DEFAULT);
            final IommuGroup limited = container.newGroup(aperture(0, 16 * PAGE - 1));
            assertEquals(0, attach(container, sharing));
            assertEquals(0, attach(container, limited));
            container.mapPages(0, 2);
            assertEquals(-22, container.map(READ, UA, 16 * PAGE, PAGE));
            container.driver.detachGroup(container.iommu, limited);
            assertNull(container.iommu.translate(limited, 0));
            assertEquals(0, container.map(READ, UA, 16 * PAGE, PAGE), "the aperture is wider again");
            container.driver.detachGroup(container.iommu, container.group);
            container.driver.detachGroup(container.iommu, container.group);
            assertNotNull(container.iommu.translate(sharing, 0));
            assertEquals(3, container.host.pins());
            container.driver.detachGroup(container.iommu, sharing);
            assertEquals(0, container.host.pins());
            assertEquals(0, container.locked.lockedPages());
            assertEquals(0, container.mappings());
            assertEquals(List.of(), container.iommu.getInfo().iovaRanges());
            assertEquals(0, attach(container, container.group));
            assertNull(container.iommu.translate(container.group, 0));
        }
    }

    @Test
    void shouldPinWhatWasOnlyNotedWhenTheFirstGroupComes() {
        try (TestContainer container = TestContainer.v2()) {
            container.driver.detachGroup(container.iommu, container.group);
            container.mapPages(1, 2);
            container.mapPages(8, 1);
            assertEquals(0, container.locked.lockedPages());
            container.host.unpinnableUa = UA + 8 * PAGE;
            assertEquals(-14, attach(container, container.group));
            assertEquals(0, container.host.pins(), "what was pinned before the fault is unpinned");
            assertEquals(0, container.locked.lockedPages());
            container.host.unpinnableUa = -1;
            assertEquals(true, container.locked.charge(62));
            assertEquals(-12, attach(container, container.group));
            container.locked.uncharge(62);
            assertEquals(0, container.host.pins());
            assertEquals(0, attach(container, container.group));
            container.assertMapped(1, 2, 8);
        }
    }

    @Test
    void shouldRefuseADescriptionWhenItMakesNoSense() {
        assertThrows(IllegalArgumentException.class, () -> new DmaRange(-1, 0));
        assertThrows(IllegalArgumentException.class, () -> new DmaAperture(ALL, List.of(), 0, true, true));
    }
}
