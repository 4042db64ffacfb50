package io.vfiotce.vfio.spapr;

import io.vfiotce.iommu.IommuGroup;
import io.vfiotce.iommu.IommuTableGroup;
import io.vfiotce.linux.Errno;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.vfio.VfioException;
import java.util.ArrayList;
import java.util.List;

/**
 * What all parts of a container's data share: its groups, its tables, the process that it is bound to, and the checks that
 * calls begin with.
 *
 * <p>Linux maps and unmaps without a lock; here everything is done under this object's monitor, so that a table is not
 * mapped into after it has left its slot.
 *
 * @threads any; everything is guarded by this object's monitor, which comes after the lock of the reclaimer and before that
 *     of the pinned memory. A grace period is never awaited with it held
 * @source Linux struct tce_container
 */
final class SpaprContainer {
    /** A group with the platform data that it had when it was attached. */
    record Attachment(IommuGroup group, IommuTableGroup tableGroup) {}

    final boolean isV2;
    // Newest first.
    final List<Attachment> groups = new ArrayList<>();
    final IommuTable[] tables = new IommuTable[IommuTableGroup.MAX_TABLES];
    final PageMapper mapper;
    UserProcess process;
    boolean enabled;
    boolean released;
    boolean defaultWindowPending;

    SpaprContainer(final boolean isV2) {
        this.isV2 = isV2;
        mapper = isV2 ? new RegisteredPages() : new HostPages();
    }

    static VfioException refuse(final Errno errno, final String message) {
        return new VfioException(errno, message);
    }

    /** What a lower layer refused, as VFIO says it. */
    static VfioException refuse(final LinuxException lower) {
        if (lower instanceof VfioException same) {
            return same;
        }
        final String message = lower.getMessage();
        return new VfioException(lower.errno(), message.substring(message.indexOf(' ') + 1));
    }

    void requireAlive() {
        if (released) {
            throw refuse(Errno.ENODEV, "the container has no sPAPR TCE driver any more");
        }
    }

    void requireCaller(final UserProcess caller) {
        requireAlive();
        if (process != null && process != caller) {
            throw refuse(Errno.EPERM, "the container belongs to another process");
        }
    }

    void requireEnabled(final UserProcess caller) {
        requireCaller(caller);
        if (!enabled) {
            throw refuse(Errno.EPERM, isV2 ? "no memory was registered" : "the container is not enabled");
        }
    }

    void requireVersion(final UserProcess caller, final boolean wantsV2) {
        requireCaller(caller);
        if (isV2 != wantsV2) {
            throw refuse(Errno.ENOTTY, "sPAPR TCE v" + (isV2 ? 2 : 1) + " has no such request");
        }
    }

    void bind(final UserProcess caller) {
        requireCaller(caller);
        process = caller;
    }

    void requireGroups() {
        if (groups.isEmpty()) {
            throw refuse(Errno.ENXIO, "the container has no group");
        }
    }

    static void requireNoFlags(final int flags) {
        if (flags != 0) {
            throw refuse(Errno.EINVAL, "flags=0x" + Integer.toHexString(flags) + " must be 0");
        }
    }

    /** The windows of the group attached last; null if the platform knows nothing of it any more. */
    IommuTableGroup first() {
        return groups.get(0).group().tableGroup();
    }

    /** {@return the window that an address lies in, -1 if it lies in none} */
    int slotOf(final long busAddress) {
        for (int slot = 0; slot < tables.length; slot++) {
            if (tables[slot] != null && tables[slot].entry(busAddress) >= 0) {
                return slot;
            }
        }
        return -1;
    }

    /** Unmaps entries and tells the groups. */
    void clear(final IommuTable table, final long first, final long count) {
        mapper.unmap(process, table, first, count);
        table.invalidate(first, count);
    }
}
