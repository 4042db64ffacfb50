package io.vfiotce.handoff;

import io.vfiotce.memory.MappedWords;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * The header of one of the two files, checked: magic, version, sizes that fit each other and the file, checksum.
 *
 * @param words the whole file
 * @param cells number of cells
 * @param records number of records; 0 for a response file
 * @param epoch epoch of the owner
 */
record FileHeader(MappedWords words, int cells, int records, long epoch) {
    private static final int MIN_BYTES = 4096;

    static FileHeader ofRequest(final Path file, final FileChannel channel) throws IOException {
        final MappedWords words = map(file, channel, RequestFileDescriptor.MAGIC, RequestFileDescriptor.VERSION);
        final long cells = words.wordPlain(RequestFileDescriptor.CELLS);
        final long records = words.wordPlain(RequestFileDescriptor.RECORDS);
        final boolean isPossible = cells >= 1
                && cells <= RequestFileDescriptor.MAX_CELLS
                && records >= 1
                && records <= RequestFileDescriptor.MAX_RECORDS;
        final long bytes = isPossible ? RequestFileDescriptor.sizeBytes((int) cells, (int) records) : -1;
        require(file, channel, bytes, words, RequestFileDescriptor.HEADER_CHECKSUM);
        return new FileHeader(words, (int) cells, (int) records, words.wordPlain(RequestFileDescriptor.EPOCH));
    }

    static FileHeader ofResponse(final Path file, final FileChannel channel) throws IOException {
        final MappedWords words = map(file, channel, ResponseFileDescriptor.MAGIC, ResponseFileDescriptor.VERSION);
        final long cells = words.wordPlain(ResponseFileDescriptor.CELLS);
        final boolean isPossible = cells >= 1 && cells <= RequestFileDescriptor.MAX_CELLS;
        final long bytes = isPossible ? ResponseFileDescriptor.sizeBytes((int) cells) : -1;
        require(file, channel, bytes, words, ResponseFileDescriptor.HEADER_CHECKSUM);
        return new FileHeader(words, (int) cells, 0, words.wordPlain(ResponseFileDescriptor.EPOCH));
    }

    private static MappedWords map(final Path file, final FileChannel channel, final long magic, final long version)
            throws IOException {
        final long bytes = channel.size();
        if (bytes < MIN_BYTES || bytes > Integer.MAX_VALUE) {
            throw refused(file, "it has " + bytes + " bytes");
        }
        final MappedWords words = MappedWords.map(channel, bytes);
        if (words.wordPlain(0) != magic) {
            throw refused(file, "it is no file of a hand-off");
        }
        if (words.wordPlain(1) != version) {
            throw refused(file, "its version is " + words.wordPlain(1) + ", not " + version);
        }
        return words;
    }

    private static void require(
            final Path file,
            final FileChannel channel,
            final long bytes,
            final MappedWords words,
            final int checksumWord)
            throws IOException {
        // Size and version stand in the same words of both files.
        if (channel.size() != bytes || words.wordPlain(RequestFileDescriptor.SIZE_BYTES) != bytes) {
            throw refused(file, "it has " + channel.size() + " bytes, which its header does not say");
        }
        if (words.wordPlain(checksumWord) != OwnedFiles.checksum(words, checksumWord)) {
            throw refused(file, "the checksum of its header is wrong");
        }
        MappedWords.settle();
    }

    static HandoffRefusedException refused(final Path file, final String reason) {
        return new HandoffRefusedException("file " + file + " is refused: " + reason);
    }
}
