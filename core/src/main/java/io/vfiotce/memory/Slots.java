package io.vfiotce.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Arrays whose references are published one by one.
 *
 * @threads any reader; writers of one array exclude each other by a lock of theirs
 */
public final class Slots {
    private static final VarHandle ANY =
            MethodHandles.arrayElementVarHandle(Object[].class).withInvokeExactBehavior();

    static {
        // A VarHandle call site is linked, with allocation, when it first runs: do that before real mode does.
        final Object[] primer = new Object[1];
        setRelease(primer, 0, acquire(primer, 0));
    }

    private Slots() {}

    /**
     * Reads a slot.
     *
     * @param <T> type of the references
     * @param slots the array
     * @param index from 0
     * @return the reference, null if the slot is empty
     * @ordering acquire: everything written before the reference was set is visible
     */
    @SuppressWarnings("unchecked")
    public static <T> T acquire(final T[] slots, final int index) {
        return (T) (Object) ANY.getAcquire((Object[]) slots, index);
    }

    /**
     * Writes a slot.
     *
     * @param <T> type of the references
     * @param slots the array
     * @param index from 0
     * @param reference new value, may be null
     * @ordering release
     */
    public static <T> void setRelease(final T[] slots, final int index, final T reference) {
        ANY.setRelease((Object[]) slots, index, (Object) reference);
    }
}
