package io.vfiotce.memory;

import java.nio.ByteOrder;
import org.agrona.UnsafeApi;

/**
 * 64-bit words of off-heap memory by address, for code that has checked its index already: the fast path, and tables whose
 * levels point to each other.
 *
 * @threads any; every access is atomic
 * @cost no allocation, no check
 */
public final class Words {
    private static final boolean SWAP = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    private Words() {}

    /**
     * Turns a word into big-endian order, or back.
     *
     * @param word in the machine's order, or in big-endian order
     * @return the same word in the other order
     */
    public static long bigEndian(final long word) {
        return SWAP ? Long.reverseBytes(word) : word;
    }

    /**
     * Reads a word.
     *
     * @param address where word 0 lies
     * @param index word index
     * @return the word
     * @ordering acquire
     */
    public static long wordAcquire(final long address, final long index) {
        return UnsafeApi.getLongAcquire(null, address + (index << 3));
    }

    /**
     * Writes a word.
     *
     * @param address where word 0 lies
     * @param index word index
     * @param word new value
     * @ordering release
     */
    public static void setWordRelease(final long address, final long index, final long word) {
        UnsafeApi.putLongRelease(null, address + (index << 3), word);
    }

    /**
     * Replaces a word.
     *
     * @param address where word 0 lies
     * @param index word index
     * @param word new value
     * @return the value before
     * @ordering a full fence
     */
    public static long getAndSetWord(final long address, final long index, final long word) {
        return UnsafeApi.getAndSetLong(null, address + (index << 3), word);
    }

    /**
     * Replaces a word if it has the value expected.
     *
     * @param address where word 0 lies
     * @param index word index
     * @param expected value before
     * @param word new value
     * @return whether it was replaced
     * @ordering a full fence
     */
    public static boolean compareAndSetWord(
            final long address, final long index, final long expected, final long word) {
        return UnsafeApi.compareAndSetLong(null, address + (index << 3), expected, word);
    }

    /**
     * Sets bits of a word.
     *
     * @param address where word 0 lies
     * @param index word index
     * @param bits the bits to set
     * @ordering a full fence
     */
    public static void setBits(final long address, final long index, final long bits) {
        UnsafeApi.getAndBitwiseOrLong(null, address + (index << 3), bits);
    }

    /**
     * Takes bits out of a word.
     *
     * @param address where word 0 lies
     * @param index word index
     * @param bits the bits to clear
     * @return which of them were set
     * @ordering a full fence
     */
    public static long takeBits(final long address, final long index, final long bits) {
        return UnsafeApi.getAndBitwiseAndLong(null, address + (index << 3), ~bits) & bits;
    }

    /**
     * Marks a byte, which nobody clears while it is used: stores 1 if it is not there yet, so that marks of pages that are
     * mapped again and again are only read, and threads do not take their cache lines from each other.
     *
     * @param address where byte 0 lies
     * @param index byte index
     * @ordering plain; what counts all marks does so after a grace period
     */
    public static void markByte(final long address, final long index) {
        if (UnsafeApi.getByte(null, address + index) == 0) {
            UnsafeApi.putByte(null, address + index, (byte) 1);
        }
    }

    /**
     * Reads a byte.
     *
     * @param address where byte 0 lies
     * @param index byte index
     * @return the byte
     * @ordering plain
     */
    public static byte byteAt(final long address, final long index) {
        return UnsafeApi.getByte(null, address + index);
    }
}
