package io.vfiotce.handoff;

import io.vfiotce.memory.WordPage;
import io.vfiotce.papr.HStatus;

/** The handler's decision about one hypercall. */
public final class HcallAnswer {
    /** Nothing is read or written. */
    public static final int EFFECT_NONE = 0;

    /** The call's TCEs are stored in entries {@code first .. first + count - 1}. */
    public static final int EFFECT_STORE = 1;

    /** Entry {@code first} is read into r4. */
    public static final int EFFECT_LOAD = 2;

    /** A window is made; the call is H_RTAS. */
    public static final int EFFECT_CREATE_WINDOW = 3;

    /** A window is removed; the call is H_RTAS. */
    public static final int EFFECT_REMOVE_WINDOW = 4;

    /** All windows of a bridge are removed and its default window is made; the call is H_RTAS. */
    public static final int EFFECT_RESET_WINDOWS = 5;

    // No effect either; the other side counts it.
    static final int EFFECT_FAILED = 6;

    /** Most results of an RTAS call that an answer has room for. */
    public static final int MAX_RESULTS = 6;

    private static final long RESULT_MASK = 0xFFFF_FFFFL;

    private final WordPage cell;

    HcallAnswer(final WordPage cell) {
        this.cell = cell;
    }

    /**
     * Ends the call without touching a window.
     *
     * @param status what the guest sees
     */
    public void end(final long status) {
        set(status, EFFECT_NONE, 0, 0, 0);
    }

    /** Ends the call with H_HARDWARE and nothing done, since the handler has thrown. */
    void fail() {
        set(HStatus.H_HARDWARE, EFFECT_FAILED, 0, 0, 0);
    }

    /**
     * Ends the call by storing its TCEs, all or the first of them.
     *
     * @param status what the guest sees
     * @param generation {@code TceTable.generation()} of the window
     * @param firstEntry first entry of the window
     * @param count how many entries, at most as many as the call names
     */
    public void store(final long status, final long generation, final long firstEntry, final long count) {
        set(status, EFFECT_STORE, generation, firstEntry, count);
    }

    /**
     * Ends a GET with success by reading an entry.
     *
     * @param generation {@code TceTable.generation()} of the window
     * @param entry entry of the window
     */
    public void load(final long generation, final long entry) {
        set(HStatus.H_SUCCESS, EFFECT_LOAD, generation, entry, 1);
    }

    /**
     * Ends an RTAS call by making a window. If it cannot be made, the first result becomes RTAS's hardware error.
     *
     * @param generation {@link BridgeLookup#generation} of the bridge's windows as they are now
     * @param liobn LIOBN that the window gets
     * @param startBytes bus address of the window in bytes
     * @param pageShift log2 of its page size in bytes
     * @param sizePages how many pages it has
     */
    public void createWindow(
            final long generation, final long liobn, final long startBytes, final int pageShift, final long sizePages) {
        set(HStatus.H_SUCCESS, EFFECT_CREATE_WINDOW, generation, startBytes, sizePages);
        setWindow(liobn, pageShift);
    }

    /**
     * Ends an RTAS call by removing a window. If it cannot be removed, the first result becomes RTAS's hardware error.
     *
     * @param generation {@link BridgeLookup#generation} of the bridge's windows as they are now
     * @param liobn LIOBN of the window
     */
    public void removeWindow(final long generation, final long liobn) {
        set(HStatus.H_SUCCESS, EFFECT_REMOVE_WINDOW, generation, 0, 0);
        setWindow(liobn, 0);
    }

    /**
     * Ends an RTAS call by leaving a bridge its default window alone, empty. If that fails, the first result becomes RTAS's
     * hardware error.
     *
     * @param generation {@link BridgeLookup#generation} of the bridge's windows as they are now
     * @param liobn LIOBN of the bridge's default window
     */
    public void resetWindows(final long generation, final long liobn) {
        set(HStatus.H_SUCCESS, EFFECT_RESET_WINDOWS, generation, 0, 0);
        setWindow(liobn, 0);
    }

    /**
     * Adds a result of an RTAS call, after one of the methods above has said how the call ends.
     *
     * @param value the result; the low 32 bits count
     * @throws IllegalStateException if there are {@value #MAX_RESULTS} already
     */
    public void addResult(final long value) {
        final int count = (int) cell.wordPlain(HandoffCellDescriptor.RESULT_COUNT);
        if (count >= MAX_RESULTS) {
            throw new IllegalStateException("an RTAS call has at most " + MAX_RESULTS + " results");
        }
        cell.setWordPlain(HandoffCellDescriptor.RESULTS + count, value & RESULT_MASK);
        cell.setWordPlain(HandoffCellDescriptor.RESULT_COUNT, count + 1);
    }

    private void set(
            final long status, final int effect, final long generation, final long firstEntry, final long count) {
        cell.setWordPlain(HandoffCellDescriptor.STATUS, status);
        cell.setWordPlain(HandoffCellDescriptor.EFFECT, effect);
        cell.setWordPlain(HandoffCellDescriptor.GENERATION, generation);
        cell.setWordPlain(HandoffCellDescriptor.FIRST_ENTRY, firstEntry);
        cell.setWordPlain(HandoffCellDescriptor.COUNT, count);
        setWindow(0, 0);
        cell.setWordPlain(HandoffCellDescriptor.RESULT_COUNT, 0);
    }

    private void setWindow(final long liobn, final int pageShift) {
        cell.setWordPlain(HandoffCellDescriptor.WINDOW_LIOBN, liobn);
        cell.setWordPlain(HandoffCellDescriptor.WINDOW_PAGE_SHIFT, pageShift);
    }
}
