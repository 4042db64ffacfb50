package io.vfiotce.dma;

import static io.vfiotce.dma.DmaFixture.SECOND_SLOT;
import static io.vfiotce.dma.DmaFixture.SECOND_START;
import static io.vfiotce.dma.DmaStatus.OK;
import static io.vfiotce.dma.DmaStatus.OUTSIDE;
import static io.vfiotce.dma.DmaStatus.PERMISSION;
import static io.vfiotce.dma.DmaStatus.UNMAPPED;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes over pages and windows, from and to whatever holds bytes. */
class DmaTransfersTest {
    private static final int LENGTH = 0x1810;
    private static final long IOBA = 0x1FF8;

    private final DmaFixture vm = new DmaFixture();
    private final byte[] bytes = new byte[LENGTH];
    private DmaContext nic;

    @BeforeEach
    void open() {
        new Random(5).nextBytes(bytes);
        nic = vm.open(true);
        // Three pages that lie apart and in another order.
        vm.map(0x1000, SECOND_SLOT | 3);
        vm.map(0x2000, 0x9003);
        vm.map(0x3000, 0x7003);
    }

    @AfterEach
    void close() {
        nic.close();
        vm.close();
    }

    private byte[] memory() {
        final byte[] found = new byte[LENGTH];
        vm.bytes(SECOND_SLOT + 0xFF8, 8).getBytes(0, found, 0, 8);
        vm.bytes(0x9000, 0x1000).getBytes(0, found, 8, 0x1000);
        vm.bytes(0x7000, 0x808).getBytes(0, found, 0x1008, 0x808);
        return found;
    }

    private void fillMemory() {
        vm.bytes(SECOND_SLOT + 0xFF8, 8).putBytes(0, bytes, 0, 8);
        vm.bytes(0x9000, 0x1000).putBytes(0, bytes, 8, 0x1000);
        vm.bytes(0x7000, 0x808).putBytes(0, bytes, 0x1008, 0x808);
    }

    private void assertDone() {
        assertEquals(LENGTH, nic.doneBytes());
    }

    @Test
    void shouldMoveTheBytesWhenTheyAreInAnArray() {
        final byte[] array = new byte[LENGTH + 20];
        System.arraycopy(bytes, 0, array, 7, LENGTH);
        assertEquals(OK, nic.write(IOBA, array, 7, LENGTH));
        assertDone();
        assertArrayEquals(bytes, memory());
        final byte[] back = new byte[LENGTH + 20];
        assertEquals(OK, nic.read(IOBA, back, 7, LENGTH));
        assertDone();
        assertArrayEquals(array, back);
    }

    @Test
    void shouldMoveTheBytesWhenTheyAreInADirectBuffer() {
        final MutableDirectBuffer[] buffers = {
            new UnsafeBuffer(new byte[LENGTH + 20]),
            new UnsafeBuffer(new byte[LENGTH + 40], 3, LENGTH + 20),
            new UnsafeBuffer(ByteBuffer.allocateDirect(LENGTH + 20)),
            new UnsafeBuffer(ByteBuffer.allocate(LENGTH + 40), 5, LENGTH + 20),
            new ExpandableArrayBuffer(LENGTH + 20)
        };
        for (final MutableDirectBuffer buffer : buffers) {
            nic.fill(IOBA, LENGTH, (byte) 0);
            buffer.putBytes(9, bytes);
            assertEquals(OK, nic.write(IOBA, buffer, 9, LENGTH));
            assertDone();
            assertArrayEquals(bytes, memory());
            buffer.setMemory(0, LENGTH + 20, (byte) 0);
            assertEquals(OK, nic.read(IOBA, buffer, 9, LENGTH));
            assertDone();
            final byte[] back = new byte[LENGTH];
            buffer.getBytes(9, back);
            assertArrayEquals(bytes, back);
            assertEquals(0, buffer.getByte(8) | buffer.getByte(9 + LENGTH));
        }
    }

    @Test
    void shouldMoveFromThePositionWhenTheyAreInAByteBuffer() {
        final ByteBuffer slice = ByteBuffer.allocate(LENGTH + 40).position(11).slice();
        for (final ByteBuffer buffer :
                new ByteBuffer[] {ByteBuffer.allocate(LENGTH + 20), ByteBuffer.allocateDirect(LENGTH + 20), slice}) {
            nic.fill(IOBA, LENGTH, (byte) 0);
            buffer.position(9).put(bytes).limit(9 + LENGTH).position(9);
            assertEquals(OK, nic.write(IOBA, buffer.asReadOnlyBuffer()));
            assertEquals(9, buffer.position());
            assertArrayEquals(bytes, memory());
            nic.fill(IOBA, LENGTH, (byte) 0);
            assertEquals(OK, nic.write(IOBA, buffer));
            assertDone();
            assertEquals(9 + LENGTH, buffer.position());
            assertArrayEquals(bytes, memory());
            buffer.position(9).put(new byte[LENGTH]).position(9);
            assertEquals(OK, nic.read(IOBA, buffer));
            assertEquals(0, buffer.remaining());
            final byte[] back = new byte[LENGTH];
            buffer.position(9).get(back);
            assertArrayEquals(bytes, back);
        }
    }

    @Test
    void shouldMoveTheBytesWhenTheyAreAtAnAddress() {
        final UnsafeBuffer buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(LENGTH + 8));
        buffer.putBytes(4, bytes);
        assertEquals(OK, nic.write(IOBA, buffer.addressOffset() + 4, LENGTH));
        assertDone();
        assertArrayEquals(bytes, memory());
        buffer.setMemory(0, LENGTH + 8, (byte) 0);
        assertEquals(OK, nic.read(IOBA, buffer.addressOffset() + 4, LENGTH));
        assertDone();
        final byte[] back = new byte[LENGTH];
        buffer.getBytes(4, back);
        assertArrayEquals(bytes, back);
        assertEquals(0, buffer.getInt(0) | buffer.getInt(LENGTH + 4));
    }

    @Test
    void shouldDoNothingWhenTheRangeIsNotInTheArray() {
        final byte[] array = new byte[16];
        final UnsafeBuffer buffer = new UnsafeBuffer(array);
        final int[][] ranges = {{-1, 4}, {0, -1}, {13, 4}, {17, 0}, {4, Integer.MAX_VALUE}, {Integer.MAX_VALUE, 4}};
        for (final int[] range : ranges) {
            assertThrows(IndexOutOfBoundsException.class, () -> nic.read(IOBA, array, range[0], range[1]));
            assertThrows(IndexOutOfBoundsException.class, () -> nic.write(IOBA, array, range[0], range[1]));
            assertThrows(IndexOutOfBoundsException.class, () -> nic.read(IOBA, buffer, range[0], range[1]));
            assertThrows(IndexOutOfBoundsException.class, () -> nic.write(IOBA, buffer, range[0], range[1]));
        }
        final ByteBuffer readOnly = ByteBuffer.allocate(8).asReadOnlyBuffer();
        assertThrows(ReadOnlyBufferException.class, () -> nic.read(IOBA, readOnly));
        assertEquals(0, nic.walks());
    }

    @Test
    void shouldWalkNoTableWhenBothPagesHaveHints() {
        final byte[] back = new byte[64];
        assertEquals(OK, nic.read(0x2fe0, back, 0, back.length));
        final long walks = nic.walks();
        assertEquals(OK, nic.read(0x2fe0, back, 0, back.length));
        assertEquals(walks, nic.walks());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldRecordWhatWasLeftWhenItIsRefusedWithHintsOrWithout(final boolean hints) {
        final List<Long> left = new ArrayList<>();
        try (DmaContext other = vm.open(hints)) {
            vm.map(0x1_0000, 0xC003);
            vm.map(0x1_1000, 0xA003);
            assertEquals(OK, other.read(0x1_0FE0, bytes, 0, 64));
            assertEquals(OK, other.read(0x1_0FE0, bytes, 0, 64));
            vm.map(0x1_1000, 0);
            assertEquals(UNMAPPED, other.read(0x1_0FE0, bytes, 0, 64));
            vm.map(0x1_0000, 0);
            assertEquals(UNMAPPED, other.read(0x1_0FE0, bytes, 0, 64));
            other.faults().poll((status, reason, access, ioba, length) -> left.add(length), 10);
        }
        assertEquals(List.of(32L, 64L), left);
    }

    @Test
    void shouldStopWhereItIsRefusedWhenAPageInTheMiddleIsNotMapped() {
        fillMemory();
        vm.map(0x3000, 0);
        final byte[] back = new byte[LENGTH];
        assertEquals(UNMAPPED, nic.read(IOBA, back, 0, LENGTH));
        assertEquals(0x1008, nic.doneBytes());
        assertArrayEquals(Arrays.copyOf(bytes, 0x1008), Arrays.copyOf(back, 0x1008));
        assertEquals(0, back[0x1008] | back[LENGTH - 1]);
        final ByteBuffer buffer = ByteBuffer.allocate(LENGTH);
        assertEquals(UNMAPPED, nic.read(IOBA, buffer));
        assertEquals(0x1008, buffer.position());
        vm.map(0x2000, 0x9001);
        assertEquals(PERMISSION, nic.write(IOBA, new byte[LENGTH], 0, LENGTH));
        assertEquals(8, nic.doneBytes());
        assertEquals(PERMISSION, nic.fill(IOBA + 8, LENGTH, (byte) 0));
        assertEquals(0, nic.doneBytes());
        assertEquals(bytes[8], vm.bytes(0x9000, 1).getByte(0));
        assertEquals(0, vm.bytes(SECOND_SLOT + 0xFF8, 8).getLong(0));
    }

    @Test
    void shouldDoNothingWhenThereIsNothing() {
        assertEquals(OK, nic.read(-1, new byte[0], 0, 0));
        assertEquals(OK, nic.write(-1, ByteBuffer.allocate(0)));
        assertEquals(OK, nic.read(-1, 0L, -5));
        assertEquals(OK, nic.fill(-1, 0, (byte) 1));
        assertEquals(OK, nic.copy(-1, -1, 0));
        assertEquals(0, nic.doneBytes());
    }

    @Test
    void shouldRunFromOneWindowIntoTheOtherWhenTheyTouch() {
        vm.map(SECOND_START - 0x1000, 0x9003);
        vm.mapHigh(SECOND_START, SECOND_SLOT | 3);
        assertEquals(OK, nic.write(SECOND_START - 8, bytes, 0, 24));
        final byte[] back = new byte[24];
        vm.bytes(0x9FF8, 8).getBytes(0, back, 0, 8);
        vm.bytes(SECOND_SLOT, 16).getBytes(0, back, 8, 16);
        assertArrayEquals(Arrays.copyOf(bytes, 24), back);
        vm.mapHigh(DmaFixture.END - 0x1_0000, SECOND_SLOT | 3);
        assertEquals(OUTSIDE, nic.write(DmaFixture.END - 8, bytes, 0, 24));
        assertEquals(8, nic.doneBytes());
    }

    @Test
    void shouldCopyPageByPageWhenSourceAndTargetLieApart() {
        fillMemory();
        vm.map(0x1_0000, 0xC003);
        vm.map(0x1_1000, 0xA003);
        vm.map(0x1_2000, SECOND_SLOT + 0x5000 | 3);
        assertEquals(OK, nic.copy(IOBA, 0x1_0123, LENGTH));
        assertDone();
        final byte[] back = new byte[LENGTH];
        assertEquals(OK, nic.read(0x1_0123, back, 0, LENGTH));
        assertArrayEquals(bytes, back);
        assertArrayEquals(bytes, memory());
        vm.map(0x1_1000, 0xA001);
        assertEquals(PERMISSION, nic.copy(IOBA, 0x1_0123, LENGTH));
        assertEquals(0x1000 - 0x123, nic.doneBytes());
        vm.map(0x2000, 0xA002);
        assertEquals(PERMISSION, nic.copy(IOBA, 0x1_0123, LENGTH));
        assertEquals(8, nic.doneBytes());
    }

    @Test
    void shouldFillWhenItRunsOverPages() {
        fillMemory();
        assertEquals(OK, nic.fill(IOBA + 1, LENGTH - 2, (byte) 0x5A));
        assertEquals(LENGTH - 2, nic.doneBytes());
        final byte[] expected = new byte[LENGTH];
        Arrays.fill(expected, (byte) 0x5A);
        expected[0] = bytes[0];
        expected[LENGTH - 1] = bytes[LENGTH - 1];
        assertArrayEquals(expected, memory());
    }
}
