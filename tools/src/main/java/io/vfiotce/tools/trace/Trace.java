package io.vfiotce.tools.trace;

import java.util.Arrays;
import java.util.Objects;

/**
 * An immutable recording of TCE hypercalls, window events and device translations, in file order.
 *
 * <p>Records are numbered from 0 and kept in primitive columns: reading one allocates nothing. An accessor that has
 * no meaning for a record's kind gives 0 unless it says otherwise; an index out of range throws
 * {@link IndexOutOfBoundsException}. Addresses are unsigned bytes. Time stamps may go backwards between records.
 */
public final class Trace {
    private final TraceColumns columns;
    private final long[] countByKind = new long[TraceKind.COUNT];
    private final long[] countByGrade = new long[TraceGrade.COUNT];

    /** Takes over trimmed columns; the caller drops them. */
    Trace(final TraceColumns columns) {
        this.columns = columns;
        for (int i = 0; i < columns.records; i++) {
            countByKind[columns.kind[i]]++;
            countByGrade[columns.grade[i]]++;
        }
    }

    TraceColumns columns() {
        return columns;
    }

    /** {@return the number of records} */
    public int size() {
        return columns.records;
    }

    /**
     * {@return the kind of a record, a constant of {@link TraceKind}}
     *
     * @param i record
     */
    public int kind(final int i) {
        return columns.kind[i];
    }

    /**
     * {@return how much of the original event the record carries} Window events are always EXACT.
     *
     * @param i record
     */
    public TraceGrade grade(final int i) {
        return TraceGrade.ofCode(columns.grade[i]);
    }

    /**
     * {@return the line of the log the record came from, the first is 1}
     *
     * @param i record
     */
    public long line(final int i) {
        return columns.line[i];
    }

    /**
     * {@return the wall-clock time in microseconds since 1970, 0 if the log has no time stamps}
     *
     * @param i record
     */
    public long timeMicros(final int i) {
        return columns.timeMicros[i];
    }

    /**
     * {@return the thread that logged the event, numbered from 0 in order of first record}
     *
     * @param i record
     */
    public int thread(final int i) {
        return columns.thread[i];
    }

    /**
     * {@return the logical I/O bus number}
     *
     * @param i record
     */
    public long liobn(final int i) {
        return columns.liobn[i];
    }

    /**
     * {@return an address in bytes} PUT and GET: bus address of the page; STUFF: bus address of the first page (if
     * LOSSY, of the page that failed); INDIRECT: bus address as the guest gave it; XLATE: offset inside the window, as
     * logged; window events: first bus address of the window.
     *
     * @param i record
     */
    public long ioba(final int i) {
        return columns.ioba[i];
    }

    /**
     * {@return the 64-bit operand or result} PUT: the TCE; GET: the TCE returned; STUFF: the TCE stored; XLATE: the
     * translated address; INDIRECT: guest physical address of the list.
     *
     * @param i record
     */
    public long value(final int i) {
        return TraceKind.isWindow(kind(i)) ? 0 : columns.value[i];
    }

    /**
     * {@return the number of pages of an INDIRECT or STUFF; 1 for PUT and GET}
     *
     * @param i record
     */
    public int count(final int i) {
        return switch (kind(i)) {
            case TraceKind.INDIRECT, TraceKind.STUFF -> columns.aux[i];
            case TraceKind.PUT, TraceKind.GET -> 1;
            default -> 0;
        };
    }

    /**
     * {@return the status a hypercall returned, 0 is success and -4 is H_PARAMETER}
     *
     * @param i record
     */
    public long status(final int i) {
        return columns.status[i];
    }

    /**
     * {@return the permission of an XLATE: bit 0 read, bit 1 write}
     *
     * @param i record
     */
    public int perm(final int i) {
        return columns.perm[i];
    }

    /**
     * {@return the low 32 bits of the address mask of an XLATE: page size - 1, or all ones outside the window}
     *
     * @param i record
     */
    public int maskBits(final int i) {
        return kind(i) == TraceKind.XLATE ? columns.aux[i] : 0;
    }

    /**
     * {@return log2 of the page size of the window in a window event}
     *
     * @param i record
     */
    public int pageShift(final int i) {
        return TraceKind.isWindow(kind(i)) ? columns.aux[i] : 0;
    }

    /**
     * {@return the first bus address in bytes of the window in a window event}
     *
     * @param i record
     */
    public long windowStartBytes(final int i) {
        return TraceKind.isWindow(kind(i)) ? columns.ioba[i] : 0;
    }

    /**
     * {@return the number of entries of the window in a window event}
     *
     * @param i record
     */
    public long windowEntries(final int i) {
        return TraceKind.isWindow(kind(i)) ? columns.value[i] : 0;
    }

    /**
     * A word of the list of an INDIRECT. If only a translation revealed it, the bits between the permissions and the
     * page number are 0.
     *
     * @param i record
     * @param k word, below {@link #count}
     * @return the TCE; 0 if {@link #listWordKnown} is false
     * @throws IndexOutOfBoundsException if the record has no such word
     */
    public long listWord(final int i, final int k) {
        return columns.listWords[wordIndex(i, k)];
    }

    /**
     * Tells whether a word of the list of an INDIRECT is known.
     *
     * @param i record
     * @param k word, below {@link #count}
     * @return true if it is
     * @throws IndexOutOfBoundsException if the record has no such word
     */
    public boolean listWordKnown(final int i, final int k) {
        return columns.listKnown[wordIndex(i, k)];
    }

    private int wordIndex(final int i, final int k) {
        return columns.listStart[i] + Objects.checkIndex(k, kind(i) == TraceKind.INDIRECT ? columns.aux[i] : 0);
    }

    /**
     * {@return the number of records of a kind}
     *
     * @param kind constant of {@link TraceKind}
     */
    public long countOfKind(final int kind) {
        return countByKind[kind];
    }

    /**
     * {@return the number of records of a grade}
     *
     * @param grade the grade
     */
    public long countOfGrade(final TraceGrade grade) {
        return countByGrade[grade.ordinal()];
    }

    /** {@return the number of PUT, GET, INDIRECT and STUFF records} */
    public long hcalls() {
        return countByKind[TraceKind.PUT]
                + countByKind[TraceKind.GET]
                + countByKind[TraceKind.INDIRECT]
                + countByKind[TraceKind.STUFF];
    }

    /** {@return the number of threads; valid thread numbers are below it} */
    public int threads() {
        return columns.threads;
    }

    /** {@return the number of words in all INDIRECT lists, known or not} */
    public int listWords() {
        return columns.words;
    }

    /** {@return the number of lines of the log} */
    public long sourceLines() {
        return columns.sourceLines;
    }

    /** {@return the number of lines of the log that are not events this package knows} */
    public long ignoredLines() {
        return columns.ignoredLines;
    }

    /** {@return the number of logged list entries whose call was never logged} */
    public long droppedListEntries() {
        return columns.droppedListEntries;
    }

    /**
     * Equality of all records and totals.
     *
     * @param other anything
     * @return true if it is a trace with the same contents
     */
    @Override
    public boolean equals(final Object other) {
        return other instanceof Trace that && columns.sameAs(that.columns);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(columns.ioba) * 31 + Arrays.hashCode(columns.timeMicros);
    }

    @Override
    public String toString() {
        return "Trace[" + size() + " records, " + hcalls() + " hcalls]";
    }
}
