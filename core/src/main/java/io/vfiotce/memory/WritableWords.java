package io.vfiotce.memory;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import org.agrona.UnsafeApi;

/**
 * A file that this process alone writes, mapped to be written, and read by another process.
 *
 * <p>A store into a file that was cut short is lost, and reported as {@link MappedWords} says.
 *
 * @threads each word one writer
 * @cost no allocation but by {@link #mapWritable}
 */
public final class WritableWords extends MappedWords {
    private WritableWords(final MappedByteBuffer buffer) {
        super(buffer);
    }

    /**
     * Maps a file to be written.
     *
     * @param file open for reading and writing; may be closed afterwards
     * @param bytes size of the file
     * @return its words
     * @throws IOException if it cannot be mapped
     */
    public static WritableWords mapWritable(final FileChannel file, final long bytes) throws IOException {
        return new WritableWords(file.map(FileChannel.MapMode.READ_WRITE, 0, bytes));
    }

    /**
     * Writes a word that a later release store publishes.
     *
     * @param index word index from 0
     * @param word new value
     * @ordering plain
     */
    public void setWordPlain(final int index, final long word) {
        words.putLong(index << 3, word);
    }

    /**
     * Writes a word.
     *
     * @param index word index from 0
     * @param word new value
     * @ordering release
     */
    public void setWordRelease(final int index, final long word) {
        words.putLongRelease(index << 3, word);
    }

    /**
     * Writes a word that says that the words written afterwards do not count for now.
     *
     * @param index word index from 0
     * @param word new value
     * @ordering release, and a store fence after it: no later store is seen before this one
     */
    public void setWordFirst(final int index, final long word) {
        words.putLongRelease(index << 3, word);
        UnsafeApi.storeFence();
    }

    /**
     * Copies words of a private page.
     *
     * @param firstIndex first word written
     * @param source page to read
     * @param sourceIndex first word read
     * @param count how many words
     * @ordering plain
     */
    public void store(final int firstIndex, final WordPage source, final int sourceIndex, final int count) {
        for (int i = 0; i < count; i++) {
            words.putLong(firstIndex + i << 3, source.wordPlain(sourceIndex + i));
        }
    }
}
