package io.vfiotce.tools.trace;

import java.nio.charset.StandardCharsets;

/** Reads literals and numbers of one log line from left to right. */
final class LogCursor {
    private static final int MAX_HEX_DIGITS = 16;
    private static final int SHOWN_BYTES = 24;
    private static final int RADIX_HEX = 16;

    private byte[] bytes;
    private int limit;
    private int position;
    private long line;

    /** Starts on a line. */
    void reset(final byte[] bytes, final int limit, final long line) {
        this.bytes = bytes;
        this.limit = limit;
        this.line = line;
        this.position = 0;
    }

    int position() {
        return position;
    }

    void position(final int position) {
        this.position = position;
    }

    boolean atEnd() {
        return position == limit;
    }

    /** Skips a literal if it is next. */
    boolean skip(final String literal) {
        final int size = literal.length();
        if (limit - position < size) {
            return false;
        }
        for (int i = 0; i < size; i++) {
            if (bytes[position + i] != literal.charAt(i)) {
                return false;
            }
        }
        position += size;
        return true;
    }

    void expect(final String literal) throws TraceFormatException {
        if (!skip(literal)) {
            throw error("expected '" + literal + "'");
        }
    }

    void expectEnd() throws TraceFormatException {
        if (!atEnd()) {
            throw error("expected the end of the line");
        }
    }

    /** A word up to the next blank or the end. */
    String word() {
        final int start = position;
        while (position < limit && bytes[position] != ' ') {
            position++;
        }
        return new String(bytes, start, position - start, StandardCharsets.ISO_8859_1);
    }

    /** {@code key0x…}, up to 64 bits. */
    long hex(final String key) throws TraceFormatException {
        expect(key);
        final int start = position;
        if (!skip("0x")) {
            throw error("expected a 0x hexadecimal number after '" + key + "'");
        }
        return hexDigits(key, start);
    }

    /** {@code key…} in hexadecimal with or without 0x, up to 64 bits. */
    long bareHex(final String key) throws TraceFormatException {
        expect(key);
        final int start = position;
        skip("0x");
        return hexDigits(key, start);
    }

    /** {@code key0x…}, up to 32 bits. */
    long hex32(final String key) throws TraceFormatException {
        return require32(key, hex(key));
    }

    /** {@code key…} in hexadecimal with or without 0x, up to 32 bits. */
    long bareHex32(final String key) throws TraceFormatException {
        return require32(key, bareHex(key));
    }

    private long require32(final String key, final long number) throws TraceFormatException {
        if (number >>> Integer.SIZE != 0) {
            throw error("number after '" + key + "' has more than 32 bits");
        }
        return number;
    }

    private long hexDigits(final String key, final int start) throws TraceFormatException {
        long number = 0;
        int digits = 0;
        while (position < limit) {
            final int digit = Character.digit(bytes[position], RADIX_HEX);
            if (digit < 0) {
                break;
            }
            if (++digits > MAX_HEX_DIGITS) {
                position = start;
                throw error("number after '" + key + "' has more than 64 bits");
            }
            number = number << 4 | digit;
            position++;
        }
        if (digits == 0) {
            position = start;
            throw error("expected a hexadecimal number after '" + key + "'");
        }
        return number;
    }

    /** {@code key…} in decimal, 0 to max. */
    long decimal(final String key, final long max) throws TraceFormatException {
        expect(key);
        return digits(key, max);
    }

    /** {@code key…} in decimal, with a minus sign if negative. */
    long signed(final String key) throws TraceFormatException {
        expect(key);
        return skip("-") ? -digits(key, Long.MAX_VALUE) : digits(key, Long.MAX_VALUE);
    }

    private long digits(final String key, final long max) throws TraceFormatException {
        final int start = position;
        long number = 0;
        while (position < limit && bytes[position] >= '0' && bytes[position] <= '9') {
            final int digit = bytes[position++] - '0';
            if (number > max / 10 || number * 10 > max - digit) {
                position = start;
                throw error("number after '" + key + "' is over " + max);
            }
            number = number * 10 + digit;
        }
        if (position == start) {
            throw error("expected a decimal number after '" + key + "'");
        }
        return number;
    }

    /** An error at this place of the line. */
    TraceFormatException error(final String what) {
        final StringBuilder found = new StringBuilder();
        for (int i = position; i < Math.min(limit, position + SHOWN_BYTES); i++) {
            found.append(bytes[i] >= ' ' ? (char) bytes[i] : '?');
        }
        return TraceFormatException.atLine(
                line, what + " at column " + (position + 1) + ", found " + (atEnd() ? "the end" : "'" + found + "'"));
    }
}
