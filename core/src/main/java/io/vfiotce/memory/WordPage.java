package io.vfiotce.memory;

import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A block of off-heap 64-bit words, each read and written by a method that names its ordering.
 *
 * <p>An Agrona buffer with word indexes: bounds are checked, and a freed page has no bytes, so a use after free is an
 * exception of a test build and not a wild store. Words are in the machine's byte order.
 *
 * @threads as the owner says; every word access is atomic
 * @cost no allocation
 */
public final class WordPage extends UnsafeBuffer {
    // Below this many words a loop of stores is faster than the call into the runtime's fill routine (measured).
    private static final int FILL_CALL_MIN_WORDS = 64;

    WordPage(final long address, final int bytes) {
        super(address, bytes);
    }

    /**
     * Reads a word.
     *
     * @param index word index from 0
     * @return the word
     * @ordering acquire: pairs with {@link #setWordRelease} and the fills
     */
    public long wordAcquire(final int index) {
        return getLongAcquire(index << 3);
    }

    /**
     * Writes a word.
     *
     * @param index word index from 0
     * @param word new value
     * @ordering release
     */
    public void setWordRelease(final int index, final long word) {
        putLongRelease(index << 3, word);
    }

    /**
     * Reads a word of a page that only this thread writes.
     *
     * @param index word index from 0
     * @return the word
     * @ordering plain
     */
    public long wordPlain(final int index) {
        return getLong(index << 3);
    }

    /**
     * Writes a word of a page that only this thread uses.
     *
     * @param index word index from 0
     * @param word new value
     * @ordering plain
     */
    public void setWordPlain(final int index, final long word) {
        putLong(index << 3, word);
    }

    /**
     * Reads a counter that another thread writes.
     *
     * @param index word index from 0
     * @return some recent value
     * @ordering opaque
     */
    public long wordOpaque(final int index) {
        return getLongOpaque(index << 3);
    }

    /**
     * Writes one value to consecutive words, each atomically.
     *
     * @param firstIndex first word
     * @param count how many words, not negative
     * @param word the value
     * @ordering release: a release fence, then opaque or stronger stores
     */
    public void fillRelease(final int firstIndex, final int count, final long word) {
        if (word == 0 && count >= FILL_CALL_MIN_WORDS) {
            // The runtime fills 8-byte aligned ranges by whole words; storeFence orders them after what came before.
            UnsafeApi.storeFence();
            setMemory(firstIndex << 3, count << 3, (byte) 0);
        } else {
            final int end = firstIndex + count;
            for (int i = firstIndex; i < end; i++) {
                putLongRelease(i << 3, word);
            }
        }
    }

    /**
     * Copies words from a page of this thread's own, each stored atomically.
     *
     * @param firstIndex first word written
     * @param source private page to read
     * @param sourceIndex first word read
     * @param count how many words
     * @ordering plain loads, release stores, in ascending order
     */
    public void storeRelease(final int firstIndex, final WordPage source, final int sourceIndex, final int count) {
        // Both ranges are checked once, then walked by address.
        final long to = addressOfWords(firstIndex + count) + ((long) firstIndex << 3);
        final long from = source.addressOfWords(sourceIndex + count) + ((long) sourceIndex << 3);
        for (int i = 0; i < count; i++) {
            UnsafeApi.putLongRelease(null, to + ((long) i << 3), UnsafeApi.getLong(null, from + ((long) i << 3)));
        }
    }

    /** The address of word 0, once it is known that there are so many words. */
    long addressOfWords(final int count) {
        boundsCheck(0, count << 3);
        return addressOffset();
    }

    /** Forgets the memory and returns the address to free; every later access is out of bounds. */
    long detach() {
        final long address = addressOffset();
        wrap(0, 0);
        return address;
    }
}
