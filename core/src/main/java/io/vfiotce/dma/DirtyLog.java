package io.vfiotce.dma;

import io.vfiotce.linux.Errno;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.memory.SparseBitmap;
import io.vfiotce.memory.UserProcess;

/**
 * Remembers which pages devices write, by bus address and by guest physical address, while it is on: what a live migration
 * copies again.
 *
 * <p><b>Marking.</b> A device looks for its {@link DirtyMarker} when the process's change count has moved, and keeps it until it
 * moves again; null says that the log is off. It marks before it writes, and announces no epoch between the two.
 *
 * <p><b>What is promised.</b> Every write that begins after {@link #start} has returned is marked, whenever its page was mapped;
 * one that began before is over by then. When a collection has returned, every write whose mark it took is over, so the
 * pages can be copied; a write that comes later is found by the next collection. Bits stay when a page is unmapped or mapped
 * anew, and when a window goes: a collection of just that range returns them.
 *
 * <p><b>Pages.</b> The log's pages have a size of their own, whatever the windows' are. Bits are kept by LIOBN or IOMMU group and bus
 * address, so a window that is made anew with other pages changes nothing.
 *
 * @threads {@link #start} and {@link #stop}: any but an online vCPU or device. Markers: readers that are online. Collections: any
 *     but an online vCPU or device, several at once, also a {@link DmaNotifier} that is told that pages are unmapped
 */
public final class DirtyLog {
    /** Smallest page of a log, as log2 of the bytes. */
    public static final int MIN_PAGE_SHIFT = 12;

    /** Largest page of a log, as log2 of the bytes. */
    public static final int MAX_PAGE_SHIFT = 34;

    private final UserProcess process;
    private volatile LoggedPages logged;

    /**
     * Creates a log that is off.
     *
     * @param process the process whose devices it is for
     */
    public DirtyLog(final UserProcess process) {
        this.process = process;
    }

    /** {@return whether the log is on} */
    public boolean isOn() {
        return logged != null;
    }

    /**
     * Switches the log on, with no page marked.
     *
     * @param pageShift log2 of the size of its pages in bytes
     * @throws IllegalArgumentException if no log has such pages
     * @throws IllegalStateException if it is on
     * @throws LinuxException EBUSY, and the log is off, if a vCPU or device does not end its call in time; it is named
     */
    public synchronized void start(final int pageShift) {
        if (pageShift < MIN_PAGE_SHIFT || pageShift > MAX_PAGE_SHIFT) {
            throw new IllegalArgumentException("no dirty log has pages of 2^" + pageShift + " bytes");
        }
        if (logged != null) {
            throw new IllegalStateException("the dirty log is on already");
        }
        logged = new LoggedPages(pageShift, process.offHeap());
        process.changes().changed();
        final String late = process.awaitReaders();
        if (late != null) {
            stop();
            throw new LinuxException(Errno.EBUSY, late + " is late");
        }
    }

    /** Switches the log off; what was not collected is gone. Its memory is freed after a grace period, which is not awaited. */
    public synchronized void stop() {
        final LoggedPages ended = logged;
        if (ended != null) {
            logged = null;
            process.changes().changed();
            ended.end();
            process.reclaimer().retire(ended::free);
        }
    }

    /**
     * How a device marks what it writes through a window of the guest view.
     *
     * @param liobn the window's LIOBN
     * @return the marker, null if the log is off; valid until the change count moves
     * @threads a reader that is online
     * @cost for the renewal of copies: it allocates
     */
    public DirtyMarker windowMarker(final long liobn) {
        final LoggedPages now = logged;
        return now == null ? null : now.windowMarker(liobn);
    }

    /**
     * How a device marks what it writes through the tables of an IOMMU group.
     *
     * @param groupId the group's number
     * @return as {@link #windowMarker}
     * @threads a reader that is online
     * @cost for the renewal of copies: it allocates
     */
    public DirtyMarker groupMarker(final int groupId) {
        final LoggedPages now = logged;
        return now == null ? null : now.groupMarker(groupId);
    }

    /**
     * Makes a place to collect pages in.
     *
     * @return the place, empty; close it
     * @throws IllegalStateException if the log is off
     */
    public DirtyPages newPages() {
        return new DirtyPages(requireOn().pageShift(), process.offHeap());
    }

    /**
     * Takes the marks of guest pages.
     *
     * @param gpa first guest physical address
     * @param sizeBytes length of the range, unsigned; every page that it touches counts, what would wrap around is left out
     * @param target gets them, beside what it has
     * @throws IllegalStateException if the log is off
     * @throws IllegalArgumentException if the target has pages of another size
     * @throws LinuxException EBUSY if a vCPU or device does not end its call in time; it is named. The marks are in the target
     *     nevertheless, but pages may still be written: collect again, then copy
     */
    public void collectGuest(final long gpa, final long sizeBytes, final DirtyPages target) {
        final LoggedPages now = requireOn();
        collect(now, now.guest(), gpa, sizeBytes, target);
    }

    /**
     * Takes the marks of bus pages of a window of the guest view.
     *
     * @param liobn the window's LIOBN; one that no device uses has no marks
     * @param ioba first bus address
     * @param sizeBytes as in {@link #collectGuest}
     * @param target as there
     * @throws IllegalStateException as there
     * @throws IllegalArgumentException as there
     * @throws LinuxException as there
     */
    public void collectWindow(final long liobn, final long ioba, final long sizeBytes, final DirtyPages target) {
        final LoggedPages now = requireOn();
        collect(now, now.window(liobn), ioba, sizeBytes, target);
    }

    /**
     * Takes the marks of bus pages of an IOMMU group.
     *
     * @param groupId the group's number; one that no device uses has no marks
     * @param ioba first bus address
     * @param sizeBytes as in {@link #collectGuest}
     * @param target as there
     * @throws IllegalStateException as there
     * @throws IllegalArgumentException as there
     * @throws LinuxException as there
     */
    public void collectGroup(final int groupId, final long ioba, final long sizeBytes, final DirtyPages target) {
        final LoggedPages now = requireOn();
        collect(now, now.group(groupId), ioba, sizeBytes, target);
    }

    private void collect(
            final LoggedPages now,
            final SparseBitmap source,
            final long address,
            final long sizeBytes,
            final DirtyPages target) {
        if (target.pageShift() != now.pageShift()) {
            throw new IllegalArgumentException(
                    "the log has pages of 2^" + now.pageShift() + " bytes, the target of 2^" + target.pageShift());
        }
        if (!now.take(source, address, sizeBytes, target.bits())) {
            throw off();
        }
        // No lock of the log is held: nothing that is late can keep a marking device or another collection.
        final String late = process.awaitReaders();
        if (late != null) {
            throw new LinuxException(Errno.EBUSY, late + " is late");
        }
    }

    private LoggedPages requireOn() {
        final LoggedPages now = logged;
        if (now == null) {
            throw off();
        }
        return now;
    }

    private static IllegalStateException off() {
        return new IllegalStateException("the dirty log is off");
    }
}
