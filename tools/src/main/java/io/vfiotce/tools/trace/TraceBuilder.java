package io.vfiotce.tools.trace;

import java.util.Objects;

/**
 * Collects records into a {@link Trace}. Set the common fields with {@link #at}, then add the record.
 *
 * <p>Every method checks its arguments and throws {@link IllegalArgumentException} for a number no recording can hold,
 * so that a trace, once built, needs no further checks. Not thread-safe; of no use after {@link #build()}.
 */
public final class TraceBuilder {
    /** Most pages one INDIRECT can map. */
    public static final int MAX_INDIRECT_PAGES = 512;

    /** Most pages of one STUFF accepted in a recording. */
    public static final int MAX_STUFF_PAGES = 1 << 20;

    /** Largest permission: read and write. */
    static final int MAX_PERM = 3;

    private TraceColumns columns = new TraceColumns();
    private long line;
    private long timeMicros;
    private int thread;
    private long liobn;

    /**
     * Sets the common fields of the records that follow.
     *
     * @param line line of the log, 0 if there is none
     * @param timeMicros microseconds since 1970, 0 if unknown
     * @param thread thread number; a new one must be the lowest not used before
     * @param liobn logical I/O bus number
     * @return this
     */
    public TraceBuilder at(final long line, final long timeMicros, final int thread, final long liobn) {
        if (line < 0 || timeMicros < 0) {
            throw new IllegalArgumentException("negative line or time");
        }
        if (thread < 0 || thread > columns.threads) {
            throw new IllegalArgumentException("thread " + thread + " is not in 0.." + columns.threads);
        }
        this.line = line;
        this.timeMicros = timeMicros;
        this.thread = thread;
        this.liobn = liobn;
        return this;
    }

    /**
     * Adds a window creation.
     *
     * @param geometry shape of the window
     */
    public void windowCreate(final WindowGeometry geometry) {
        final int i = add(TraceKind.WINDOW_CREATE, geometry.startBytes(), geometry.entries(), 0, TraceGrade.EXACT);
        columns.aux[i] = geometry.pageShift();
    }

    /**
     * Adds a window removal.
     *
     * @param geometry shape of the window
     */
    public void windowRemove(final WindowGeometry geometry) {
        final int i = add(TraceKind.WINDOW_REMOVE, geometry.startBytes(), geometry.entries(), 0, TraceGrade.EXACT);
        columns.aux[i] = geometry.pageShift();
    }

    /**
     * Adds a PUT.
     *
     * @param ioba bus address of the page in bytes
     * @param tce the TCE
     * @param status returned status
     */
    public void put(final long ioba, final long tce, final long status) {
        add(TraceKind.PUT, ioba, tce, status, TraceGrade.EXACT);
    }

    /**
     * Adds a GET.
     *
     * @param ioba bus address of the page in bytes
     * @param tce the TCE returned
     * @param status returned status
     * @param grade LOSSY if the entry's contents are not known from the recording
     */
    public void get(final long ioba, final long tce, final long status, final TraceGrade grade) {
        add(TraceKind.GET, ioba, tce, status, grade);
    }

    /**
     * Adds a STUFF.
     *
     * @param ioba bus address of the first page in bytes; of the failing page if LOSSY
     * @param tce the TCE stored
     * @param pages number of pages
     * @param status returned status
     * @param grade LOSSY if the start is not known
     */
    public void stuff(final long ioba, final long tce, final int pages, final long status, final TraceGrade grade) {
        requireCount(pages, MAX_STUFF_PAGES);
        final int i = add(TraceKind.STUFF, ioba, tce, status, grade);
        columns.aux[i] = pages;
    }

    /**
     * Adds an INDIRECT, no word of its list known yet.
     *
     * @param ioba bus address in bytes, as the guest gave it
     * @param listGpa guest physical address of the list in bytes
     * @param pages number of pages and list words
     * @param status returned status
     * @param grade see {@link #grade(int, TraceGrade)}
     * @return the record, for {@link #listWord}
     */
    public int indirect(
            final long ioba, final long listGpa, final int pages, final long status, final TraceGrade grade) {
        requireCount(pages, MAX_INDIRECT_PAGES);
        final int i = add(TraceKind.INDIRECT, ioba, listGpa, status, grade);
        columns.aux[i] = pages;
        columns.addWords(pages);
        return i;
    }

    /**
     * Adds an XLATE.
     *
     * @param offsetBytes offset inside the window
     * @param translated translated address
     * @param perm permission, bit 0 read, bit 1 write
     * @param maskBits low 32 bits of the address mask
     * @param grade LOSSY if the entry's contents are not known from the recording
     */
    public void xlate(
            final long offsetBytes, final long translated, final int perm, final int maskBits, final TraceGrade grade) {
        if (perm < 0 || perm > MAX_PERM) {
            throw new IllegalArgumentException("perm " + perm + " is not in 0..3");
        }
        final int i = add(TraceKind.XLATE, offsetBytes, translated, 0, grade);
        columns.perm[i] = (byte) perm;
        columns.aux[i] = maskBits;
    }

    /**
     * Sets a word of the list of an INDIRECT; it is known from then on.
     *
     * @param record result of {@link #indirect}
     * @param k word
     * @param tce its value
     */
    public void listWord(final int record, final int k, final long tce) {
        setWord(wordIndex(record, k), tce);
    }

    /**
     * Changes the grade of a record.
     *
     * @param record the record
     * @param grade the new grade
     */
    public void grade(final int record, final TraceGrade grade) {
        columns.grade[Objects.checkIndex(record, columns.records)] = (byte) grade.ordinal();
    }

    /**
     * Sets the totals of the source.
     *
     * @param sourceLines lines of the log
     * @param ignoredLines lines that are not events known here
     * @param droppedListEntries logged list entries whose call was never logged
     */
    public void totals(final long sourceLines, final long ignoredLines, final long droppedListEntries) {
        if (sourceLines < 0 || ignoredLines < 0 || droppedListEntries < 0) {
            throw new IllegalArgumentException("negative totals");
        }
        columns.sourceLines = sourceLines;
        columns.ignoredLines = ignoredLines;
        columns.droppedListEntries = droppedListEntries;
    }

    /**
     * Ends the building.
     *
     * @return the trace
     */
    public Trace build() {
        final TraceColumns built = columns;
        columns = null;
        built.trim();
        return new Trace(built);
    }

    /** {@return the number of records so far} */
    public int size() {
        return columns.records;
    }

    int wordIndex(final int record, final int k) {
        final int pages = columns.kind[record] == TraceKind.INDIRECT ? columns.aux[record] : 0;
        return columns.listStart[record] + Objects.checkIndex(k, pages);
    }

    void setWord(final int wordIndex, final long tce) {
        columns.listWords[wordIndex] = tce;
        columns.listKnown[wordIndex] = true;
    }

    long word(final int wordIndex) {
        return columns.listWords[wordIndex];
    }

    boolean wordKnown(final int wordIndex) {
        return columns.listKnown[wordIndex];
    }

    /** Turns RECONSTRUCTED calls that still have unknown list words into LOSSY ones. */
    void gradeLists() {
        for (int i = 0; i < columns.records; i++) {
            if (columns.kind[i] == TraceKind.INDIRECT && columns.grade[i] == TraceGrade.RECONSTRUCTED.ordinal()) {
                for (int k = 0; k < columns.aux[i]; k++) {
                    if (!columns.listKnown[columns.listStart[i] + k]) {
                        grade(i, TraceGrade.LOSSY);
                    }
                }
            }
        }
    }

    private int add(final int kind, final long ioba, final long value, final long status, final TraceGrade grade) {
        final int i = columns.addRecord();
        columns.kind[i] = (byte) kind;
        columns.grade[i] = (byte) grade.ordinal();
        columns.line[i] = line;
        columns.timeMicros[i] = timeMicros;
        columns.thread[i] = thread;
        columns.threads = Math.max(columns.threads, thread + 1);
        columns.liobn[i] = liobn;
        columns.ioba[i] = ioba;
        columns.value[i] = value;
        columns.status[i] = status;
        return i;
    }

    private static void requireCount(final int pages, final int max) {
        if (pages < 0 || pages > max) {
            throw new IllegalArgumentException("page count " + pages + " is not in 0.." + max);
        }
    }
}
