package io.vfiotce.dma;

import io.vfiotce.memory.QuiescentReader;
import io.vfiotce.memory.RawMemory;
import io.vfiotce.memory.TranslationHints;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Bytes as a device moves them, in any number, over pages and from the end of one window into another that begins there.
 *
 * <p>Every method returns a {@link DmaStatus}. Bytes are moved in ascending order, piece by piece, each translated when it is its
 * turn: a piece is no longer than a page or 64 KiB, and may end at every 4 KiB. At the first that is refused the transfer ends,
 * and {@link #doneBytes} tells how many bytes before it were moved. A length of 0 or less moves nothing and asks for no permission.
 *
 * <p>Between two pieces freeing of memory need not wait for the device. While others write the same bytes nothing is promised
 * about their mixture, but that 8 bytes are not torn if both places and the length are multiples of 8.
 *
 * @threads the device's own
 * @cost no allocation, no lock
 */
public abstract class DmaTransfers extends DmaWords {
    private static final long PIECE_BYTES = 1 << 16;

    private long doneBytes;

    DmaTransfers(
            final DmaSpace space,
            final DmaView view,
            final QuiescentReader reader,
            final TranslationHints hints,
            final DmaFaults faults,
            final ByteOrder byteOrder) {
        super(space, view, reader, hints, faults, byteOrder);
    }

    /** {@return how many bytes the last transfer moved, all of them if its status was OK} */
    public final long doneBytes() {
        return doneBytes;
    }

    /**
     * Reads memory.
     *
     * @param ioba bus address
     * @param target gets the bytes
     * @param index where in it
     * @param length how many bytes
     * @return {@link DmaStatus}
     * @throws IndexOutOfBoundsException if the target has no such range; nothing is done
     */
    public final int read(final long ioba, final MutableDirectBuffer target, final int index, final int length) {
        final long offset = RawMemory.offset(target, index, length);
        final int status = move(ioba, DmaAccess.READ, RawMemory.array(target), offset, length);
        Reference.reachabilityFence(target);
        return status;
    }

    /**
     * Reads memory.
     *
     * @param ioba bus address
     * @param target gets as many bytes as it has left from its position, which moves on by those that were read
     * @return {@link DmaStatus}
     * @throws ReadOnlyBufferException if the target cannot be written; nothing is done
     */
    public final int read(final long ioba, final ByteBuffer target) {
        if (target.isReadOnly()) {
            throw new ReadOnlyBufferException();
        }
        return move(ioba, DmaAccess.READ, target);
    }

    /**
     * Reads memory.
     *
     * @param ioba bus address
     * @param target gets the bytes
     * @param index where in it
     * @param length how many bytes
     * @return {@link DmaStatus}
     * @throws IndexOutOfBoundsException if the target has no such range; nothing is done
     */
    public final int read(final long ioba, final byte[] target, final int index, final int length) {
        return move(ioba, DmaAccess.READ, target, RawMemory.offset(target, index, length), length);
    }

    /**
     * Reads memory.
     *
     * @param ioba bus address
     * @param targetAddress address in this process that gets the bytes; all of them must be there
     * @param length how many bytes
     * @return {@link DmaStatus}
     */
    public final int read(final long ioba, final long targetAddress, final long length) {
        return move(ioba, DmaAccess.READ, null, targetAddress, length);
    }

    /**
     * Writes memory.
     *
     * @param ioba bus address
     * @param source has the bytes
     * @param index where in it
     * @param length how many bytes
     * @return {@link DmaStatus}
     * @throws IndexOutOfBoundsException if the source has no such range; nothing is done
     */
    public final int write(final long ioba, final DirectBuffer source, final int index, final int length) {
        final long offset = RawMemory.offset(source, index, length);
        final int status = move(ioba, DmaAccess.WRITE, RawMemory.array(source), offset, length);
        Reference.reachabilityFence(source);
        return status;
    }

    /**
     * Writes memory.
     *
     * @param ioba bus address
     * @param source has the bytes, all that it has left from its position, which moves on by those that were written
     * @return {@link DmaStatus}
     */
    public final int write(final long ioba, final ByteBuffer source) {
        return move(ioba, DmaAccess.WRITE, source);
    }

    /**
     * Writes memory.
     *
     * @param ioba bus address
     * @param source has the bytes
     * @param index where in it
     * @param length how many bytes
     * @return {@link DmaStatus}
     * @throws IndexOutOfBoundsException if the source has no such range; nothing is done
     */
    public final int write(final long ioba, final byte[] source, final int index, final int length) {
        return move(ioba, DmaAccess.WRITE, source, RawMemory.offset(source, index, length), length);
    }

    /**
     * Writes memory.
     *
     * @param ioba bus address
     * @param sourceAddress address in this process that has the bytes; all of them must be there
     * @param length how many bytes
     * @return {@link DmaStatus}
     */
    public final int write(final long ioba, final long sourceAddress, final long length) {
        return move(ioba, DmaAccess.WRITE, null, sourceAddress, length);
    }

    private int move(final long ioba, final int access, final ByteBuffer buffer) {
        final int position = buffer.position();
        final int status = move(ioba, access, RawMemory.array(buffer), RawMemory.offset(buffer), buffer.remaining());
        buffer.position(position + (int) doneBytes);
        Reference.reachabilityFence(buffer);
        return status;
    }

    private int move(final long ioba, final int access, final Object base, final long offset, final long length) {
        long done = 0;
        int status = DmaStatus.OK;
        while (done < length) {
            // No more than a piece: what is asked for writing counts as written.
            status = locateSome(ioba + done, Math.min(length - done, PIECE_BYTES), access);
            if (status != DmaStatus.OK) {
                break;
            }
            final long piece = hostLength();
            if (access == DmaAccess.READ) {
                RawMemory.copy(null, hostAddress(), base, offset + done, piece);
            } else {
                RawMemory.copy(base, offset + done, null, hostAddress(), piece);
            }
            done += piece;
        }
        return ended(status, done);
    }

    private int ended(final int status, final long done) {
        doneBytes = done;
        return status;
    }

    /**
     * Copies memory to memory.
     *
     * @param fromIoba bus address to read
     * @param toIoba bus address to write; where the ranges, or the memory behind them, overlap, the result is that of copying
     *     piece by piece in ascending order
     * @param length how many bytes
     * @return {@link DmaStatus}; of a piece the source is asked first
     */
    public final int copy(final long fromIoba, final long toIoba, final long length) {
        final boolean wasHeld = hold();
        try {
            return copyHeld(fromIoba, toIoba, length);
        } finally {
            release(wasHeld);
        }
    }

    private int copyHeld(final long fromIoba, final long toIoba, final long length) {
        long done = 0;
        int status = DmaStatus.OK;
        while (done < length) {
            status = locate(fromIoba + done, length - done, DmaAccess.READ);
            if (status != DmaStatus.OK) {
                break;
            }
            final long from = hostAddress();
            status = locate(toIoba + done, Math.min(hostLength(), PIECE_BYTES), DmaAccess.WRITE);
            if (status != DmaStatus.OK) {
                break;
            }
            final long piece = hostLength();
            RawMemory.copy(null, from, null, hostAddress(), piece);
            done += piece;
        }
        return ended(status, done);
    }

    /**
     * Writes one value to all bytes.
     *
     * @param ioba bus address
     * @param length how many bytes
     * @param value the value
     * @return {@link DmaStatus}
     */
    public final int fill(final long ioba, final long length, final byte value) {
        long done = 0;
        int status = DmaStatus.OK;
        while (done < length) {
            status = locate(ioba + done, Math.min(length - done, PIECE_BYTES), DmaAccess.WRITE);
            if (status != DmaStatus.OK) {
                break;
            }
            final long piece = hostLength();
            RawMemory.fill(hostAddress(), piece, value);
            done += piece;
        }
        return ended(status, done);
    }
}
