package io.vfiotce.vfio.type1;

import static io.vfiotce.vfio.type1.TestContainer.PAGE;
import static io.vfiotce.vfio.type1.TestContainer.READ;
import static io.vfiotce.vfio.type1.TestContainer.result;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vfiotce.iommu.DmaAperture;
import io.vfiotce.linux.IoctlArgument;
import io.vfiotce.vfio.VfioRequest;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** §8: types, CHECK_EXTENSION, requests that type1 does not have, calls after the end. */
class Type1DriverTest {
    private final Type1Driver driver = new Type1Driver(16);

    @ParameterizedTest(name = "§8 types: {0} → version {1}")
    @CsvSource({"1, 1", "3, 2", "6, 2"})
    void shouldOpenWhenTheTypeIsKnown(final long type, final int version) {
        final Type1Iommu iommu = (Type1Iommu) driver.open(type);
        assertEquals(version == 1 ? -13 : 0, result(iommu::startDirtyTracking));
        assertEquals(Type1Driver.DEFAULT_MAX_MAPPINGS, iommu.getInfo().dmaAvailable());
        driver.release(iommu);
    }

    @ParameterizedTest(name = "§8 types: {0} → EINVAL")
    @ValueSource(longs = {0, 2, 4, 5, 7, 8, 9, 10, -1, 0x1_0000_0001L, 0x1_0000_0003L})
    void shouldReportEinvalWhenTheTypeIsAnother(final long type) {
        assertEquals(-22, result(() -> driver.open(type)));
    }

    static Stream<Row> extensions() {
        return Stream.of(
                extension(1, 1, 1),
                extension(2, 0, 0),
                extension(3, 1, 1),
                extension(4, 0, 1),
                extension(5, 0, 0),
                extension(6, 1, 1),
                extension(7, 0, 0),
                extension(8, 0, 0),
                extension(9, 1, 1),
                extension(10, 0, 1),
                extension(0, 0, 0),
                extension(11, 0, 0),
                extension(-1, 0, 0),
                extension(0x1_0000_0001L, 0, 0),
                extension(0x1_0000_0004L, 0, 0));
    }

    private static Row extension(final long number, final long withoutData, final long withData) {
        return new Row(
                "§8 CHECK_EXTENSION " + number + " → " + withoutData + " without data, " + withData + " with",
                withoutData * 10 + withData,
                container -> {
                    final IoctlArgument argument = IoctlArgument.of(number);
                    final int request = VfioRequest.VFIO_CHECK_EXTENSION;
                    return container.driver.ioctl(null, container.process, request, argument) * 10
                            + container.driver.ioctl(container.iommu, container.process, request, argument);
                });
    }

    @ParameterizedTest
    @MethodSource("extensions")
    void shouldAnswerWhenAnExtensionIsAskedFor(final Row row) {
        for (final long type : new long[] {1, 3, 6}) {
            try (TestContainer container = new TestContainer(type)) {
                assertEquals(row.expected(), row.call().applyAsLong(container));
            }
        }
    }

    @Test
    void shouldNotBeCoherentWhenOneDomainIsNot() {
        try (TestContainer container = TestContainer.v2()) {
            final DmaAperture all = DmaAperture.DEFAULT;
            final var other = container.newGroup(new DmaAperture(all.range(), List.of(), all.pageSizes(), false, true));
            container.driver.attachGroup(container.iommu, other);
            final IoctlArgument coherent = IoctlArgument.of(4);
            assertEquals(0, container.ioctl(VfioRequest.VFIO_CHECK_EXTENSION, coherent));
            container.driver.detachGroup(container.iommu, other);
            assertEquals(1, container.ioctl(VfioRequest.VFIO_CHECK_EXTENSION, coherent));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0x2000_3B64, 0x2000_3B66, 0x2000_3B73, 0x2000_3B76, 0x2000_3B79, 0, -1})
    void shouldReportEnottyWhenTheRequestIsAnother(final int request) {
        try (TestContainer container = TestContainer.v2()) {
            assertEquals(-25, container.ioctl(request, IoctlArgument.ofNew(64)));
        }
    }

    @Test
    void shouldAcceptTheEncodingOfX86WhenAsked() {
        try (TestContainer container = TestContainer.v2()) {
            assertEquals(0, container.ioctl(0x3B71, TestContainer.mapArgument(32, READ, PAGE, 0, PAGE)));
            assertEquals(1, container.mappings());
        }
    }

    @Test
    void shouldHaveNothingToReadWriteOrMapWhenAsked() {
        final Object data = driver.open(3);
        assertEquals("vfio-iommu-type1", driver.name());
        assertEquals(-22, result(() -> driver.read(data, IoctlArgument.ofNew(8), 8, 0)));
        assertEquals(-22, result(() -> driver.write(data, IoctlArgument.ofNew(8), 8, 0)));
        assertEquals(-22, result(() -> driver.mmap(data, 0, PAGE)));
    }

    @Test
    void shouldRefuseEverythingWhenTheContainerIsReleased() {
        final TestContainer container = TestContainer.v2();
        container.mapPages(0, 2);
        container.driver.release(container.iommu);
        assertEquals(0, container.host.pins());
        assertEquals(-22, container.map(READ, PAGE, 0, PAGE));
        assertEquals(-22, container.unmap(0, 0, PAGE));
        assertEquals(-22, container.unmap(TestContainer.ALL, 0, 0));
        assertEquals(-22, result(() -> container.driver.attachGroup(container.iommu, container.group)));
        assertEquals(-22, result(container.iommu::getInfo));
        assertEquals(-22, result(container.iommu::startDirtyTracking));
        assertEquals(null, container.iommu.translate(container.group, 0));
        container.driver.detachGroup(container.iommu, container.group);
        container.close();
    }

    @Test
    void shouldRefuseALimitWhenItIsNegative() {
        assertThrows(IllegalArgumentException.class, () -> new Type1Driver(16, -1, false));
    }
}
