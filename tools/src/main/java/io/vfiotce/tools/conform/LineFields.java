package io.vfiotce.tools.conform;

/**
 * The fields of one line, separated by spaces, taken from left to right.
 *
 * @threads one
 */
final class LineFields {
    private static final int MAX_HEX_DIGITS = 16;
    private static final int MAX_DECIMAL_DIGITS = 18;
    private static final int MAX_QUOTED_CHARS = 40;

    private final String source;
    private final long lineNumber;
    private final String text;
    private int position;

    LineFields(final String source, final long lineNumber, final String text) {
        this.source = source;
        this.lineNumber = lineNumber;
        this.text = text;
        skipSpaces();
    }

    private void skipSpaces() {
        while (position < text.length() && text.charAt(position) == ' ') {
            position++;
        }
    }

    long lineNumber() {
        return lineNumber;
    }

    /** Whether all fields are taken. */
    boolean isEmpty() {
        return position == text.length();
    }

    /** Whether the next field is this one. */
    boolean startsWith(final String field) {
        final int end = position + field.length();
        return text.startsWith(field, position) && (end == text.length() || text.charAt(end) == ' ');
    }

    /** Takes a field, whatever it is. */
    String word(final String what) throws VectorFormatException {
        if (isEmpty()) {
            throw error("the line ends where " + what + " should be");
        }
        final int space = text.indexOf(' ', position);
        final int end = space < 0 ? text.length() : space;
        final String word = text.substring(position, end);
        position = end;
        skipSpaces();
        return word;
    }

    /** Takes a field that must be this one. */
    void literal(final String expected) throws VectorFormatException {
        final String word = word("'" + expected + "'");
        if (!word.equals(expected)) {
            throw error(quote(word) + " is where '" + expected + "' should be");
        }
    }

    /** Takes the rest of a field {@code key=rest}. */
    String valueOf(final String key) throws VectorFormatException {
        final String word = word("'" + key + "='");
        if (!word.startsWith(key) || word.length() == key.length() || word.charAt(key.length()) != '=') {
            throw error(quote(word) + " is where '" + key + "=' should be");
        }
        return word.substring(key.length() + 1);
    }

    /** Takes a hexadecimal number of up to 64 bits. */
    long hex(final String what) throws VectorFormatException {
        return parseHex(what, word(what));
    }

    /** Takes a field {@code key=HEX}. */
    long hexOf(final String key) throws VectorFormatException {
        return parseHex(key, valueOf(key));
    }

    /** Takes an unsigned decimal number. */
    long decimal(final String what, final long max) throws VectorFormatException {
        return parseDecimal(what, word(what), 0, max);
    }

    /** Takes a field {@code key=DECIMAL}, unsigned. */
    long decimalOf(final String key, final long max) throws VectorFormatException {
        return parseDecimal(key, valueOf(key), 0, max);
    }

    /** Takes a signed decimal status. */
    long status(final String what) throws VectorFormatException {
        return parseStatus(what, word(what));
    }

    /** Takes a field {@code key=STATUS}, signed decimal. */
    long statusOf(final String key) throws VectorFormatException {
        return parseStatus(key, valueOf(key));
    }

    private long parseStatus(final String what, final String word) throws VectorFormatException {
        return parseDecimal(what, word, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    private long parseHex(final String what, final String word) throws VectorFormatException {
        long value = 0;
        for (int i = 0; i < word.length(); i++) {
            final int digit = Character.digit(word.charAt(i), 16);
            if (digit < 0) {
                throw error(what + " " + quote(word) + " is not a hexadecimal number");
            }
            value = value << 4 | digit;
        }
        if (word.isEmpty() || word.length() > MAX_HEX_DIGITS) {
            throw error(what + " " + quote(word) + " has not 1 to " + MAX_HEX_DIGITS + " hexadecimal digits");
        }
        return value;
    }

    private long parseDecimal(final String what, final String word, final long min, final long max)
            throws VectorFormatException {
        final boolean negative = word.startsWith("-");
        final String digits = negative ? word.substring(1) : word;
        final boolean isNumber = !digits.isEmpty() && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!isNumber) {
            throw error(what + " " + quote(word) + " is not a decimal number");
        }
        final long value = digits.length() > MAX_DECIMAL_DIGITS ? Long.MAX_VALUE : Long.parseLong(digits);
        final long signed = negative ? -value : value;
        if (signed < min || signed > max) {
            throw error(what + " " + quote(word) + " is not in " + min + ".." + max);
        }
        return signed;
    }

    /** Checks that all fields are taken. */
    void end() throws VectorFormatException {
        if (!isEmpty()) {
            throw error(quote(text.substring(position)) + " is too much on the line");
        }
    }

    /** An error on this line. */
    VectorFormatException error(final String what) {
        return new VectorFormatException(source, lineNumber, what);
    }

    static String quote(final String word) {
        return "'" + (word.length() > MAX_QUOTED_CHARS ? word.substring(0, MAX_QUOTED_CHARS) + "..." : word) + "'";
    }
}
