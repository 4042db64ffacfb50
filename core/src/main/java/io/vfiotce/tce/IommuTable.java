package io.vfiotce.tce;

import io.vfiotce.memory.ChangeCount;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.memory.Words;
import io.vfiotce.papr.Tce;

/**
 * The table that the hardware walks: for each I/O page a big-endian host physical address with permission bits.
 *
 * <p>Words lie in blocks of one level each. The first block is there from the start; lower ones appear when an entry below
 * them is first mapped, installed by compare-and-set, and an absent one reads as zeros.
 *
 * <pre>
 *   entry = IOBA >>> pageShift, less offsetPages
 *
 *   root ── level n-1 ── ... ── leaf: hardware words
 * </pre>
 *
 * <p>The user-address view, which tells from where a page was mapped, is the hardware view seen from the process: a physical
 * address is a user address plus a constant, so there is nothing to store, and nothing that could disagree. It belongs to
 * tables of registered memory; others have none.
 *
 * <p><b>Lifetime.</b> References count who may reach the table: its container, the groups it is set on, the LIOBNs it is
 * attached to. {@link #die} detaches it from all LIOBNs; the last {@link #put} frees it after a grace period.
 *
 * @threads any; entries are exchanged atomically
 * @ordering levels: compare-and-set / acquire; entries: atomic exchange / acquire
 * @source Linux struct iommu_table, arch/powerpc/platforms/powernv/pci-ioda-tce.c
 */
public final class IommuTable extends TableLevels {
    private final UserProcess process;
    private final IommuTableGeometry geometry;
    private final boolean userView;
    private final long offsetPages;
    private final long sizePages;
    private final int pageShift;
    private final TableLinks links;
    private final Invalidations invalidations = new Invalidations();
    private volatile int realModePageShift;
    private int references = 1;

    /**
     * Creates a table with its first level.
     *
     * @param process the process that is charged and whose readers are waited for
     * @param geometry a valid geometry
     * @param userView whether the table has a user-address view
     * @throws OutOfMemoryError if there is no memory; nothing is left behind
     */
    public IommuTable(final UserProcess process, final IommuTableGeometry geometry, final boolean userView) {
        super(process.offHeap(), requireValid(geometry));
        this.process = process;
        this.geometry = geometry;
        this.userView = userView;
        pageShift = geometry.pageShift();
        offsetPages = geometry.offsetPages();
        sizePages = geometry.sizePages();
        links = new TableLinks(this);
        publishRealModePageShift();
    }

    private synchronized void publishRealModePageShift() {
        realModePageShift = userView && !hasInvalidation() ? pageShift : Byte.MAX_VALUE;
        changes().changed();
    }

    /** Tells vCPUs that what they remember of windows with this table is out of date. */
    ChangeCount changes() {
        return process.changes();
    }

    /** Tells devices that keep the tables of their group that this one has come or gone there. */
    public void countChange() {
        process.changes().changed();
    }

    private static IommuTableGeometry requireValid(final IommuTableGeometry geometry) {
        if (!geometry.isValid()) {
            throw new IllegalArgumentException("no table can be made for " + geometry);
        }
        return geometry;
    }

    /**
     * Whether a process's hypercalls may change the table: its own, for its regions and its readers are what the table knows.
     *
     * @param caller a process
     * @return true for the process that the table was created for
     */
    public boolean belongsTo(final UserProcess caller) {
        return process == caller;
    }

    /** {@return the table's shape} */
    public IommuTableGeometry geometry() {
        return geometry;
    }

    /** {@return log2 of the I/O page size in bytes} */
    public int pageShift() {
        return pageShift;
    }

    /** {@return number of entries} */
    public long sizePages() {
        return sizePages;
    }

    /**
     * {@return log2 of the page size that a region must have for hypercalls in real mode to map it here; 127 if they cannot
     * change this table at all, because it has no user-address view or somebody has to be told of changes}
     */
    public int realModePageShift() {
        return realModePageShift;
    }

    /** {@return whether there is a user-address view; without it hypercalls cannot map} */
    public boolean hasUserView() {
        return userView;
    }

    /** {@return the LIOBNs that the table is attached to} */
    public TableLinks links() {
        return links;
    }

    /**
     * The entry of a bus address.
     *
     * @param ioba bus address in bytes
     * @return the entry whose page holds it; -1 outside the table
     */
    public long entry(final long ioba) {
        final long entry = (ioba >>> pageShift) - offsetPages;
        return Long.compareUnsigned(entry, sizePages) < 0 ? entry : -1;
    }

    /**
     * Reads the hardware view of an entry.
     *
     * @param entry an entry of the table
     * @return host physical address with permission bits in the machine's byte order, 0 if nothing was ever mapped
     * @ordering acquire
     */
    public long hardwareTceAcquire(final long entry) {
        final long leaf = leafAddressAcquire(entry);
        return leaf == 0 ? 0 : Words.bigEndian(Words.wordAcquire(leaf, leafIndex(entry)));
    }

    /**
     * Reads the user-address view of an entry.
     *
     * @param entry an entry of the table
     * @return the user address that is mapped, 0 if nothing is or the table has no such view
     * @ordering acquire
     */
    public long userAddressAcquire(final long entry) {
        final long word = userView ? hardwareTceAcquire(entry) : 0;
        final boolean mapped = (word & Tce.PERMISSIONS) != 0;
        return mapped ? (word & ~Tce.PERMISSIONS) - process.pinnedMemory().hpaOffsetBytes() : 0;
    }

    /**
     * Whether an entry whose leaf is there has a permission.
     *
     * @param leaf result of {@link #leafAddressAcquire}, not 0
     * @param entry the entry
     * @return whether it is mapped
     * @ordering acquire
     */
    public boolean isMapped(final long leaf, final long entry) {
        return (Words.bigEndian(Words.wordAcquire(leaf, leafIndex(entry))) & Tce.PERMISSIONS) != 0;
    }

    /**
     * Replaces an entry whose leaf is there.
     *
     * @param leaf result of {@link #leafAddressAcquire}, not 0
     * @param entry the entry
     * @param tce host physical address with permission bits, 0 for none; a write permission brings a read permission
     * @return the word before, likewise
     * @ordering a full fence
     * @source Linux pnv_tce_xchg()
     */
    public long exchange(final long leaf, final long entry, final long tce) {
        return Words.bigEndian(
                Words.getAndSetWord(leaf, leafIndex(entry), Words.bigEndian(tce | (tce & Tce.WRITE) >>> 1)));
    }

    /**
     * Finds an entry with a permission, passing over absent leaves in one step each.
     *
     * @param from first entry to look at
     * @return the next entry from there on that is mapped; -1 if there is none
     * @ordering each entry is loaded with acquire; entries written meanwhile may or may not be found
     */
    public long nextMapped(final long from) {
        long entry = from;
        while (entry < sizePages) {
            final long leaf = leafAddressAcquire(entry);
            if (leaf == 0) {
                entry = afterAbsent(entry);
            } else if (isMapped(leaf, entry)) {
                return entry;
            } else {
                entry++;
            }
        }
        return -1;
    }

    /**
     * Takes a reference.
     *
     * @return false if the table is being freed already
     * @source Linux iommu_tce_table_get()
     */
    public synchronized boolean get() {
        if (references == 0) {
            return false;
        }
        references++;
        return true;
    }

    /**
     * Gives a reference back; the last one frees the table after a grace period. Its entries must be clear.
     *
     * @source Linux iommu_tce_table_put()
     */
    public synchronized void put() {
        if (references == 0) {
            throw new IllegalStateException("a reference too many was given back to " + geometry);
        }
        if (--references == 0) {
            process.reclaimer().defer(this::freeLevels);
        }
    }

    /** {@return references held now} */
    public synchronized int references() {
        return references;
    }

    /**
     * Takes the table away from the hypercalls: it leaves every LIOBN for good. After a grace period none uses it.
     */
    public void die() {
        links.die();
    }

    /**
     * Adds a listener of changes, once for each group that the table is set on. When the hypercalls that run now have ended
     * it is told of the whole table.
     *
     * @param listener whom to tell
     */
    public void addInvalidation(final TceInvalidation listener) {
        invalidations.add(listener);
        publishRealModePageShift();
        // A hypercall that runs now may change entries in real mode and tell nobody.
        process.reclaimer()
                .defer(() -> invalidations.tellIfThere(listener, offsetPages << pageShift, sizePages, pageShift));
    }

    /**
     * Removes a listener once, and tells it a last time: of the whole table.
     *
     * @param listener whom to tell no more; nothing happens if it is not there
     */
    public void removeInvalidation(final TceInvalidation listener) {
        invalidations.remove(listener, offsetPages << pageShift, sizePages, pageShift);
        publishRealModePageShift();
    }

    /** {@return whether anybody is told of changes} */
    public boolean hasInvalidation() {
        return invalidations.listeners() != null;
    }

    /** {@return calls in which a listener threw} */
    public long failedInvalidations() {
        return invalidations.failures();
    }

    /**
     * Tells every listener of changed entries, once for all of them; one that throws is counted and passed over.
     *
     * @param firstEntry first entry that changed
     * @param count number of entries; nobody is told of 0
     * @ordering a full fence between the stores of the entries and the calls
     */
    public void invalidate(final long firstEntry, final long count) {
        if (count != 0) {
            invalidations.invalidate((offsetPages + firstEntry) << pageShift, count, pageShift);
        }
    }
}
