package io.vfiotce.vfio.type1;

import static io.vfiotce.vfio.type1.TestContainer.ALL;
import static io.vfiotce.vfio.type1.TestContainer.LIMIT_PAGES;
import static io.vfiotce.vfio.type1.TestContainer.MAX_MAPPINGS;
import static io.vfiotce.vfio.type1.TestContainer.PAGE;
import static io.vfiotce.vfio.type1.TestContainer.READ;
import static io.vfiotce.vfio.type1.TestContainer.READ_WRITE;
import static io.vfiotce.vfio.type1.TestContainer.UA;
import static io.vfiotce.vfio.type1.TestContainer.VADDR;
import static io.vfiotce.vfio.type1.TestContainer.mapArgument;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.vfiotce.iommu.DmaRange;
import io.vfiotce.linux.IoctlArgument;
import io.vfiotce.linux.LockedMemory;
import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.vfio.VfioRequest;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** §8: the order of MAP's checks, its limits, who is charged. */
class Type1MapTest {
    private static final int MAP = VfioRequest.VFIO_IOMMU_MAP_DMA;

    private static Row row(final String name, final long expected, final ToLongFunction<TestContainer> call) {
        return new Row("§8 MAP " + name, expected, call);
    }

    /** Pages 0 to 3 are mapped. Where a row has two faults the later one has another errno. */
    static Stream<Row> refused() {
        return Stream.of(
                row("no structure → EFAULT", -14, c -> c.ioctl(MAP, IoctlArgument.of(7))),
                row("31 bytes there, argsz 0 → EFAULT", -14, c -> c.ioctl(MAP, IoctlArgument.ofNew(31))),
                row("argsz 31 → EINVAL", -22, c -> c.ioctl(MAP, mapArgument(31, READ, UA, 0, PAGE))),
                row("unknown flag → EINVAL before EEXIST", -22, c -> c.map(READ | 8, UA, 0, PAGE)),
                row("unknown highest flag → EINVAL", -22, c -> c.map(READ | 1 << 31, UA, 0, PAGE)),
                row("VADDR with READ → EINVAL before ENOENT", -22, c -> c.map(VADDR | READ, UA, 8 * PAGE, PAGE)),
                row("VADDR with WRITE → EINVAL", -22, c -> c.map(VADDR | 2, UA, 8 * PAGE, PAGE)),
                row("no flag → EINVAL before EEXIST", -22, c -> c.map(0, UA, 0, PAGE)),
                row("size 0 → EINVAL", -22, c -> c.map(READ, UA, 8 * PAGE, 0)),
                row("VADDR with size 0 → EINVAL before ENOENT", -22, c -> c.map(VADDR, UA, 8 * PAGE, 0)),
                row("size misaligned → EINVAL before EEXIST", -22, c -> c.map(READ, UA, 0, PAGE + 1)),
                row("iova misaligned → EINVAL before EEXIST", -22, c -> c.map(READ, UA, 2048, PAGE)),
                row("vaddr misaligned → EINVAL before EEXIST", -22, c -> c.map(READ, UA + 1, 0, PAGE)),
                row("iova wraps → EINVAL", -22, c -> c.map(READ, UA, -PAGE, 2 * PAGE)),
                row("iova wraps onto mappings → EINVAL before EEXIST", -22, c -> c.map(READ, UA, -PAGE, 3 * PAGE)),
                row("vaddr wraps → EINVAL before EEXIST", -22, c -> c.map(READ, -PAGE, 0, 2 * PAGE)),
                row("size as large as all → EINVAL", -22, c -> c.map(READ, UA, 0x1000, -PAGE)),
                row("VADDR without mapping → ENOENT", -2, c -> c.map(VADDR, UA, 8 * PAGE, PAGE)),
                row("VADDR with valid vaddr → EINVAL", -22, c -> c.map(VADDR, UA, 0, 4 * PAGE)),
                row("overlap, same → EEXIST", -17, c -> c.map(READ, UA, 0, 4 * PAGE)),
                row("overlap, first page → EEXIST", -17, c -> c.map(READ, UA, 0, PAGE)),
                row("overlap, last page → EEXIST", -17, c -> c.map(READ, UA, 3 * PAGE, 2 * PAGE)),
                row("overlap, inside → EEXIST", -17, c -> c.map(READ, UA, PAGE, 2 * PAGE)),
                row("overlap, ends in another → EEXIST", -17, c -> {
                    c.mapPages(8, 2);
                    final long result = c.map(READ, UA, 6 * PAGE, 3 * PAGE);
                    assertEquals(2 * PAGE, c.unmapPages(8, 2));
                    return result;
                }),
                row("outside valid ranges → EINVAL before EFAULT", -22, c -> {
                    c.host.unpinnableUa = UA;
                    return c.map(READ, UA, 0x7FFF_F000L, 2 * PAGE);
                }),
                row("across a hole → EINVAL", -22, c -> c.map(READ, UA, 31 * PAGE, 3 * PAGE)),
                row("in a hole → EINVAL", -22, c -> c.map(READ, UA, 32 * PAGE, PAGE)),
                row("over memlock → ENOMEM", -12, c -> c.map(READ, UA, 64 * PAGE, (LIMIT_PAGES - 3) * PAGE)),
                row("far over memlock → ENOMEM, nothing pinned", -12, c -> {
                    final long before = c.host.pinCalls;
                    final long result = c.map(READ, UA, 64 * PAGE, 1 << 30);
                    assertEquals(before, c.host.pinCalls);
                    return result;
                }),
                row("first page cannot be pinned → EFAULT", -14, c -> {
                    c.host.unpinnableUa = UA + 8 * PAGE;
                    return c.map(READ, UA + 8 * PAGE, 8 * PAGE, 4 * PAGE);
                }),
                row("last page cannot be pinned → EFAULT", -14, c -> {
                    c.host.unpinnableUa = UA + 11 * PAGE;
                    return c.map(READ, UA + 8 * PAGE, 8 * PAGE, 4 * PAGE);
                }));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void shouldRefuseAndLeaveNothingWhenMapIsWrong(final Row row) {
        for (final long type : new long[] {1, 3, 6}) {
            try (TestContainer container = new TestContainer(type)) {
                container.mapPages(0, 4);
                container.driver.attachGroup(
                        container.iommu,
                        container.newGroup(
                                new DmaRange(0, 0x7FFF_FFFFL), List.of(new DmaRange(32 * PAGE, 33 * PAGE - 1)), PAGE));
                assertEquals(row.expected(), row.call().applyAsLong(container));
                container.assertMapped(0, 1, 2, 3);
                assertEquals(1, container.mappings());
            }
        }
    }

    @ParameterizedTest(name = "§8 MAP permissions {0} allowed")
    @CsvSource({"1", "2", "3"})
    void shouldMapWhenThereIsAnyPermission(final int permissions) {
        try (TestContainer container = TestContainer.v2()) {
            assertEquals(0, container.map(permissions, UA, 2 * PAGE, PAGE));
            assertEquals(
                    new Type1Translation(UA + 0x123 + CountingHost.HPA_OFFSET_BYTES, permissions),
                    container.iommu.translate(container.group, 2 * PAGE + 0x123));
            assertNull(container.iommu.translate(container.group, 3 * PAGE));
            assertNull(container.iommu.translate(container.group, 2 * PAGE - 1));
        }
    }

    @Test
    void shouldMapTheTopOfTheAddressSpaceWhenNothingWraps() {
        try (TestContainer container = TestContainer.v2()) {
            assertEquals(0, container.map(READ, -2 * PAGE, -2 * PAGE, 2 * PAGE));
            assertEquals(-17, container.map(READ, UA, -PAGE, PAGE));
            assertEquals(0, container.map(READ, UA, 0, PAGE));
            assertEquals(3, container.locked.lockedPages());
            assertEquals(-22, container.unmap(0, -PAGE, PAGE));
            assertEquals(2 * PAGE, container.unmap(0, -2 * PAGE, 2 * PAGE));
            assertEquals(1, container.mappings());
        }
    }

    @Test
    void shouldChargeEveryMappingWhenTheSameMemoryIsMappedTwice() {
        try (TestContainer container = TestContainer.v2()) {
            assertEquals(0, container.map(READ, UA, 0, 2 * PAGE));
            assertEquals(0, container.map(READ, UA, 8 * PAGE, 2 * PAGE));
            assertEquals(4, container.locked.lockedPages());
            assertEquals(4, container.host.pins());
        }
    }

    @Test
    void shouldFillTheLimitExactlyWhenMemoryIsLocked() {
        try (TestContainer container = TestContainer.v2()) {
            assertEquals(0, container.map(READ, UA, 0, (LIMIT_PAGES - 1) * PAGE));
            assertEquals(-12, container.map(READ, UA, 1 << 20, 2 * PAGE));
            assertEquals(0, container.map(READ, UA, 1 << 20, PAGE));
            assertEquals(-12, container.map(READ, UA, 2 << 20, PAGE));
            assertEquals(2, container.mappings());
        }
    }

    @Test
    void shouldReportEnospcWhenAllMappingsAreUsed() {
        try (TestContainer container = TestContainer.v2()) {
            for (int i = 0; i < MAX_MAPPINGS; i++) {
                container.mapPages(2 * i, 1);
            }
            assertEquals(-28, container.map(READ, UA, PAGE, PAGE));
            assertEquals(-17, container.map(READ, UA, 0, PAGE), "EEXIST comes before ENOSPC");
            container.host.unpinnableUa = UA;
            assertEquals(-28, container.map(READ, UA, PAGE, PAGE), "ENOSPC comes before EFAULT");
            assertEquals(PAGE, container.unmapPages(0, 1));
            container.mapPages(1, 1);
        }
    }

    @Test
    void shouldStopAtTheDefaultLimitWhenAMillionMappingsAreAsked() {
        final Type1Driver driver = new Type1Driver(12);
        try (TestContainer container = TestContainer.v2()) {
            final Type1Iommu iommu = (Type1Iommu) driver.open(3);
            int made = 0;
            int refused = 0;
            for (long i = 0; i < 1_000_000; i++) {
                final long iova = i * PAGE;
                final long result = TestContainer.result(() -> iommu.mapDma(container.process, READ, UA, iova, PAGE));
                made += result == 0 ? 1 : 0;
                refused += result == -28 ? 1 : 0;
            }
            assertEquals(65_535, made);
            assertEquals(1_000_000 - 65_535, refused);
            assertEquals(0, iommu.getInfo().dmaAvailable());
            assertEquals(65_535 * PAGE, iommu.unmapAll());
        }
    }

    private static UserProcess process(final CountingHost host, final LockedMemory locked, final int pageShift) {
        return new UserProcess(
                new ProcessConfig().hostPageShift(pageShift).hostMemory(host).lockedMemory(locked));
    }

    @Test
    void shouldGiveThePagesBackToWhoWasChargedWhenAnotherProcessUnmaps() {
        final LockedMemory locked = new LockedMemory(10);
        final CountingHost host = new CountingHost();
        try (TestContainer container = TestContainer.v2();
                UserProcess other = process(host, locked, 12)) {
            container.mapPages(0, 3);
            container.driver.ioctl(container.iommu, other, MAP, mapArgument(32, READ, UA, 8 * PAGE, 5 * PAGE));
            assertEquals(3, container.locked.lockedPages());
            assertEquals(5, locked.lockedPages());
            final IoctlArgument first = TestContainer.unmapArgument(24, 0, 0, 3 * PAGE);
            container.driver.ioctl(container.iommu, other, VfioRequest.VFIO_IOMMU_UNMAP_DMA, first);
            assertEquals(0, container.locked.lockedPages());
            assertEquals(5, locked.lockedPages());
            assertEquals(5 * PAGE, container.unmap(ALL, 0, 0));
            assertEquals(0, locked.lockedPages());
            assertEquals(0, host.pins());
        }
    }

    @Test
    void shouldRefuseAProcessWhenItsPagesAreNotTheHosts() {
        try (TestContainer container = TestContainer.v2();
                UserProcess other = process(new CountingHost(), new LockedMemory(10), 16)) {
            final IoctlArgument argument = mapArgument(32, READ, 1 << 16, 0, 1 << 16);
            assertEquals(
                    -22, TestContainer.result(() -> container.driver.ioctl(container.iommu, other, MAP, argument)));
        }
    }

    @Test
    void shouldUpdateTheUserAddressWhenItWasInvalidated() {
        try (TestContainer container = TestContainer.v2()) {
            container.mapPages(0, 4);
            assertEquals(4 * PAGE, container.unmap(VADDR, 0, 4 * PAGE));
            container.assertMapped(0, 1, 2, 3);
            assertEquals(-22, container.map(VADDR, UA, 0, PAGE), "only the whole mapping");
            assertEquals(-22, container.map(VADDR, UA, 0, 5 * PAGE), "only the whole mapping");
            assertEquals(-22, container.map(VADDR, UA, PAGE, 3 * PAGE), "only the whole mapping");
            assertEquals(-17, container.map(READ_WRITE, UA, 0, 4 * PAGE));
            assertEquals(0, container.map(VADDR, 0x70_0000, 0, 4 * PAGE));
            container.assertMapped(0, 1, 2, 3);
            assertEquals(-22, container.map(VADDR, UA, 0, 4 * PAGE), "it is valid again");
            assertEquals(4 * PAGE, container.unmapPages(0, 4));
            container.assertMapped();
        }
    }

    @Test
    void shouldMoveTheChargeWhenAnotherProcessUpdatesTheAddress() {
        final LockedMemory locked = new LockedMemory(4);
        final CountingHost host = new CountingHost();
        try (TestContainer container = TestContainer.v2();
                UserProcess other = process(host, locked, 12)) {
            container.mapPages(0, 4);
            container.mapPages(4, 1);
            assertEquals(5 * PAGE, container.unmap(VADDR | ALL, 0, 0));
            container.iommu.mapDma(other, VADDR, 0x70_0000, 0, 4 * PAGE);
            assertEquals(1, container.locked.lockedPages());
            assertEquals(4, locked.lockedPages());
            assertEquals(
                    -12, TestContainer.result(() -> container.iommu.mapDma(other, VADDR, 0x80_0000, 4 * PAGE, PAGE)));
            assertEquals(1, container.locked.lockedPages());
            assertEquals(4, locked.lockedPages());
            assertEquals(0, container.map(VADDR, UA, 4 * PAGE, PAGE), "it is still without an address");
            assertEquals(5 * PAGE, container.iommu.unmapAll());
            assertEquals(0, locked.lockedPages());
            assertEquals(0, container.host.pins());
            assertEquals(0, host.pins(), "what was pinned is unpinned where it was");
        }
    }
}
