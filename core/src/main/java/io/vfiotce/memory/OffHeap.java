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
    // The word before a block holds the address that the machine's allocator gave for it.

    /** Alignment of every block in bytes. */
    public static final int ALIGNMENT_BYTES = 128;

    // More than any machine has: keeps sums of sizes far from overflow.
    private static final long MAX_BLOCK_BYTES = 1L << 48;

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
        final long address = allocateAddress(bytes);
        return address == 0 ? null : new WordPage(address, bytes);
    }

    /**
     * Allocates a zeroed block without an object for it.
     *
     * @param bytes size, more than 0
     * @return the block's address; 0 if the limit or the machine's memory is exhausted
     */
    public long allocateAddress(final long bytes) {
        if (bytes <= 0) {
            throw new IllegalArgumentException("bytes=" + bytes + " is not positive");
        }
        if (bytes > MAX_BLOCK_BYTES) {
            return 0;
        }
        if (allocatedBytes.addAndGet(bytes) > limitBytes) {
            allocatedBytes.addAndGet(-bytes);
            return 0;
        }
        final long base;
        try {
            base = UnsafeApi.allocateMemory(bytes + Long.BYTES + ALIGNMENT_BYTES);
        } catch (final OutOfMemoryError e) {
            allocatedBytes.addAndGet(-bytes);
            return 0;
        }
        final long aligned = (base + Long.BYTES + ALIGNMENT_BYTES - 1) & -ALIGNMENT_BYTES;
        UnsafeApi.putLong(null, aligned - Long.BYTES, base);
        UnsafeApi.setMemory(aligned, bytes, (byte) 0);
        return aligned;
    }

    /**
     * Frees a block of {@link #allocateAddress}. No thread may use it any more.
     *
     * @param address the block
     * @param bytes its size
     */
    public void freeAddress(final long address, final long bytes) {
        UnsafeApi.freeMemory(UnsafeApi.getLong(null, address - Long.BYTES));
        allocatedBytes.addAndGet(-bytes);
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
     * @param page a block of this allocator; null and a freed block are ignored
     */
    public void free(final WordPage page) {
        if (page != null && page.capacity() != 0) {
            final int bytes = page.capacity();
            freeAddress(page.detach(), bytes);
        }
    }

    /** {@return bytes that the limit leaves at this moment; the machine itself may have fewer} */
    public long availableBytes() {
        return Math.max(0, limitBytes - allocatedBytes.get());
    }

    /** {@return bytes allocated now, without alignment loss} */
    public long allocatedBytes() {
        return allocatedBytes.get();
    }
}
