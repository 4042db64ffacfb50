package io.vfiotce.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A fixed array of references that are published one by one.
 *
 * @param <T> type of the references
 * @threads any reader; writers exclude each other by a lock of theirs
 */
public final class Slots<T> {
    private static final VarHandle SLOT =
            MethodHandles.arrayElementVarHandle(Object[].class).withInvokeExactBehavior();

    static {
        // A VarHandle call site is linked, with allocation, when it first runs: do that before real mode does.
        final Slots<Object> primer = new Slots<>(1);
        primer.setRelease(0, primer.acquire(0));
    }

    private final Object[] slots;

    /**
     * Creates slots that are all empty.
     *
     * @param count how many
     */
    public Slots(final int count) {
        slots = new Object[count];
    }

    /** {@return how many slots there are} */
    public int count() {
        return slots.length;
    }

    /**
     * Reads a slot.
     *
     * @param index from 0
     * @return the reference, null if the slot is empty
     * @ordering acquire: everything written before the reference was set is visible
     */
    @SuppressWarnings("unchecked")
    public T acquire(final int index) {
        return (T) (Object) SLOT.getAcquire(slots, index);
    }

    /**
     * Writes a slot.
     *
     * @param index from 0
     * @param reference new value, may be null
     * @ordering release
     */
    public void setRelease(final int index, final T reference) {
        SLOT.setRelease(slots, index, (Object) reference);
    }
}
