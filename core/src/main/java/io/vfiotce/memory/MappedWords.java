package io.vfiotce.memory;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A file that another process writes, mapped to be read: 64-bit words, each read by a method that names its ordering.
 *
 * <p>The other process may cut the file short at any time. A load then gives garbage, and the JVM throws an {@link
 * InternalError} some time later, at the latest in {@link #settle}. So what is read counts only once a checksum has been verified
 * and {@link #settle} has returned. There is no atomic exchange here on purpose: on such memory it would end the JVM.
 *
 * <p>A mapping lives as long as this object and is never undone before, so no reader can meet memory that is gone.
 *
 * @threads any
 * @cost no allocation but by {@link #map}
 */
public class MappedWords {
    // Not constants: the JVM is to call its runtime for them.
    private static volatile int rows;
    private static volatile byte[][] made;

    final UnsafeBuffer words;

    MappedWords(final MappedByteBuffer buffer) {
        words = new UnsafeBuffer(buffer);
    }

    /**
     * Maps a file to be read.
     *
     * @param file open for reading; may be closed afterwards
     * @param bytes size of the file
     * @return its words
     * @throws IOException if it cannot be mapped
     */
    public static MappedWords map(final FileChannel file, final long bytes) throws IOException {
        return new MappedWords(file.map(FileChannel.MapMode.READ_ONLY, 0, bytes));
    }

    /**
     * Reads a word.
     *
     * @param index word index from 0
     * @return the word
     * @ordering plain
     */
    public final long wordPlain(final int index) {
        return words.getLong(index << 3);
    }

    /**
     * Reads a word.
     *
     * @param index word index from 0
     * @return the word
     * @ordering acquire: pairs with {@link WritableWords#setWordRelease} of the other process
     */
    public final long wordAcquire(final int index) {
        return words.getLongAcquire(index << 3);
    }

    /**
     * Copies words to a private page.
     *
     * @param firstIndex first word read
     * @param target page to write
     * @param targetIndex first word written
     * @param count how many words
     * @ordering plain loads; an acquire fence follows them, so that a word that is read again afterwards tells if they changed
     */
    public final void copy(final int firstIndex, final WordPage target, final int targetIndex, final int count) {
        for (int i = 0; i < count; i++) {
            target.setWordPlain(targetIndex + i, words.getLong(firstIndex + i << 3));
        }
        UnsafeApi.loadFence();
    }

    /**
     * Copies a word to a private page if it can be read; if the file ends before it, the page keeps what it has. So the page tells, and
     * what a failed load gives does not: that is whatever the register held.
     *
     * @param index word read
     * @param target page to write
     * @param targetIndex word written
     * @ordering plain, after all earlier loads of this thread
     */
    public final void copyIfThere(final int index, final WordPage target, final int targetIndex) {
        UnsafeApi.loadFence();
        words.getBytes(index << 3, target, targetIndex << 3, Long.BYTES);
    }

    /**
     * Lets an error of an earlier access to a file that was cut short come up now and not later. The JVM looks for one when its
     * runtime returns to Java, which a call of a native method is not; making an array of arrays is.
     *
     * @throws InternalError if an access of this thread has failed
     * @cost one call of the JVM's runtime, one empty array
     */
    public static void settle() {
        made = new byte[rows][rows];
    }
}
