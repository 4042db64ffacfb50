package io.vfiotce.memory;

import java.util.concurrent.atomic.AtomicLong;
import org.agrona.UnsafeApi;

/**
 * Allocates and frees off-heap memory, and keeps count of it against a limit.
 *
 * <p>Blocks are zeroed and aligned to {@value #ALIGNMENT_BYTES} bytes, two cache lines, so that blocks of different
 * writers never share a line or a prefetched pair of lines.
 *
 * @threads any; the count is atomic. Never called in real mode
 */
public final class OffHeap {
    /** Alignment of every block in bytes. */
    public static final int ALIGNMENT_BYTES = 128;

    private final long limitBytes;
    private final AtomicLong allocatedBytes = new AtomicLong();

    /**
     * Creates an allocator.
     *
     * @param limitBytes most bytes that may be allocated at once
     * @throws IllegalStateException if the JVM lacks Agrona's flag
     */
    public OffHeap(final long limitBytes) {
        AgronaAccess.require();
        this.limitBytes = limitBytes;
    }

    /**
     * Allocates a zeroed block.
     *
     * @param bytes size, a positive multiple of 8
     * @return the block's page of words; null if the limit or the machine's memory is exhausted
     */
    public WordPage allocate(final int bytes) {
        if (bytes <= 0 || bytes % Long.BYTES != 0) {
            throw new IllegalArgumentException("bytes=" + bytes + " is not a positive multiple of 8");
        }
        if (allocatedBytes.addAndGet(bytes) > limitBytes) {
            allocatedBytes.addAndGet(-bytes);
            return null;
        }
        final long base;
        try {
            base = UnsafeApi.allocateMemory((long) bytes + ALIGNMENT_BYTES);
        } catch (final OutOfMemoryError e) {
            allocatedBytes.addAndGet(-bytes);
            return null;
        }
        final long aligned = (base + ALIGNMENT_BYTES - 1) & -ALIGNMENT_BYTES;
        UnsafeApi.setMemory(aligned, bytes, (byte) 0);
        return new WordPage(base, aligned, bytes);
    }

    /**
     * Allocates a zeroed block that nothing can go on without.
     *
     * @param bytes size, a positive multiple of 8
     * @param purpose what it is for, for the message
     * @return the block's page of words
     * @throws OutOfMemoryError if there is no memory
     */
    public WordPage allocateOrThrow(final int bytes, final String purpose) {
        final WordPage page = allocate(bytes);
        if (page == null) {
            throw new OutOfMemoryError("no off-heap memory for " + purpose);
        }
        return page;
    }

    /**
     * Frees a block. No thread may use it any more: shared blocks go through {@link Reclaimer} first.
     *
     * @param page a block of this allocator; null is ignored
     */
    public void free(final WordPage page) {
        if (page != null) {
            final int bytes = page.capacity();
            UnsafeApi.freeMemory(page.detach());
            allocatedBytes.addAndGet(-bytes);
        }
    }

    /** {@return bytes allocated now, without alignment loss} */
    public long allocatedBytes() {
        return allocatedBytes.get();
    }
}
