package io.vfiotce.memory;

import io.vfiotce.linux.Errno;
import io.vfiotce.linux.LinuxException;

/**
 * The guest physical address space of one VM: a set of memslots that is swapped whole.
 *
 * @threads any; changes are synchronized
 * @ordering the snapshot is published by a volatile store and read by a volatile load
 */
public final class GuestAddressSpace {
    private final int hostPageShift;
    private final ChangeCount changes;
    private volatile Memslots memslots = Memslots.EMPTY;

    /**
     * Creates an empty address space.
     *
     * @param hostPageShift log2 of the host page size in bytes, the granularity of memslots
     * @param changes counts what vCPUs keep copies of
     */
    public GuestAddressSpace(final int hostPageShift, final ChangeCount changes) {
        this.hostPageShift = hostPageShift;
        this.changes = changes;
    }

    /** {@return the slots of this moment} */
    public Memslots memslotsAcquire() {
        return memslots;
    }

    /**
     * Adds a slot.
     *
     * @param slot aligned to host pages
     * @throws LinuxException EINVAL if it is not aligned, EEXIST if it overlaps another slot
     */
    public synchronized void add(final Memslot slot) {
        final long mask = (1L << hostPageShift) - 1;
        if (((slot.gpa() | slot.sizeBytes() | slot.ua()) & mask) != 0) {
            throw new LinuxException(
                    Errno.EINVAL,
                    "memslot gpa=0x" + Long.toHexString(slot.gpa()) + " sizeBytes=" + slot.sizeBytes() + " ua=0x"
                            + Long.toHexString(slot.ua()) + " is not aligned to host pages");
        }
        final Memslots next = memslots.with(slot);
        if (next == null) {
            throw new LinuxException(
                    Errno.EEXIST, "memslot gpa=0x" + Long.toHexString(slot.gpa()) + " overlaps another");
        }
        memslots = next;
        changes.changed();
    }

    /**
     * Removes a slot. Its memory may be given back after a grace period, not before.
     *
     * @param gpa where it starts
     * @throws LinuxException EINVAL if no slot starts there
     */
    public synchronized void remove(final long gpa) {
        final Memslots next = memslots.without(gpa);
        if (next == null) {
            throw new LinuxException(Errno.EINVAL, "no memslot starts at gpa=0x" + Long.toHexString(gpa));
        }
        memslots = next;
        changes.changed();
    }
}
