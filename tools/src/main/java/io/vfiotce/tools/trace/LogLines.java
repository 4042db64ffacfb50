package io.vfiotce.tools.trace;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Splits a log, plain or gzip, into lines of bounded length. */
final class LogLines implements AutoCloseable {
    /** Longest line accepted, in bytes. */
    static final int MAX_LINE_BYTES = 64 * 1024;

    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int GZIP_MAGIC_0 = 0x1f;
    private static final int GZIP_MAGIC_1 = 0x8b;
    private static final int ESCAPE = 0x1b;

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int bufferPosition;
    private int bufferLimit;

    private final byte[] line = new byte[MAX_LINE_BYTES];
    private int lineBytes;
    private long lineNumber;
    private boolean terminated;

    /** Takes over the stream. */
    LogLines(final InputStream source) throws IOException {
        in = sniff(source);
    }

    private static InputStream sniff(final InputStream source) throws IOException {
        final BufferedInputStream buffered = new BufferedInputStream(source, BUFFER_BYTES);
        try {
            buffered.mark(2);
            final boolean gzip = buffered.read() == GZIP_MAGIC_0 && buffered.read() == GZIP_MAGIC_1;
            buffered.reset();
            return gzip ? new GZIPInputStream(buffered, BUFFER_BYTES) : buffered;
        } catch (final EOFException | ZipException e) {
            source.close();
            throw TraceFormatException.of("gzip header is truncated or corrupt: " + e.getMessage());
        } catch (final IOException e) {
            source.close();
            throw e;
        }
    }

    /** Moves to the next line; false at the end. */
    boolean next() throws IOException {
        lineBytes = 0;
        terminated = false;
        while (bufferPosition < bufferLimit || fill()) {
            if (takeLine()) {
                terminated = true;
                lineNumber++;
                return true;
            }
        }
        if (lineBytes == 0) {
            return false;
        }
        lineNumber++;
        return true;
    }

    /** Copies up to the next line feed; true if there was one. */
    private boolean takeLine() throws TraceFormatException {
        while (bufferPosition < bufferLimit) {
            final byte b = buffer[bufferPosition++];
            if (b == '\n') {
                if (lineBytes > 0 && line[lineBytes - 1] == '\r') {
                    lineBytes--;
                }
                return true;
            }
            if (b >= 0 && b < ' ' && b != '\t' && b != '\r' && b != ESCAPE) {
                throw TraceFormatException.atLine(
                        lineNumber + 1, "binary data: byte " + WindowGeometry.hex(b) + " in a text log");
            }
            if (lineBytes == MAX_LINE_BYTES) {
                throw TraceFormatException.atLine(lineNumber + 1, "line longer than " + MAX_LINE_BYTES + " bytes");
            }
            line[lineBytes++] = b;
        }
        return false;
    }

    private boolean fill() throws IOException {
        try {
            bufferPosition = 0;
            bufferLimit = Math.max(0, in.read(buffer));
            return bufferLimit > 0;
        } catch (final EOFException | ZipException e) {
            throw TraceFormatException.atLine(
                    lineNumber, "gzip data ends or breaks after this line: " + e.getMessage());
        }
    }

    /** Bytes of the line, without line end, valid until {@link #next}. */
    byte[] bytes() {
        return line;
    }

    int lineBytes() {
        return lineBytes;
    }

    /** Number of the line, the first is 1; 0 before it. */
    long lineNumber() {
        return lineNumber;
    }

    /** Whether the line ended with a line feed. */
    boolean terminated() {
        return terminated;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
