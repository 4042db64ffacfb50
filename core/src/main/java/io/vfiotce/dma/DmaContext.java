package io.vfiotce.dma;

import io.vfiotce.memory.QuiescentReader;
import io.vfiotce.memory.RawMemory;
import io.vfiotce.memory.TranslationHints;
import java.lang.ref.Reference;
import java.nio.ByteOrder;
import org.agrona.MutableDirectBuffer;

/**
 * One device's way to the guest's memory: every access goes through its windows, as they are when it starts.
 *
 * <p><b>What an access may see.</b> No access that starts after a hypercall or ioctl has returned that unmapped a page, took
 * the device from its windows, or removed a window or guest memory reaches what was there before; "after" is as the embedder's
 * threads see it, for example by a doorbell. An access that had translated by then may finish that page, and its memory is not
 * freed before it has: a device is waited for like a vCPU. An access of many pages starts anew with each, and may do so at every
 * 4 KiB; 8 bytes that are aligned are never torn. The translation itself takes no lock, allocates nothing, throws nothing and
 * waits for nobody.
 *
 * <p><b>Between accesses</b> the device's thread should not stay away for long, for freeing waits for it: before it blocks it
 * goes {@link #offline}, and one that only polls calls {@link #end} now and then. The first access goes online by itself.
 *
 * <p><b>Translations kept.</b> {@link #translate} and {@link #scatter} give addresses of this process. They are valid until {@link
 * #end} if {@link #begin} was called before, whatever is accessed in between; else until the next call of any method here. Used
 * longer they may point to memory that was freed. The next {@code translate} after a page was unmapped says so, {@code begin} or
 * not.
 *
 * @threads the device's, one thread at a time; {@link #faults} one other
 */
public final class DmaContext extends DmaTransfers implements AutoCloseable {
    private static final int SEGMENT_SHIFT = 4;

    private final DmaSpace space;
    private long segments;

    DmaContext(
            final DmaSpace space,
            final DmaView view,
            final QuiescentReader reader,
            final TranslationHints hints,
            final DmaFaults faults,
            final ByteOrder byteOrder) {
        super(space, view, reader, hints, faults, byteOrder);
        this.space = space;
    }

    /** {@return the name that messages call the device by} */
    public String name() {
        return readerName();
    }

    /**
     * Goes online if the device is not: freeing of memory waits for it from now on. The first access does it too.
     *
     * @throws IllegalStateException if the context is closed
     */
    public void online() {
        goOnline();
    }

    /** Goes offline: nothing waits for the device until its next access. Ends what {@link #begin} began. */
    public void offline() {
        goOffline();
    }

    /** Keeps addresses of translations valid until {@link #end}; a second time does nothing more. */
    public void begin() {
        hold();
    }

    /**
     * Ends what {@link #begin} began: addresses of translations are not used any more.
     *
     * @cost one load, if nothing was freed meanwhile
     */
    public void end() {
        releaseAll();
    }

    /**
     * Translates a bus address.
     *
     * @param ioba bus address
     * @param length how many bytes are wanted from there on, at least 1
     * @param access what for, of {@link DmaAccess}; anything else is refused, as PERMISSION
     * @return {@link DmaStatus}; if OK, {@link #address} and {@link #lengthBytes} say where the first of the bytes lie
     */
    public int translate(final long ioba, final long length, final int access) {
        return locate(ioba, length, access);
    }

    /** {@return where the last translation led, an address of this process; 0 if it was refused} */
    public long address() {
        return hostAddress();
    }

    /**
     * {@return how many of the wanted bytes lie together at {@link #address}: at most to the end of the window's page or of the
     *     guest's memory slot; 0 if the translation was refused}
     */
    public long lengthBytes() {
        return hostLength();
    }

    /**
     * Translates a range into segments, each two words: an address of this process and a length in bytes. What lies together in
     * memory is one segment. {@link #segments} says how many there are.
     *
     * @param ioba bus address
     * @param length how many bytes; 0 or less has no segment
     * @param access what for, of {@link DmaAccess}
     * @param targetAddress address in this process that gets the segments, a multiple of 8
     * @param capacity for how many there is room
     * @return {@link DmaStatus}; TOO_SMALL if there is no room for all, and then {@link #segments} is how many there are and
     *     nothing is written. Only if mappings change meanwhile may a status other than OK leave part of the segments there
     */
    public int scatter(
            final long ioba, final long length, final int access, final long targetAddress, final int capacity) {
        return scatter(ioba, length, access, null, targetAddress, capacity);
    }

    /**
     * As {@link #scatter(long, long, int, long, int)}, into a buffer.
     *
     * @param ioba bus address
     * @param length how many bytes
     * @param access what for
     * @param target gets the segments from index 0, in the machine's byte order; its capacity says for how many there is room
     * @return {@link DmaStatus}
     */
    public int scatter(final long ioba, final long length, final int access, final MutableDirectBuffer target) {
        final int capacity = RawMemory.capacity(target) >>> SEGMENT_SHIFT;
        final byte[] array = RawMemory.array(target);
        final long offset = RawMemory.offset(target, 0, capacity << SEGMENT_SHIFT);
        final int status = scatter(ioba, length, access, array, offset, capacity);
        Reference.reachabilityFence(target);
        return status;
    }

    private int scatter(
            final long ioba,
            final long length,
            final int access,
            final Object base,
            final long offset,
            final int capacity) {
        final boolean wasHeld = hold();
        try {
            // Counted first, so that an array which is too small stays as it is.
            int status = segments(ioba, length, access, null, 0, 0);
            if (status == DmaStatus.OK && segments <= capacity) {
                status = segments(ioba, length, access, base, offset, capacity);
            }
            return status == DmaStatus.OK && segments > capacity ? DmaStatus.TOO_SMALL : status;
        } finally {
            release(wasHeld);
        }
    }

    private int segments(
            final long ioba,
            final long length,
            final int access,
            final Object base,
            final long offset,
            final int capacity) {
        long count = 0;
        long start = 0;
        long size = 0;
        long done = 0;
        segments = 0;
        while (done < length) {
            final int status = locate(ioba + done, length - done, access);
            if (status != DmaStatus.OK) {
                return status;
            }
            if (size == 0 || hostAddress() != start + size) {
                start = hostAddress();
                size = 0;
                count++;
            }
            size += hostLength();
            done += hostLength();
            if (count <= capacity) {
                final long segment = offset + (count - 1 << SEGMENT_SHIFT);
                RawMemory.setWord(base, segment, start);
                RawMemory.setWord(base, segment + Long.BYTES, size);
            }
        }
        segments = count;
        return DmaStatus.OK;
    }

    /** {@return how many segments the last {@link #scatter} found; 0 if the range was refused} */
    public long segments() {
        return segments;
    }

    /** {@return the accesses that were refused} */
    public DmaFaults faults() {
        return faultRing();
    }

    /**
     * {@return how many translations found no hint and walked a table}
     *
     * @threads the device's own
     */
    public long walks() {
        return walkCount();
    }

    /** Frees the context; its thread must be outside every method. A second time does nothing. */
    @Override
    public void close() {
        if (closeReader()) {
            freeTranslation();
            space.contextClosed(this);
        }
    }
}
