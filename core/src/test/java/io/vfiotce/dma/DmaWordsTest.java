package io.vfiotce.dma;

import static io.vfiotce.dma.DmaStatus.OK;
import static io.vfiotce.dma.DmaStatus.PERMISSION;
import static io.vfiotce.dma.DmaStatus.UNALIGNED;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Words of 32 and 64 bits in either byte order. */
class DmaWordsTest {
    private static final long WORD = 0x8123_4567_89AB_CDEFL;
    private static final int INT = 0x89AB_CDEF;

    private final DmaFixture vm = new DmaFixture();
    private UnsafeBuffer memory;

    static Stream<ByteOrder> orders() {
        return List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN).stream();
    }

    @BeforeEach
    void map() {
        vm.map(0x1000, 0x3003);
        vm.map(0x2000, 0x4001);
        vm.map(0x5000, 0x4002);
        memory = vm.bytes(0x3000, 0x2000);
    }

    @AfterEach
    void close() {
        vm.close();
    }

    private DmaContext open(final ByteOrder order) {
        return vm.test.vm().dma().openContext(new DmaConfig("nic").byteOrder(order), DmaFixture.LIOBN);
    }

    @ParameterizedTest
    @MethodSource("orders")
    void shouldHaveTheDevicesByteOrderWhenWordsAreMoved(final ByteOrder order) {
        try (DmaContext nic = open(order)) {
            memory.putLong(8, WORD, order);
            assertEquals(OK, nic.load64(0x1008));
            assertEquals(WORD, nic.value());
            memory.putInt(0x10, INT, order);
            assertEquals(OK, nic.load32(0x1010));
            assertEquals(INT & 0xFFFF_FFFFL, nic.value());
            assertEquals(OK, nic.store64(0x1018, WORD + 1));
            assertEquals(WORD + 1, memory.getLong(0x18, order));
            assertEquals(OK, nic.store32(0x1024, INT + 1));
            assertEquals(INT + 1, memory.getInt(0x24, order));
            assertEquals(0, memory.getInt(0x20) | memory.getInt(0x28));
        }
    }

    @ParameterizedTest
    @MethodSource("orders")
    void shouldReplaceAndReturnTheOldWordWhenItIsAtomic(final ByteOrder order) {
        try (DmaContext nic = open(order)) {
            memory.putLong(8, WORD, order);
            assertEquals(OK, nic.fetchAdd64(0x1008, 0x1_0000_0001L));
            assertEquals(WORD, nic.value());
            assertEquals(WORD + 0x1_0000_0001L, memory.getLong(8, order));
            assertEquals(OK, nic.swap64(0x1008, 5));
            assertEquals(WORD + 0x1_0000_0001L, nic.value());
            assertEquals(OK, nic.compareAndSet64(0x1008, 6, 7));
            assertEquals(5, nic.value());
            assertEquals(5, memory.getLong(8, order));
            assertEquals(OK, nic.compareAndSet64(0x1008, 5, WORD));
            assertEquals(5, nic.value());
            assertEquals(WORD, memory.getLong(8, order));
            memory.putInt(0x10, INT, order);
            assertEquals(OK, nic.fetchAdd32(0x1010, -0x100));
            assertEquals(INT & 0xFFFF_FFFFL, nic.value());
            assertEquals(INT - 0x100, memory.getInt(0x10, order));
            assertEquals(OK, nic.swap32(0x1010, -1));
            assertEquals(INT - 0x100 & 0xFFFF_FFFFL, nic.value());
            assertEquals(OK, nic.compareAndSet32(0x1010, 0, 7));
            assertEquals(0xFFFF_FFFFL, nic.value());
            assertEquals(OK, nic.compareAndSet32(0x1010, -1, INT));
            assertEquals(INT, memory.getInt(0x10, order));
            assertEquals(0, memory.getLong(0) | memory.getInt(0x14));
        }
    }

    @Test
    void shouldBeUnalignedWhenTheAddressIsNoMultiple() {
        try (DmaContext nic = open(ByteOrder.LITTLE_ENDIAN)) {
            for (int i = 1; i < 8; i++) {
                assertEquals(UNALIGNED, nic.load64(0x1000 + i));
                assertEquals(UNALIGNED, nic.store64(0x1000 + i, -1));
                assertEquals(UNALIGNED, nic.fetchAdd64(0x1000 + i, -1));
                assertEquals(UNALIGNED, nic.swap64(0x1000 + i, -1));
                assertEquals(UNALIGNED, nic.compareAndSet64(0x1000 + i, 0, -1));
                final int expected = i == 4 ? OK : UNALIGNED;
                assertEquals(expected, nic.load32(0x1000 + i));
                assertEquals(expected, nic.store32(0x1000 + i, 0));
                assertEquals(expected, nic.fetchAdd32(0x1000 + i, 0));
                assertEquals(expected, nic.swap32(0x1000 + i, 0));
                assertEquals(expected, nic.compareAndSet32(0x1000 + i, 0, 0));
            }
            assertEquals(0, memory.getLong(0) | memory.getLong(8));
        }
    }

    @Test
    void shouldNeedBothPermissionsWhenAWordIsReplaced() {
        try (DmaContext nic = open(ByteOrder.LITTLE_ENDIAN)) {
            for (final long ioba : new long[] {0x2000, 0x5000}) {
                assertEquals(PERMISSION, nic.fetchAdd64(ioba, 1));
                assertEquals(PERMISSION, nic.swap64(ioba, 1));
                assertEquals(PERMISSION, nic.compareAndSet64(ioba, 0, 1));
                assertEquals(PERMISSION, nic.fetchAdd32(ioba, 1));
                assertEquals(PERMISSION, nic.swap32(ioba, 1));
                assertEquals(PERMISSION, nic.compareAndSet32(ioba, 0, 1));
            }
            assertEquals(OK, nic.load64(0x2000));
            assertEquals(OK, nic.load32(0x2000));
            assertEquals(PERMISSION, nic.store64(0x2000, 1));
            assertEquals(PERMISSION, nic.store32(0x2000, 1));
            assertEquals(PERMISSION, nic.load64(0x5000));
            assertEquals(PERMISSION, nic.load32(0x5000));
            assertEquals(0, memory.getLong(0x1000));
            assertEquals(OK, nic.store64(0x5000, 3));
            assertEquals(OK, nic.store32(0x5008, 4));
            assertEquals(3, memory.getLong(0x1000));
            assertEquals(4, memory.getInt(0x1008));
        }
    }

    @ParameterizedTest
    @MethodSource("orders")
    void shouldLoseNoAdditionWhenTwoDevicesAdd(final ByteOrder order) throws InterruptedException {
        final int times = 100_000;
        try (DmaContext nic = open(order);
                DmaContext other = open(order)) {
            final Thread thread = new Thread(() -> add(other, times));
            thread.start();
            add(nic, times);
            thread.join();
        }
        assertEquals(2L * times, memory.getLong(0, order));
        assertEquals(2 * times, memory.getInt(8, order));
    }

    private static void add(final DmaContext device, final int times) {
        for (int i = 0; i < times; i++) {
            device.fetchAdd64(0x1000, 1);
            device.fetchAdd32(0x1008, 1);
        }
    }
}
