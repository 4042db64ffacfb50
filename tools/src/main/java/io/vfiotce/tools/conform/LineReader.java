package io.vfiotce.tools.conform;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.ZipException;

/**
 * Lines of printable ASCII out of a stream, of bounded length.
 *
 * @threads one
 */
final class LineReader {
    // The longest legal line, an indirect call with 512 words of 16 digits, has about 8800 characters.
    static final int MAX_LINE_CHARS = 16 * 1024;

    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int END = -1;

    private final String source;
    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final char[] line = new char[MAX_LINE_CHARS];
    private int next;
    private int filled;
    private long lineNumber;

    /**
     * Creates a reader.
     *
     * @param source name for messages
     * @param in the text, not gzipped; the caller closes it
     */
    LineReader(final String source, final InputStream in) {
        this.source = source;
        this.in = in;
    }

    String source() {
        return source;
    }

    /** Number of the line that was read last. */
    long lineNumber() {
        return lineNumber;
    }

    /**
     * Reads a line.
     *
     * @return the line without its end; null at the end of the file
     */
    String readLine() throws IOException {
        lineNumber++;
        int length = 0;
        int character = read();
        if (character == END) {
            return null;
        }
        while (character != '\n' && character != END) {
            if (character < ' ' || character > '~') {
                throw error("byte 0x" + Integer.toHexString(character) + " in column " + (length + 1)
                        + " is not printable ASCII; this is no vector file");
            }
            if (length == MAX_LINE_CHARS) {
                throw error("the line is longer than " + MAX_LINE_CHARS + " characters; this is no vector file");
            }
            line[length++] = (char) character;
            character = read();
        }
        return new String(line, 0, length);
    }

    private int read() throws IOException {
        if (next == filled) {
            fill();
            if (filled == END) {
                filled = 0;
                next = 0;
                return END;
            }
        }
        return buffer[next++] & 0xFF;
    }

    private void fill() throws IOException {
        next = 0;
        try {
            filled = in.read(buffer);
        } catch (final EOFException e) {
            throw error("the gzip data end too early; the file is truncated");
        } catch (final ZipException e) {
            throw error("the gzip data are corrupt (" + e.getMessage() + ")");
        }
    }

    VectorFormatException error(final String what) {
        return new VectorFormatException(source, lineNumber, what);
    }
}
