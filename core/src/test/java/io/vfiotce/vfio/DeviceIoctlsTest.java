package io.vfiotce.vfio;

import static io.vfiotce.vfio.VfioFixture.fails;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.linux.Errno;
import io.vfiotce.linux.IoctlArgument;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is checked of device ioctls before the driver sees them, and the typed methods on top. */
class DeviceIoctlsTest {
    private static final int ROOM = 64;
    private final VfioFixture f = new VfioFixture();
    private int groupFd;
    private int fd;

    @BeforeEach
    void open() {
        f.newDevice();
        final int container = f.openContainer();
        groupFd = f.enter(container, 0);
        f.setIommu(container);
        fd = f.openDevice(groupFd, "dev0.0");
    }

    @AfterEach
    void close() {
        f.close();
    }

    static Stream<Arguments> sweep() {
        return Stream.of(
                        Arguments.of("GROUP_GET_STATUS", VfioRequest.VFIO_GROUP_GET_STATUS, 8),
                        Arguments.of("DEVICE_GET_INFO", VfioRequest.VFIO_DEVICE_GET_INFO, 16),
                        Arguments.of("DEVICE_GET_REGION_INFO", VfioRequest.VFIO_DEVICE_GET_REGION_INFO, 32),
                        Arguments.of("DEVICE_GET_IRQ_INFO", VfioRequest.VFIO_DEVICE_GET_IRQ_INFO, 16),
                        Arguments.of("DEVICE_SET_IRQS", VfioRequest.VFIO_DEVICE_SET_IRQS, 20))
                .flatMap(row -> {
                    final Object[] base = row.get();
                    final int min = (int) base[2];
                    return Stream.of(0, min - 1, min, min + 1, 0xFFFF_FFFF)
                            .map(argsz -> Arguments.of(
                                    "V-18 " + base[0] + " argsz=" + Integer.toUnsignedString(argsz),
                                    base[1],
                                    min,
                                    argsz));
                });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("sweep")
    void shouldDemandTheMinimumWhenArgszIsGiven(
            final String row, final int request, final int minSizeBytes, final int argsz) {
        final int file = request == VfioRequest.VFIO_GROUP_GET_STATUS ? groupFd : fd;
        final byte[] bytes = new byte[minSizeBytes];
        final UnsafeBuffer struct = new UnsafeBuffer(bytes);
        struct.putInt(0, argsz, ByteOrder.nativeOrder());
        if (request == VfioRequest.VFIO_DEVICE_SET_IRQS) {
            struct.putInt(4, IrqSetLayout.FLAG_DATA_NONE, ByteOrder.nativeOrder());
        }
        final byte[] before = bytes.clone();
        final boolean enough = Integer.compareUnsigned(argsz, minSizeBytes) >= 0;
        assertEquals(enough ? 0 : -22, VfioIoctl.ioctl(f.process, file, request, struct, 0), row);
        if (!enough) {
            assertArrayEquals(before, bytes, "no partial output");
            assertEquals(List.of(), f.ops.ioctls());
        }
        assertEquals(-14, VfioIoctl.ioctl(f.process, file, request, struct, 1), "one byte is missing");
    }

    private static IoctlArgument irqSet(final int argsz, final int flags, final int start, final int count) {
        final IoctlArgument struct = IoctlArgument.ofNew(ROOM);
        IrqSetLayout.ARGSZ.int32(struct, argsz);
        IrqSetLayout.FLAGS.int32(struct, flags);
        IrqSetLayout.START.int32(struct, start);
        IrqSetLayout.COUNT.int32(struct, count);
        return struct;
    }

    @ParameterizedTest(name = "V-01 {0}")
    @CsvSource({
        "start 1 count 2^32-1, 1, 1, -1",
        "start 2^32-1 count 1, 1, -1, 1",
        "start 0 count 2^32-1, 1, 0, -1",
        "count x 4 wraps 32 bits to 0, 4, 0, 0x40000000",
        "count x 4 wraps 32 bits to 4, 4, 0, 0x40000001",
        "unknown flag, 0x41, 0, 1",
        "unknown flag 2^31, 0x80000001, 0, 1",
        "no kind of data, 0x20, 0, 1",
        "two kinds of data, 3, 0, 1",
    })
    void shouldRefuseWhenAnInterruptRangeOrFlagIsNotInOrder(
            final String row, final String flags, final int start, final String count) {
        final IoctlArgument struct = irqSet(
                ROOM, Long.decode(flags).intValue(), start, Long.decode(count).intValue());
        assertEquals(-22, f.ioctl(fd, VfioRequest.VFIO_DEVICE_SET_IRQS, struct), row);
        assertEquals(List.of(), f.ops.ioctls());
    }

    @Test
    void shouldPassRangesThatTheDriverMustJudgeWhenTheyDoNotWrap() {
        assertEquals(0, f.ioctl(fd, VfioRequest.VFIO_DEVICE_SET_IRQS, irqSet(20, 0x21, 0, 0xFFFF_FFFE)));
        assertEquals(0, f.ioctl(fd, VfioRequest.VFIO_DEVICE_SET_IRQS, irqSet(20, 0x21, 0xFFFF_FFFE, 0)));
        assertEquals(List.of(VfioRequest.VFIO_DEVICE_SET_IRQS, VfioRequest.VFIO_DEVICE_SET_IRQS), f.ops.ioctls());
    }

    @ParameterizedTest(name = "V-02 {1} elements of {2} bytes")
    @CsvSource({"2, 3, 1", "4, 3, 4", "4, 11, 4", "2, 44, 1"})
    void shouldRefuseWhenArgszIsOneByteShortOfTheArray(final int kind, final int count, final int elementBytes) {
        final int needed = 20 + count * elementBytes;
        assertEquals(-22, f.ioctl(fd, VfioRequest.VFIO_DEVICE_SET_IRQS, irqSet(needed - 1, kind, 0, count)));
        assertEquals(List.of(), f.ops.ioctls());
        assertEquals(0, f.ioctl(fd, VfioRequest.VFIO_DEVICE_SET_IRQS, irqSet(needed, kind, 0, count)));
    }

    @Test
    void shouldFaultWhenTheArrayIsNotInTheCallersMemory() {
        assertEquals(-14, f.ioctl(fd, VfioRequest.VFIO_DEVICE_SET_IRQS, irqSet(-1, 2, 0, ROOM - 20 + 1)));
        assertEquals(-14, f.ioctl(fd, VfioRequest.VFIO_DEVICE_SET_IRQS, irqSet(-1, 2, 0, 0x7FFF_FFFF)));
        assertEquals(-14, f.ioctl(fd, VfioRequest.VFIO_DEVICE_SET_IRQS, irqSet(-1, 4, 0, 0x3FFF_FFF0)));
        assertEquals(List.of(), f.ops.ioctls());
    }

    @Test
    void shouldAskTheDriverWhenARequestIsItsOwn() {
        assertEquals(5, f.ioctl(fd, VfioRequest.VFIO_DEVICE_RESET, 5));
        assertEquals(6, f.ioctl(fd, 0x3B71, 6));
        assertEquals(7, f.ioctl(fd, 4711, 7));
        assertEquals(
                List.of(VfioRequest.VFIO_DEVICE_RESET, VfioRequest.VFIO_DEVICE_PCI_HOT_RESET, 4711), f.ops.ioctls());
    }

    @Test
    void shouldSayWhatTheDriverSaysWhenTypedMethodsAreUsed() {
        final VfioDeviceFile file = f.deviceFile(fd);
        assertEquals(new VfioDeviceInfo(DeviceInfoLayout.FLAG_PCI, 4, 3), file.getInfo(f.process));
        assertEquals(
                new VfioRegionInfo(RegionInfoLayout.FLAG_READ, 2, 0x4000, 2L << 40), file.getRegionInfo(f.process, 2));
        assertEquals(new VfioIrqInfo(IrqInfoLayout.FLAG_EVENTFD, 1, 6), file.getIrqInfo(f.process, 1));
        file.reset(f.process);
        assertEquals(VfioRequest.VFIO_DEVICE_RESET, f.ops.ioctls().get(3));
    }

    @Test
    void shouldBuildTheStructureWhenTypedInterruptSetsAreUsed() {
        final VfioDeviceFile file = f.deviceFile(fd);
        final VfioIrqSet fds = VfioIrqSet.eventFds(IrqSetLayout.FLAG_ACTION_TRIGGER, 2, 1, 7, -1, 9);
        assertEquals("32 36 2 1 3 7 -1 9", words(fds));
        assertEquals("20 9 1 2 3", words(VfioIrqSet.of(IrqSetLayout.FLAG_ACTION_MASK, 1, 2, 3)));
        final VfioIrqSet chosen = VfioIrqSet.chosen(IrqSetLayout.FLAG_ACTION_UNMASK, 1, 2, true, false, false, true);
        assertEquals("24 18 1 2 4", words(chosen).replaceAll(" \\S+$", ""));
        assertEquals(1, chosen.struct().int8(20));
        assertEquals(0, chosen.struct().int8(21));
        assertEquals(1, chosen.struct().int8(23));
        file.setIrqs(f.process, fds);
        file.setIrqs(f.process, chosen);
        assertEquals(2, f.ops.ioctls().size());
        fails(Errno.EINVAL, () -> file.setIrqs(f.process, VfioIrqSet.of(IrqSetLayout.FLAG_DATA_BOOL, 0, 0, 1)));
        assertTrue(f.ops.ioctls().size() == 2);
    }

    private static String words(final VfioIrqSet set) {
        return IntStream.range(0, set.struct().readableBytes() / Integer.BYTES)
                .mapToObj(i -> String.valueOf(set.struct().int32(i * Integer.BYTES)))
                .reduce((a, b) -> a + ' ' + b)
                .orElseThrow();
    }
}
