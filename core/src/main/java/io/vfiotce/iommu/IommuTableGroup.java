package io.vfiotce.iommu;

import io.vfiotce.linux.Errno;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.memory.Slots;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.tce.IommuTableGeometry;
import io.vfiotce.tce.TceInvalidation;
import java.util.Set;

/**
 * The DMA windows of an IOMMU group on a TCE platform: two slots for tables, and what the platform can do with them.
 *
 * <p>What a subclass overrides is called with locks held: the container's, {@link Ioda2TableGroup#mapWindow} with the group's own
 * as well, and while a group comes or goes those of VFIO. So it must not call VFIO, KVM or
 * {@link io.vfiotce.memory.PinnedMemory}, nor take a lock that anybody holds while calling the library.
 *
 * @threads any; changes of slots and listener are guarded by the group's monitor, devices read the slots without it
 * @source Linux struct iommu_table_group
 */
public abstract class IommuTableGroup {
    /** Most windows of a group. */
    public static final int MAX_TABLES = 2;

    private final IommuTable[] tables = new IommuTable[MAX_TABLES];
    private TceInvalidation invalidation;
    private volatile EehPe eehPe;

    /** Creates a group without windows. */
    protected IommuTableGroup() {}

    /**
     * The table of a window.
     *
     * @param slot 0 or 1
     * @return the table, null if the slot is empty
     */
    public final synchronized IommuTable table(final int slot) {
        return tables[slot];
    }

    /**
     * The table of a window, for a device that must not wait.
     *
     * @param slot 0 or 1
     * @return the table, null if the slot is empty; one that has left its slot is in use until the end of a grace period
     * @ordering acquire; whoever changes a slot counts it afterwards in the {@link io.vfiotce.memory.ChangeCount} of the table's
     *     process
     */
    public final IommuTable tableAcquire(final int slot) {
        return Slots.acquire(tables, slot);
    }

    private void publish(final int slot, final IommuTable table) {
        final IommuTable old = tables[slot];
        Slots.setRelease(tables, slot, table);
        if (old != null) {
            old.countChange();
        }
        if (table != null) {
            table.countChange();
        }
    }

    /**
     * Puts a table into a slot, or empties it, without more.
     *
     * @param slot 0 or 1
     * @param table the table, null to empty the slot
     */
    protected final synchronized void table(final int slot, final IommuTable table) {
        publish(slot, table);
    }

    /**
     * Puts a table into an empty slot, with a reference and the group's listener.
     *
     * @param slot 0 or 1
     * @param table the table
     * @throws LinuxException EBUSY if the slot is taken
     * @source Linux pnv_pci_link_table_and_group()
     */
    protected final synchronized void link(final int slot, final IommuTable table) {
        if (tables[slot] != null) {
            throw new LinuxException(Errno.EBUSY, "window " + slot + " is set already");
        }
        table.get();
        publish(slot, table);
        if (invalidation != null) {
            table.addInvalidation(invalidation);
        }
    }

    /**
     * Undoes {@link #link}; the listener is told of the whole window. Nothing happens if the slot is empty.
     *
     * @param slot 0 or 1
     * @source Linux pnv_pci_unlink_table_and_group()
     */
    protected final synchronized void unlink(final int slot) {
        final IommuTable table = tables[slot];
        if (table != null) {
            publish(slot, null);
            table.removeInvalidation(invalidation);
            table.put();
        }
    }

    /**
     * Sets who is told when entries of the group's tables change; nobody unless set.
     *
     * @param listener whom to tell, null for nobody
     */
    public final synchronized void invalidation(final TceInvalidation listener) {
        for (final IommuTable table : tables) {
            if (table != null && invalidation != null) {
                table.removeInvalidation(invalidation);
            }
            if (table != null && listener != null) {
                table.addInvalidation(listener);
            }
        }
        invalidation = listener;
    }

    /** {@return the group's partitionable endpoint for error handling, null if it has none} */
    public final EehPe eehPe() {
        return eehPe;
    }

    /**
     * Gives the group an endpoint for error handling.
     *
     * @param pe the endpoint, null for none
     */
    public final void eehPe(final EehPe pe) {
        eehPe = pe;
    }

    /** {@return what the platform can do; nothing unless a subclass says so} */
    public Set<TableGroupOp> ops() {
        return Set.of();
    }

    /** {@return what makes the group's tables; groups of one container must have the same} */
    public Object tableMaker() {
        return getClass();
    }

    /** {@return bus address of the default window} */
    public long defaultWindowStartBytes() {
        return 0;
    }

    /** {@return size of the default window, 0 if there is none} */
    public long defaultWindowSizeBytes() {
        return 0;
    }

    /** {@return I/O page sizes that windows can have, one bit each} */
    public long pageSizes() {
        return 0;
    }

    /** {@return most windows that user space can make, 0 if it can make none} */
    public int maxDynamicWindows() {
        return 0;
    }

    /** {@return most levels of a table that user space can ask for} */
    public int maxLevels() {
        return 0;
    }

    /**
     * Takes the group from the host's kernel, whose own window goes.
     *
     * @throws LinuxException EBUSY if somebody else has it
     * @source Linux iommu_table_group_ops.take_ownership
     */
    public void takeOwnership() {
        throw cannot(TableGroupOp.OWNERSHIP);
    }

    /**
     * Gives the group back to the kernel. No window of user space may be set any more.
     *
     * @source Linux iommu_table_group_ops.release_ownership
     */
    public void releaseOwnership() {
        throw cannot(TableGroupOp.OWNERSHIP);
    }

    /**
     * Takes a ready-made table from the host's kernel.
     *
     * @param slot 0 or 1, not empty
     * @throws LinuxException EINVAL if its entries cannot be exchanged; EBUSY if any is in use
     * @source Linux iommu_take_ownership()
     */
    public void takeTable(final int slot) {
        throw new LinuxException(Errno.EINVAL, "entries of table " + slot + " cannot be exchanged");
    }

    /**
     * Gives a ready-made table back; nothing may be mapped in it.
     *
     * @param slot 0 or 1, taken before
     * @source Linux iommu_release_ownership()
     */
    public void releaseTable(final int slot) {
        throw new IllegalStateException("table " + slot + " was never taken");
    }

    /**
     * The shape that a table for a window would have.
     *
     * @param slot 0 or 1
     * @param pageShift log2 of the I/O page size in bytes
     * @param windowSizeBytes size of the window
     * @param levels number of levels
     * @param hostPageShift log2 of the host page size in bytes
     * @return the shape, which may be invalid
     * @source Linux iommu_table_group_ops.get_table_size
     */
    public IommuTableGeometry geometry(
            final int slot,
            final int pageShift,
            final long windowSizeBytes,
            final int levels,
            final int hostPageShift) {
        throw cannot(TableGroupOp.TABLE_SIZE);
    }

    /**
     * Makes a table with a user-address view.
     *
     * @param process the process that the table belongs to
     * @param geometry a valid shape
     * @return the table with one reference
     * @throws LinuxException ENOMEM
     * @source Linux iommu_table_group_ops.create_table
     */
    public IommuTable createTable(final UserProcess process, final IommuTableGeometry geometry) {
        throw cannot(TableGroupOp.CREATE_TABLE);
    }

    /**
     * Opens a window.
     *
     * @param slot 0 or 1
     * @param table its table, which gets a reference more
     * @throws LinuxException what the firmware says; nothing has changed then
     * @source Linux iommu_table_group_ops.set_window
     */
    public void setWindow(final int slot, final IommuTable table) {
        throw cannot(TableGroupOp.SET_WINDOW);
    }

    /**
     * Closes a window: devices reach nothing through it any more. Nothing happens if it is not open.
     *
     * @param slot 0 or 1
     * @source Linux iommu_table_group_ops.unset_window
     */
    public void unsetWindow(final int slot) {
        throw cannot(TableGroupOp.UNSET_WINDOW);
    }

    private UnsupportedOperationException cannot(final TableGroupOp op) {
        return new UnsupportedOperationException(getClass().getSimpleName() + " has no " + op);
    }
}
