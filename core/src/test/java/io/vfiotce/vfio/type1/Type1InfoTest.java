package io.vfiotce.vfio.type1;

import static io.vfiotce.vfio.type1.TestContainer.MAX_MAPPINGS;
import static io.vfiotce.vfio.type1.TestContainer.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vfiotce.iommu.DmaRange;
import io.vfiotce.iommu.IommuGroup;
import io.vfiotce.linux.IoctlArgument;
import io.vfiotce.vfio.VfioRequest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** §8 GET_INFO and the page size mask, byte for byte. */
class Type1InfoTest {
    private static final int GET_INFO = VfioRequest.VFIO_IOMMU_GET_INFO;
    private static final DmaRange LOW = new DmaRange(0, 0xFFFF_FFFFL);
    // info 24, migration 32, dma-avail 16, iova-range 16 and 16 for each of two ranges.
    private static final int ALL_BYTES = 24 + 32 + 16 + 16 + 2 * 16;

    private static TestContainer withTwoRanges() {
        final TestContainer container = TestContainer.v2();
        final IommuGroup group =
                container.newGroup(LOW, List.of(new DmaRange(0xFEE0_0000L, 0xFEEF_FFFFL)), PAGE | 1 << 21);
        container.driver.attachGroup(container.iommu, group);
        return container;
    }

    private static IoctlArgument argument(final int bytes, final int argsz) {
        final IoctlArgument argument = IoctlArgument.ofNew(bytes);
        for (int i = 0; i < bytes; i++) {
            argument.int8(i, (byte) 0x5A);
        }
        argument.int32(0, argsz);
        return argument;
    }

    @Test
    void shouldChainCapabilitiesWhenThereIsRoom() {
        try (TestContainer container = withTwoRanges()) {
            container.mapPages(0, 3);
            final IoctlArgument info = argument(ALL_BYTES + 8, ALL_BYTES + 8);
            assertEquals(0, container.ioctl(GET_INFO, info));
            assertEquals(ALL_BYTES + 8, info.int32(0), "argsz");
            assertEquals(3, info.int32(4), "PGSIZES and CAPS");
            assertEquals(PAGE | 1 << 21, info.int64(8));
            assertEquals(24, info.int32(16), "cap_offset");

            assertEquals(2, info.int16(24), "migration");
            assertEquals(1, info.int16(26));
            assertEquals(56, info.int32(28), "next");
            assertEquals(0, info.int64(32), "flags and padding");
            assertEquals(PAGE, info.int64(40));
            assertEquals(256 << 20, info.int64(48));

            assertEquals(3, info.int16(56), "dma-avail");
            assertEquals(1, info.int16(58));
            assertEquals(72, info.int32(60), "next");
            assertEquals(MAX_MAPPINGS - 1, info.int32(64));
            assertEquals(0, info.int32(68), "padding");

            assertEquals(1, info.int16(72), "iova-range");
            assertEquals(1, info.int16(74));
            assertEquals(0, info.int32(76), "the last");
            assertEquals(2, info.int32(80));
            assertEquals(0, info.int32(84), "reserved");
            assertEquals(0, info.int64(88));
            assertEquals(0xFEDF_FFFFL, info.int64(96));
            assertEquals(0xFEF0_0000L, info.int64(104));
            assertEquals(0xFFFF_FFFFL, info.int64(112));
            assertEquals(0x5A5A_5A5A_5A5A_5A5AL, info.int64(120), "nothing behind the chain");
        }
    }

    @Test
    void shouldHaveNoRangesWhenNothingLimitsTheAddresses() {
        final Type1Driver driver = new Type1Driver(16);
        final Object data = driver.open(3);
        final IoctlArgument info = argument(72, 72);
        assertEquals(0, driver.ioctl(data, null, GET_INFO, info));
        assertEquals(24, info.int32(16));
        assertEquals(56, info.int32(28));
        assertEquals(0, info.int32(60), "dma-avail is the last");
        assertEquals(-1L << 16, info.int64(8), "all page sizes from the host's on");
    }

    @ParameterizedTest(name = "§8 GET_INFO argsz {0} too small → CAPS, cap_offset 0, argsz needed, 0")
    @CsvSource({"16", "19", "20", "24", "119"})
    void shouldTellTheNeededSizeWhenArgszIsTooSmall(final int argsz) {
        try (TestContainer container = withTwoRanges()) {
            final IoctlArgument info = argument(ALL_BYTES, argsz);
            assertEquals(0, container.ioctl(GET_INFO, info));
            assertEquals(ALL_BYTES, info.int32(0));
            assertEquals(3, info.int32(4));
            assertEquals(PAGE | 1 << 21, info.int64(8));
            assertEquals(argsz >= 20 ? 0 : 0x5A5A_5A5A, info.int32(16), "cap_offset only where it fits");
            for (int i = 20; i < ALL_BYTES; i++) {
                assertEquals(0x5A, info.int8(i), "byte " + i + " is not ours");
            }
        }
    }

    @ParameterizedTest(name = "§8 GET_INFO {0} bytes there, argsz {1} → EFAULT, nothing written")
    @CsvSource({"15, 16", "15, 0", "16, 20", "19, 20", "24, 120", "119, 120", "119, -1"})
    void shouldReportEfaultWhenTheArgumentIsNotAllThere(final int bytes, final int argsz) {
        try (TestContainer container = withTwoRanges()) {
            final IoctlArgument info = argument(bytes, argsz);
            assertEquals(-14, container.ioctl(GET_INFO, info));
            assertEquals(argsz, info.int32(0));
            for (int i = 4; i < bytes; i++) {
                assertEquals(0x5A, info.int8(i), "byte " + i + " is written");
            }
        }
    }

    @ParameterizedTest(name = "§8 page size mask, host 2^{0}: {1} and {2} → {3}")
    @CsvSource({
        "12, 0x201000, 0x40201000, 0x201000",
        "12, 0x201000, 0x1000, 0x1000",
        "16, 0x201000, 0x40201000, 0x210000",
        "16, 0x1000, 0x1000, 0x10000",
        "16, 0x10000, 0x1010000, 0x10000",
        "12, 0x200000, 0x201000, 0x200000",
    })
    void shouldAndThePageSizesWhenThereAreSeveralDomains(
            final int hostPageShift, final String first, final String second, final String expected) {
        final Type1Driver driver = new Type1Driver(hostPageShift);
        final Object data = driver.open(3);
        try (TestContainer groups = TestContainer.v2()) {
            driver.attachGroup(data, groups.newGroup(LOW, List.of(), Long.decode(first)));
            driver.attachGroup(data, groups.newGroup(LOW, List.of(), Long.decode(second)));
            assertEquals(Long.decode(expected), ((Type1Iommu) data).getInfo().pageSizes());
        }
    }

    @Test
    void shouldDemandTheSmallestCommonPageWhenMapping() {
        try (TestContainer container = TestContainer.v2()) {
            container.driver.attachGroup(container.iommu, container.newGroup(LOW, List.of(), 4 * PAGE));
            assertEquals(-22, container.map(TestContainer.READ, 0, PAGE, 4 * PAGE));
            assertEquals(-22, container.map(TestContainer.READ, PAGE, 0, 4 * PAGE));
            assertEquals(-22, container.map(TestContainer.READ, 0, 0, PAGE));
            assertEquals(0, container.map(TestContainer.READ, 0, 0, 4 * PAGE));
            assertEquals(-22, container.unmap(0, 0, 2 * PAGE));
            assertEquals(4 * PAGE, container.unmap(0, 0, 4 * PAGE));
        }
    }
}
