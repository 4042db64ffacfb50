package io.vfiotce.tools.conform;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * A file of conformance vectors, plain or gzipped, read one scenario at a time.
 *
 * <p>Every error in the file is a {@link VectorFormatException} with the number of the line. Memory is bounded by limits on
 * one scenario, whatever the file holds.
 *
 * @threads one
 */
public final class VectorFile implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int GZIP_MAGIC = 0x1F8B;

    private final CountingInputStream file;
    private final VectorParser parser;

    private VectorFile(final CountingInputStream file, final VectorParser parser) {
        this.file = file;
        this.parser = parser;
    }

    /**
     * Opens a file.
     *
     * @param path the file; whether it is gzipped is told by its first bytes, not by its name
     * @return the file before its first scenario
     * @throws VectorFormatException if it starts like a gzip file and is none
     * @throws IOException if it cannot be read
     */
    public static VectorFile open(final Path path) throws IOException {
        final CountingInputStream file = new CountingInputStream(Files.newInputStream(path));
        try {
            return new VectorFile(file, new VectorParser(new LineReader(path.toString(), text(path, file))));
        } catch (final IOException e) {
            file.close();
            throw e;
        }
    }

    private static InputStream text(final Path path, final InputStream file) throws IOException {
        final BufferedInputStream in = new BufferedInputStream(file, BUFFER_BYTES);
        in.mark(2);
        final int magic = in.read() << 8 | in.read();
        in.reset();
        if (magic != GZIP_MAGIC) {
            return in;
        }
        try {
            return new GZIPInputStream(in, BUFFER_BYTES);
        } catch (final EOFException | ZipException e) {
            throw new VectorFormatException(path.toString(), 1, "the gzip header is truncated or corrupt");
        }
    }

    /**
     * Reads the next scenario.
     *
     * @return the scenario; null after the last one
     * @throws VectorFormatException if a line is malformed or missing, or the gzip data are
     * @throws IOException if the file cannot be read
     */
    public Scenario next() throws IOException {
        return parser.next();
    }

    /** {@return bytes of the file read so far, before unpacking} */
    public long bytesRead() {
        return file.count;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    /** Counts what is read, to tell progress. */
    private static final class CountingInputStream extends FilterInputStream {
        private long count;

        private CountingInputStream(final InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            final int value = super.read();
            count += value < 0 ? 0 : 1;
            return value;
        }

        @Override
        public int read(final byte[] target, final int offset, final int length) throws IOException {
            final int bytes = super.read(target, offset, length);
            count += Math.max(0, bytes);
            return bytes;
        }
    }
}
