package io.vfiotce.memory;

import java.nio.ByteBuffer;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;

/**
 * Moves bytes for a device: between memory by address and whatever holds bytes, each place given as an array (null for
 * memory outside the heap) and an offset into it (then an address).
 *
 * <p>Whoever calls has checked every range, and keeps whatever owns it reachable.
 *
 * @threads any; nothing is promised about bytes that others write meanwhile, but where a method says so
 * @cost no allocation, no check
 */
public final class RawMemory {
    private RawMemory() {}

    /**
     * Copies bytes.
     *
     * @param from array to read, null for an address
     * @param fromOffset where in it
     * @param to array to write, null for an address
     * @param toOffset where in it
     * @param bytes how many
     * @ordering plain; if both places and the length are multiples of 8, in whole words
     */
    public static void copy(
            final Object from, final long fromOffset, final Object to, final long toOffset, final long bytes) {
        UnsafeApi.copyMemory(from, fromOffset, to, toOffset, bytes);
    }

    /**
     * Writes one value to all bytes.
     *
     * @param address first byte
     * @param bytes how many
     * @param value the value
     * @ordering plain; if address and length are multiples of 8, in whole words
     */
    public static void fill(final long address, final long bytes, final byte value) {
        UnsafeApi.setMemory(null, address, bytes, value);
    }

    /**
     * Where a byte of an array lies.
     *
     * @param array the array
     * @param index first byte
     * @param length how many bytes
     * @return its offset
     * @throws IndexOutOfBoundsException if the range is not inside
     */
    public static long offset(final byte[] array, final int index, final int length) {
        if ((index | length) < 0 || length > array.length - index) {
            throw new IndexOutOfBoundsException(
                    "index=" + index + " length=" + length + " of " + array.length + " bytes");
        }
        return BufferUtil.ARRAY_BASE_OFFSET + index;
    }

    /**
     * The size of a buffer.
     *
     * @param buffer the buffer
     * @return how many bytes it has
     */
    public static int capacity(final DirectBuffer buffer) {
        return buffer.capacity();
    }

    /**
     * The array behind a buffer.
     *
     * @param buffer the buffer
     * @return the array, null if it is outside the heap
     */
    public static byte[] array(final DirectBuffer buffer) {
        return buffer.byteArray();
    }

    /**
     * Where a byte of a buffer lies.
     *
     * @param buffer the buffer
     * @param index first byte
     * @param length how many bytes
     * @return its offset in {@link #array(DirectBuffer)}
     * @throws IndexOutOfBoundsException if the range is not inside
     */
    public static long offset(final DirectBuffer buffer, final int index, final int length) {
        if ((index | length) < 0 || length > buffer.capacity() - index) {
            throw new IndexOutOfBoundsException(
                    "index=" + index + " length=" + length + " of " + buffer.capacity() + " bytes");
        }
        return buffer.addressOffset() + index;
    }

    /**
     * The array behind a buffer.
     *
     * @param buffer the buffer, read-only or not
     * @return the array, null if it is outside the heap
     */
    public static byte[] array(final ByteBuffer buffer) {
        return buffer.isDirect() ? null : BufferUtil.array(buffer);
    }

    /**
     * Where the byte at a buffer's position lies.
     *
     * @param buffer the buffer
     * @return its offset in {@link #array(ByteBuffer)}
     */
    public static long offset(final ByteBuffer buffer) {
        final long start = buffer.isDirect()
                ? BufferUtil.address(buffer)
                : BufferUtil.ARRAY_BASE_OFFSET + BufferUtil.arrayOffset(buffer);
        return start + buffer.position();
    }

    /**
     * Writes a word.
     *
     * @param base array, null for an address
     * @param offset where in it
     * @param word the word
     * @ordering plain
     */
    public static void setWord(final Object base, final long offset, final long word) {
        UnsafeApi.putLong(base, offset, word);
    }

    /**
     * Reads 8 bytes.
     *
     * @param address where, a multiple of 8
     * @return the value in the machine's order
     * @ordering acquire
     */
    public static long longAcquire(final long address) {
        return UnsafeApi.getLongAcquire(null, address);
    }

    /**
     * Writes 8 bytes.
     *
     * @param address where, a multiple of 8
     * @param value the value in the machine's order
     * @ordering release
     */
    public static void setLongRelease(final long address, final long value) {
        UnsafeApi.putLongRelease(null, address, value);
    }

    /**
     * Reads 4 bytes.
     *
     * @param address where, a multiple of 4
     * @return the value in the machine's order
     * @ordering acquire
     */
    public static int intAcquire(final long address) {
        return UnsafeApi.getIntAcquire(null, address);
    }

    /**
     * Writes 4 bytes.
     *
     * @param address where, a multiple of 4
     * @param value the value in the machine's order
     * @ordering release
     */
    public static void setIntRelease(final long address, final int value) {
        UnsafeApi.putIntRelease(null, address, value);
    }

    /**
     * Replaces 8 bytes.
     *
     * @param address where, a multiple of 8
     * @param value new value in the machine's order
     * @return the value before
     * @ordering a full fence
     */
    public static long swapLong(final long address, final long value) {
        return UnsafeApi.getAndSetLong(null, address, value);
    }

    /**
     * Replaces 4 bytes.
     *
     * @param address where, a multiple of 4
     * @param value new value in the machine's order
     * @return the value before
     * @ordering a full fence
     */
    public static int swapInt(final long address, final int value) {
        return UnsafeApi.getAndSetInt(null, address, value);
    }

    /**
     * Replaces 8 bytes if they have the value expected.
     *
     * @param address where, a multiple of 8
     * @param expected value before, in the machine's order
     * @param value new value, likewise
     * @return the value before, whether replaced or not
     * @ordering a full fence
     */
    public static long exchangeLong(final long address, final long expected, final long value) {
        return UnsafeApi.compareAndExchangeLong(null, address, expected, value);
    }

    /**
     * Replaces 4 bytes if they have the value expected.
     *
     * @param address where, a multiple of 4
     * @param expected value before, in the machine's order
     * @param value new value, likewise
     * @return the value before, whether replaced or not
     * @ordering a full fence
     */
    public static int exchangeInt(final long address, final int expected, final int value) {
        return UnsafeApi.compareAndExchangeInt(null, address, expected, value);
    }

    /**
     * Adds to 8 bytes.
     *
     * @param address where, a multiple of 8
     * @param value what to add
     * @param reversed whether the bytes lie in the other order than the machine's
     * @return the value before, in the machine's order
     * @ordering a full fence
     */
    public static long addLong(final long address, final long value, final boolean reversed) {
        if (!reversed) {
            return UnsafeApi.getAndAddLong(null, address, value);
        }
        long word = UnsafeApi.getLongAcquire(null, address);
        while (!UnsafeApi.compareAndSetLong(null, address, word, Long.reverseBytes(Long.reverseBytes(word) + value))) {
            word = UnsafeApi.getLongAcquire(null, address);
        }
        return Long.reverseBytes(word);
    }

    /**
     * Adds to 4 bytes.
     *
     * @param address where, a multiple of 4
     * @param value what to add
     * @param reversed whether the bytes lie in the other order than the machine's
     * @return the value before, in the machine's order
     * @ordering a full fence
     */
    public static int addInt(final long address, final int value, final boolean reversed) {
        if (!reversed) {
            return UnsafeApi.getAndAddInt(null, address, value);
        }
        int word = UnsafeApi.getIntAcquire(null, address);
        while (!UnsafeApi.compareAndSetInt(
                null, address, word, Integer.reverseBytes(Integer.reverseBytes(word) + value))) {
            word = UnsafeApi.getIntAcquire(null, address);
        }
        return Integer.reverseBytes(word);
    }
}
