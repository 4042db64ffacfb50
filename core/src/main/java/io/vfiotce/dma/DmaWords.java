package io.vfiotce.dma;

import io.vfiotce.memory.QuiescentReader;
import io.vfiotce.memory.RawMemory;
import io.vfiotce.memory.TranslationHints;
import java.nio.ByteOrder;

/**
 * Words of 32 and 64 bits as a device reads and writes them: each is one access, never torn, in the device's byte order.
 *
 * <p>Every method returns a {@link DmaStatus}; a word that was read is in {@link #value} until the next call. An address that is
 * no multiple of the size is UNALIGNED, which is not recorded as a fault.
 *
 * @threads the device's own
 * @cost no allocation, no lock
 */
public abstract class DmaWords extends Translation {
    private final boolean reversed;
    private long value;

    DmaWords(
            final DmaSpace space,
            final DmaView view,
            final QuiescentReader reader,
            final TranslationHints hints,
            final DmaFaults faults,
            final ByteOrder byteOrder) {
        super(space, view, reader, hints, faults);
        reversed = byteOrder != ByteOrder.nativeOrder();
    }

    /** {@return the word that the last load or atomic operation found; of 32 bits from 0 to 2^32 - 1} */
    public final long value() {
        return value;
    }

    private int locateWord(final long ioba, final int bytes, final int access) {
        return (ioba & (bytes - 1)) != 0 ? DmaStatus.UNALIGNED : locate(ioba, bytes, access);
    }

    private long ordered(final long word) {
        return reversed ? Long.reverseBytes(word) : word;
    }

    private int ordered(final int word) {
        return reversed ? Integer.reverseBytes(word) : word;
    }

    private void found(final int word) {
        value = Integer.toUnsignedLong(ordered(word));
    }

    /**
     * Reads 64 bits.
     *
     * @param ioba bus address, a multiple of 8
     * @return {@link DmaStatus}; the word is in {@link #value}
     * @ordering acquire: what the device reads afterwards is not older
     */
    public final int load64(final long ioba) {
        final int status = locateWord(ioba, Long.BYTES, DmaAccess.READ);
        if (status == DmaStatus.OK) {
            value = ordered(RawMemory.longAcquire(hostAddress()));
        }
        return status;
    }

    /**
     * Reads 32 bits.
     *
     * @param ioba bus address, a multiple of 4
     * @return as {@link #load64}
     * @ordering acquire
     */
    public final int load32(final long ioba) {
        final int status = locateWord(ioba, Integer.BYTES, DmaAccess.READ);
        if (status == DmaStatus.OK) {
            found(RawMemory.intAcquire(hostAddress()));
        }
        return status;
    }

    /**
     * Writes 64 bits.
     *
     * @param ioba bus address, a multiple of 8
     * @param word the word
     * @return {@link DmaStatus}
     * @ordering release: whoever reads the word with acquire sees what the device wrote before, in bulk too
     */
    public final int store64(final long ioba, final long word) {
        final int status = locateWord(ioba, Long.BYTES, DmaAccess.WRITE);
        if (status == DmaStatus.OK) {
            RawMemory.setLongRelease(hostAddress(), ordered(word));
        }
        return status;
    }

    /**
     * Writes 32 bits.
     *
     * @param ioba bus address, a multiple of 4
     * @param word the word
     * @return {@link DmaStatus}
     * @ordering release
     */
    public final int store32(final long ioba, final int word) {
        final int status = locateWord(ioba, Integer.BYTES, DmaAccess.WRITE);
        if (status == DmaStatus.OK) {
            RawMemory.setIntRelease(hostAddress(), ordered(word));
        }
        return status;
    }

    /**
     * Adds to 64 bits.
     *
     * @param ioba bus address of a page that may be read and written, a multiple of 8
     * @param addend what to add
     * @return {@link DmaStatus}; the word before is in {@link #value}
     * @ordering a full fence
     */
    public final int fetchAdd64(final long ioba, final long addend) {
        final int status = locateWord(ioba, Long.BYTES, DmaAccess.READ_WRITE);
        if (status == DmaStatus.OK) {
            value = RawMemory.addLong(hostAddress(), addend, reversed);
        }
        return status;
    }

    /**
     * Adds to 32 bits.
     *
     * @param ioba bus address of a page that may be read and written, a multiple of 4
     * @param addend what to add
     * @return as {@link #fetchAdd64}
     * @ordering a full fence
     */
    public final int fetchAdd32(final long ioba, final int addend) {
        final int status = locateWord(ioba, Integer.BYTES, DmaAccess.READ_WRITE);
        if (status == DmaStatus.OK) {
            value = Integer.toUnsignedLong(RawMemory.addInt(hostAddress(), addend, reversed));
        }
        return status;
    }

    /**
     * Replaces 64 bits.
     *
     * @param ioba bus address of a page that may be read and written, a multiple of 8
     * @param word new word
     * @return {@link DmaStatus}; the word before is in {@link #value}
     * @ordering a full fence
     */
    public final int swap64(final long ioba, final long word) {
        final int status = locateWord(ioba, Long.BYTES, DmaAccess.READ_WRITE);
        if (status == DmaStatus.OK) {
            value = ordered(RawMemory.swapLong(hostAddress(), ordered(word)));
        }
        return status;
    }

    /**
     * Replaces 32 bits.
     *
     * @param ioba bus address of a page that may be read and written, a multiple of 4
     * @param word new word
     * @return as {@link #swap64}
     * @ordering a full fence
     */
    public final int swap32(final long ioba, final int word) {
        final int status = locateWord(ioba, Integer.BYTES, DmaAccess.READ_WRITE);
        if (status == DmaStatus.OK) {
            found(RawMemory.swapInt(hostAddress(), ordered(word)));
        }
        return status;
    }

    /**
     * Replaces 64 bits if they have the value expected.
     *
     * @param ioba bus address of a page that may be read and written, a multiple of 8
     * @param expected word before
     * @param word new word
     * @return {@link DmaStatus}, OK also if nothing was replaced; the word before is in {@link #value}, and is the one expected
     *     if it was
     * @ordering a full fence
     */
    public final int compareAndSet64(final long ioba, final long expected, final long word) {
        final int status = locateWord(ioba, Long.BYTES, DmaAccess.READ_WRITE);
        if (status == DmaStatus.OK) {
            value = ordered(RawMemory.exchangeLong(hostAddress(), ordered(expected), ordered(word)));
        }
        return status;
    }

    /**
     * Replaces 32 bits if they have the value expected.
     *
     * @param ioba bus address of a page that may be read and written, a multiple of 4
     * @param expected word before
     * @param word new word
     * @return as {@link #compareAndSet64}
     * @ordering a full fence
     */
    public final int compareAndSet32(final long ioba, final int expected, final int word) {
        final int status = locateWord(ioba, Integer.BYTES, DmaAccess.READ_WRITE);
        if (status == DmaStatus.OK) {
            found(RawMemory.exchangeInt(hostAddress(), ordered(expected), ordered(word)));
        }
        return status;
    }
}
