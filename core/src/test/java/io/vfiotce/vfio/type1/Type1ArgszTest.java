package io.vfiotce.vfio.type1;

import static io.vfiotce.vfio.type1.TestContainer.PAGE;
import static io.vfiotce.vfio.type1.TestContainer.READ;
import static io.vfiotce.vfio.type1.TestContainer.UA;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vfiotce.linux.IoctlArgument;
import io.vfiotce.vfio.VfioRequest;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** V-18: every argsz around the smallest, every unknown flag bit alone, and every length of memory, for each structure. */
class Type1ArgszTest {
    /** A request that succeeds on a container that maps page 0 and tracks dirty pages. */
    private record Request(String name, int number, int minSizeBytes, int headBytes, int knownFlags, byte[] bytes) {
        @Override
        public String toString() {
            return "V-18 " + name;
        }

        IoctlArgument argument(final int length) {
            final IoctlArgument argument = IoctlArgument.ofNew(length);
            for (int i = 0; i < Math.min(length, bytes.length); i++) {
                argument.int8(i, bytes[i]);
            }
            return argument;
        }
    }

    private static byte[] bytes(final int flags, final long... words) {
        final IoctlArgument argument = IoctlArgument.ofNew(8 + words.length * 8);
        argument.int32(4, flags);
        for (int i = 0; i < words.length; i++) {
            argument.int64(8 + i * 8, words[i]);
        }
        final byte[] bytes = new byte[8 + words.length * 8];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = argument.int8(i);
        }
        return bytes;
    }

    static Stream<Request> requests() {
        return Stream.of(
                new Request("vfio_iommu_type1_info", VfioRequest.VFIO_IOMMU_GET_INFO, 16, 16, -1, bytes(0, 0)),
                new Request(
                        "vfio_iommu_type1_dma_map",
                        VfioRequest.VFIO_IOMMU_MAP_DMA,
                        32,
                        32,
                        7,
                        bytes(READ, UA, 8 * PAGE, PAGE)),
                new Request(
                        "vfio_iommu_type1_dma_unmap", VfioRequest.VFIO_IOMMU_UNMAP_DMA, 24, 24, 7, bytes(0, 0, PAGE)),
                new Request(
                        "vfio_iommu_type1_dma_unmap with vfio_bitmap",
                        VfioRequest.VFIO_IOMMU_UNMAP_DMA,
                        48,
                        24,
                        7,
                        bytes(1, 0, PAGE, PAGE, 8, 8)),
                new Request("vfio_iommu_type1_dirty_bitmap", VfioRequest.VFIO_IOMMU_DIRTY_PAGES, 8, 8, 7, bytes(1)),
                new Request(
                        "vfio_iommu_type1_dirty_bitmap with vfio_iommu_type1_dirty_bitmap_get",
                        VfioRequest.VFIO_IOMMU_DIRTY_PAGES,
                        48,
                        8,
                        7,
                        bytes(4, 0, PAGE, PAGE, 8, 8)));
    }

    private static TestContainer container() {
        final TestContainer container = TestContainer.v2();
        container.mapPages(0, 1);
        container.iommu.startDirtyTracking();
        return container;
    }

    @ParameterizedTest
    @MethodSource("requests")
    void shouldObeyArgszWhenItIsAroundTheSmallest(final Request request) {
        for (final int argsz :
                new int[] {0, request.minSizeBytes - 1, request.minSizeBytes, request.minSizeBytes + 1, -1}) {
            try (TestContainer container = container()) {
                final IoctlArgument argument = request.argument(256);
                argument.int32(0, argsz);
                final boolean enough = Integer.compareUnsigned(argsz, request.minSizeBytes) >= 0;
                assertEquals(enough ? 0 : -22, container.ioctl(request.number, argument), "argsz=" + argsz);
                if (!enough) {
                    assertUnchanged(request, argument, argsz, container);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("requests")
    void shouldRefuseWhenAnUnknownFlagIsSet(final Request request) {
        IntStream.range(0, 32)
                .map(bit -> 1 << bit)
                .filter(flag -> (flag & request.knownFlags) == 0)
                .forEach(flag -> {
                    try (TestContainer container = container()) {
                        final IoctlArgument argument = request.argument(256);
                        argument.int32(0, request.minSizeBytes);
                        argument.int32(4, flag);
                        assertEquals(-22, container.ioctl(request.number, argument), "flags=" + flag);
                        assertEquals(1, container.mappings());
                        argument.int32(4, argument.int32(4) | request.bytes[4]);
                        assertEquals(-22, container.ioctl(request.number, argument), "flags=" + argument.int32(4));
                        assertEquals(1, container.mappings());
                    }
                });
    }

    @ParameterizedTest
    @MethodSource("requests")
    void shouldReportEfaultWhenTheMemoryEndsBeforeTheStructure(final Request request) {
        for (int length = 0; length < request.minSizeBytes; length++) {
            try (TestContainer container = container()) {
                final IoctlArgument argument = request.argument(length);
                if (length >= 4) {
                    argument.int32(0, request.minSizeBytes);
                }
                assertEquals(-14, container.ioctl(request.number, argument), "length=" + length);
                assertEquals(1, container.mappings());
            }
        }
    }

    private static void assertUnchanged(
            final Request request, final IoctlArgument argument, final int argsz, final TestContainer container) {
        assertEquals(argsz, argument.int32(0));
        for (int i = 4; i < 256; i++) {
            assertEquals(i < request.bytes.length ? request.bytes[i] : 0, argument.int8(i), "byte " + i);
        }
        container.assertMapped(0);
    }
}
