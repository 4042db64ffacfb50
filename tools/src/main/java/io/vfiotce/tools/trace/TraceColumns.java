package io.vfiotce.tools.trace;

import java.util.Arrays;

/**
 * The primitive arrays behind a trace, one element per record, and the words of all INDIRECT lists.
 *
 * <p>Some columns have one meaning per kind: {@code ioba} is the start of a window; {@code value} is the entry count
 * of a window; {@code aux} is the page count of INDIRECT and STUFF, the mask of XLATE, the page shift of a window.
 */
final class TraceColumns {
    /** Most records a trace may hold, about 1 GiB of columns. */
    static final int MAX_RECORDS = 1 << 24;

    /** Most INDIRECT list words a trace may hold, about 300 MiB. */
    static final int MAX_LIST_WORDS = 1 << 25;

    private static final int INITIAL_CAPACITY = 64;

    byte[] kind = new byte[INITIAL_CAPACITY];
    byte[] grade = new byte[INITIAL_CAPACITY];
    byte[] perm = new byte[INITIAL_CAPACITY];
    long[] line = new long[INITIAL_CAPACITY];
    long[] timeMicros = new long[INITIAL_CAPACITY];
    int[] thread = new int[INITIAL_CAPACITY];
    long[] liobn = new long[INITIAL_CAPACITY];
    long[] ioba = new long[INITIAL_CAPACITY];
    long[] value = new long[INITIAL_CAPACITY];
    int[] aux = new int[INITIAL_CAPACITY];
    long[] status = new long[INITIAL_CAPACITY];
    int[] listStart = new int[INITIAL_CAPACITY];
    int records;

    long[] listWords = new long[INITIAL_CAPACITY];
    boolean[] listKnown = new boolean[INITIAL_CAPACITY];
    int words;

    int threads;
    long sourceLines;
    long ignoredLines;
    long droppedListEntries;

    /** Adds a zeroed record and gives its index. */
    int addRecord() {
        if (records == MAX_RECORDS) {
            throw new IllegalArgumentException("more than " + MAX_RECORDS + " records");
        }
        if (records == kind.length) {
            resizeRecords(Math.min(MAX_RECORDS, records * 2));
        }
        listStart[records] = words;
        return records++;
    }

    /** Adds unknown list words and gives the index of the first. */
    int addWords(final int count) {
        if (count > MAX_LIST_WORDS - words) {
            throw new IllegalArgumentException("more than " + MAX_LIST_WORDS + " list words");
        }
        final int needed = words + count;
        if (needed > listWords.length) {
            resizeWords(Math.min(MAX_LIST_WORDS, Math.max(needed, listWords.length * 2)));
        }
        words = needed;
        return needed - count;
    }

    /** Cuts the arrays to what is used. */
    void trim() {
        resizeRecords(records);
        resizeWords(words);
    }

    private void resizeRecords(final int size) {
        kind = Arrays.copyOf(kind, size);
        grade = Arrays.copyOf(grade, size);
        perm = Arrays.copyOf(perm, size);
        line = Arrays.copyOf(line, size);
        timeMicros = Arrays.copyOf(timeMicros, size);
        thread = Arrays.copyOf(thread, size);
        liobn = Arrays.copyOf(liobn, size);
        ioba = Arrays.copyOf(ioba, size);
        value = Arrays.copyOf(value, size);
        aux = Arrays.copyOf(aux, size);
        status = Arrays.copyOf(status, size);
        listStart = Arrays.copyOf(listStart, size);
    }

    private void resizeWords(final int size) {
        listWords = Arrays.copyOf(listWords, size);
        listKnown = Arrays.copyOf(listKnown, size);
    }

    /** Equality of trimmed columns. */
    boolean sameAs(final TraceColumns that) {
        return sameTotals(that)
                && Arrays.equals(kind, that.kind)
                && Arrays.equals(grade, that.grade)
                && Arrays.equals(perm, that.perm)
                && Arrays.equals(line, that.line)
                && Arrays.equals(timeMicros, that.timeMicros)
                && Arrays.equals(thread, that.thread)
                && Arrays.equals(liobn, that.liobn)
                && Arrays.equals(ioba, that.ioba)
                && Arrays.equals(value, that.value)
                && Arrays.equals(aux, that.aux)
                && Arrays.equals(status, that.status)
                && Arrays.equals(listStart, that.listStart)
                && Arrays.equals(listWords, that.listWords)
                && Arrays.equals(listKnown, that.listKnown);
    }

    private boolean sameTotals(final TraceColumns that) {
        return threads == that.threads
                && sourceLines == that.sourceLines
                && ignoredLines == that.ignoredLines
                && droppedListEntries == that.droppedListEntries;
    }
}
