package io.vfiotce.tools.demo;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A packet is whole or it is not. */
class PacketTest {
    private static final int INDEX = 3;

    @ParameterizedTest
    @ValueSource(ints = {64, 65, 71, 1500, 4096})
    void shouldFindEveryBitWhenItIsDamaged(final int bytes) {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[INDEX + bytes + 1]);
        Packet.fill(buffer, INDEX, bytes, 42);
        assertTrue(Packet.isIntact(buffer, INDEX, bytes, 42));
        for (int bit = 0; bit < 8 * bytes; bit++) {
            flip(buffer, bit);
            assertFalse(Packet.isIntact(buffer, INDEX, bytes, 42), "bit " + bit);
            flip(buffer, bit);
        }
    }

    private static void flip(final UnsafeBuffer buffer, final int bit) {
        final int index = INDEX + bit / 8;
        buffer.putByte(index, (byte) (buffer.getByte(index) ^ 1 << bit % 8));
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 1500})
    void shouldFindItWhenThePacketIsAnotherOrWordsAreSwapped(final int bytes) {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[INDEX + bytes]);
        Packet.fill(buffer, INDEX, bytes, 41);
        assertFalse(Packet.isIntact(buffer, INDEX, bytes, 42));
        Packet.fill(buffer, INDEX, bytes, 42);
        final long word = buffer.getLong(INDEX + 8);
        buffer.putLong(INDEX + 8, buffer.getLong(INDEX + 16));
        buffer.putLong(INDEX + 16, word);
        assertFalse(Packet.isIntact(buffer, INDEX, bytes, 42));
    }
}
