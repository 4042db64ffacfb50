package io.vfiotce.memory;

import org.agrona.UnsafeApi;

/**
 * A block of {@value #WORDS} off-heap counters, written by one thread and read by any.
 *
 * @threads {@code increment} the one writer; {@link #value} any
 * @ordering opaque: a reader sees recent values, each untorn, not a consistent set
 */
public class CounterBlock {
    /** Number of counters, a power of two. */
    public static final int WORDS = 64;

    private final OffHeap offHeap;
    private final WordPage page;
    private final long address;
    private long[] lastValues;

    /**
     * Creates counters at zero.
     *
     * @param offHeap where they are kept
     * @throws OutOfMemoryError if there is no memory for them
     */
    protected CounterBlock(final OffHeap offHeap) {
        this.offHeap = offHeap;
        page = offHeap.allocateOrThrow(WORDS * Long.BYTES, "a block of counters");
        address = page.addressOffset();
    }

    /**
     * Adds 1 to a counter.
     *
     * @param index counter number from 0 to {@value #WORDS} - 1
     */
    protected final void increment(final int index) {
        increment(address, index);
    }

    /**
     * Adds 1 to a counter, for a writer that keeps the address: the start of every hypercall. The index is masked to the
     * block, not checked.
     *
     * @param address {@link #address} of the block, which is not freed
     * @param index counter number from 0 to {@value #WORDS} - 1
     */
    public static void increment(final long address, final int index) {
        final long word = address + ((long) (index & (WORDS - 1)) << 3);
        UnsafeApi.putLongOpaque(null, word, UnsafeApi.getLong(null, word) + 1);
    }

    /** {@return where counter 0 lies} */
    public final long address() {
        return address;
    }

    /**
     * Reads a counter; takes a lock that the writer never takes.
     *
     * @param index counter number
     * @return some recent value
     */
    protected final synchronized long value(final int index) {
        return lastValues != null ? lastValues[index] : page.wordOpaque(index);
    }

    /** Frees the block; no thread may count any more. The last values stay readable. */
    public final synchronized void free() {
        if (lastValues == null) {
            final long[] values = new long[WORDS];
            for (int i = 0; i < WORDS; i++) {
                values[i] = page.wordOpaque(i);
            }
            lastValues = values;
            offHeap.free(page);
        }
    }
}
