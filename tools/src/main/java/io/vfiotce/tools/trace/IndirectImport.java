package io.vfiotce.tools.trace;

import java.util.BitSet;

/**
 * Imports INDIRECT calls. A log gives the index of the last entry handled and the last word read; the list itself is
 * taken from list entries where logged, and otherwise its words are learnt from the translations and GETs that follow.
 */
final class IndirectImport {
    private static final long PERM_BITS = 3;

    private final LogRecorder recorder;
    private final TraceBuilder builder;

    /** List words known from a translation only, so without the bits between permissions and page number. */
    private final BitSet translatedWords = new BitSet();

    IndirectImport(final LogRecorder recorder) {
        this.recorder = recorder;
        this.builder = recorder.builder();
    }

    /**
     * Records a call that succeeded: every page was written.
     *
     * @param list the logged list, null if none was
     */
    void addSuccess(final LogEvent event, final LogWindow window, final PendingLists.PendingList list)
            throws TraceFormatException {
        final int pages = event.index + 1;
        LogChecks.requireInside(event, window, firstEntry(event, window), pages);
        if (list != null) {
            requireList(event, window, list, pages - 1);
            if (list.size() != pages) {
                throw event.error("call of " + pages + " entries has a list of " + list.size());
            }
            addListed(event, window, list, pages, TraceGrade.EXACT);
        } else {
            addUnlisted(event, window, pages, pages, pages == 1 ? TraceGrade.EXACT : TraceGrade.RECONSTRUCTED);
        }
    }

    /**
     * Records a call that failed at some entry: those before it were written, it was read and not written.
     *
     * @param window the window, null if there is none
     * @param list the logged list, null if none was
     */
    void addFailure(final LogEvent event, final LogWindow window, final PendingLists.PendingList list)
            throws TraceFormatException {
        final boolean startsInside = window != null && window.geometry.holds(firstEntry(event, window));
        if (event.index == 0 && startsInside && list == null && event.tce == 0) {
            addUnclear(event, window);
            return;
        }
        final int written = written(event, startsInside, list);
        if (written > 0) {
            LogChecks.requireInside(event, window, window == null ? 0 : firstEntry(event, window), written);
        }
        if (list != null) {
            requireList(event, window, list, written);
            final boolean whole = list.size() > written + 1;
            addListed(event, window, list, written, whole ? TraceGrade.EXACT : TraceGrade.RECONSTRUCTED);
        } else {
            addUnlisted(event, window, written + 1, written, TraceGrade.RECONSTRUCTED);
        }
    }

    /** Pages written by a failed call. Index 0 is logged for a failure at the first page and at the second. */
    private static int written(final LogEvent event, final boolean startsInside, final PendingLists.PendingList list) {
        if (event.index > 0) {
            return event.index + 1;
        }
        return startsInside && (list == null || list.size() > 1) ? 1 : 0;
    }

    /**
     * A failed call with index 0 and last word 0 whose first page is inside the window. Either it had no pages, or it
     * failed at its second page; only the latter is impossible to tell apart if the second page is outside.
     */
    private void addUnclear(final LogEvent event, final LogWindow window) {
        final long first = firstEntry(event, window);
        if (window.geometry.holds(first + 1)) {
            recorder.at(event).indirect(event.ioba, event.listGpa, 0, event.status, TraceGrade.EXACT);
        } else {
            recorder.at(event).indirect(event.ioba, event.listGpa, 2, event.status, TraceGrade.LOSSY);
            window.shadow.set(first, ShadowTable.UNKNOWN);
        }
    }

    private void addListed(
            final LogEvent event,
            final LogWindow window,
            final PendingLists.PendingList list,
            final int written,
            final TraceGrade grade) {
        final int record = recorder.at(event).indirect(event.ioba, event.listGpa, list.size(), event.status, grade);
        for (int k = 0; k < list.size(); k++) {
            builder.listWord(record, k, list.tce(k));
            if (k < written) {
                window.shadow.set(firstEntry(event, window) + k, ShadowTable.stateOf(list.tce(k)));
            }
        }
    }

    private void addUnlisted(
            final LogEvent event, final LogWindow window, final int pages, final int written, final TraceGrade grade) {
        final int record = recorder.at(event).indirect(event.ioba, event.listGpa, pages, event.status, grade);
        builder.listWord(record, pages - 1, event.tce);
        for (int k = 0; k < written; k++) {
            final int state = k == pages - 1
                    ? ShadowTable.stateOf(event.tce)
                    : ShadowTable.FIRST_LIST_WORD + builder.wordIndex(record, k);
            window.shadow.set(firstEntry(event, window) + k, state);
        }
    }

    /** Refuses a logged list that is not the list of the call. */
    private static void requireList(
            final LogEvent event, final LogWindow window, final PendingLists.PendingList list, final int lastRead)
            throws TraceFormatException {
        if (list.liobn() != event.liobn) {
            throw event.error("list of LIOBN " + WindowGeometry.hex(list.liobn()) + " before a call on LIOBN "
                    + WindowGeometry.hex(event.liobn));
        }
        if (list.size() <= lastRead) {
            throw event.error("list of " + list.size() + " entries before a call that read " + (lastRead + 1));
        }
        if (list.tce(lastRead) != event.tce) {
            throw event.error("tceN=" + WindowGeometry.hex(event.tce) + " but list entry i=" + lastRead + " is "
                    + WindowGeometry.hex(list.tce(lastRead)));
        }
        if (window != null) {
            requireListIobas(event, window, list);
        }
    }

    private static void requireListIobas(
            final LogEvent event, final LogWindow window, final PendingLists.PendingList list)
            throws TraceFormatException {
        final long pageSizeBytes = window.geometry.pageSizeBytes();
        long due = event.ioba & -pageSizeBytes;
        for (int k = 0; k < list.size(); k++) {
            if (list.ioba(k) != due) {
                throw event.error("list entry i=" + k + " is of ioba " + WindowGeometry.hex(list.ioba(k)) + " where "
                        + WindowGeometry.hex(due) + " was due" + LogChecks.hint(event.liobn));
            }
            due += pageSizeBytes;
        }
    }

    private static long firstEntry(final LogEvent event, final LogWindow window) {
        return window.geometry.iobaToEntry(event.ioba);
    }

    /** Takes note of an entry's whole word, seen by a GET. */
    void learnWord(final int state, final long tce, final WindowGeometry geometry) {
        if (state < ShadowTable.FIRST_LIST_WORD) {
            return;
        }
        final int word = state - ShadowTable.FIRST_LIST_WORD;
        final long translatedBits = -geometry.pageSizeBytes() | PERM_BITS;
        final boolean refines = translatedWords.get(word) && ((builder.word(word) ^ tce) & translatedBits) == 0;
        if (!builder.wordKnown(word) || refines) {
            builder.setWord(word, tce);
            translatedWords.clear(word);
        }
    }

    /** Takes note of an entry's page and permissions, seen by a translation; one of another page size says nothing. */
    void learnTranslation(final int state, final LogEvent event, final WindowGeometry geometry) {
        final long offsetMask = geometry.pageSizeBytes() - 1;
        if (known(state) || event.maskBits != (int) offsetMask || (event.tce & offsetMask) != 0) {
            return;
        }
        final int word = state - ShadowTable.FIRST_LIST_WORD;
        builder.setWord(word, event.tce | event.perm);
        translatedWords.set(word);
    }

    /** Grade of a record that shows an entry: comparable only if a replay has the entry's word. */
    TraceGrade gradeOf(final int state) {
        return state != ShadowTable.UNKNOWN && known(state) ? TraceGrade.EXACT : TraceGrade.LOSSY;
    }

    /** False for a list word that is still to be learnt. */
    private boolean known(final int state) {
        return state < ShadowTable.FIRST_LIST_WORD || builder.wordKnown(state - ShadowTable.FIRST_LIST_WORD);
    }
}
