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

    private void set(
            final long status, final int effect, final long generation, final long firstEntry, final long count) {
        cell.setWordPlain(HandoffCellDescriptor.STATUS, status);
        cell.setWordPlain(HandoffCellDescriptor.EFFECT, effect);
        cell.setWordPlain(HandoffCellDescriptor.GENERATION, generation);
        cell.setWordPlain(HandoffCellDescriptor.FIRST_ENTRY, firstEntry);
        cell.setWordPlain(HandoffCellDescriptor.COUNT, count);
    }
}
