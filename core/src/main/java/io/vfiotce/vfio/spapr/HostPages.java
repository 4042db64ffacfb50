package io.vfiotce.vfio.spapr;

import io.vfiotce.linux.Errno;
import io.vfiotce.memory.HostMemory;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.papr.Tce;
import io.vfiotce.tce.IommuTable;

/**
 * Version 1: the host page behind each I/O page is pinned, for writing, while it is mapped.
 *
 * @source Linux tce_iommu_build(), tce_iommu_use_page(), tce_iommu_unuse_page()
 */
final class HostPages implements PageMapper {
    @Override
    public Errno map(
            final UserProcess process,
            final IommuTable table,
            final long entry,
            final long ua,
            final long permissions) {
        final HostMemory host = process.pinnedMemory().host();
        final int hostShift = process.hostPageShift();
        final long page = ua & -(1L << hostShift);
        if (host.pin(page, 1) != 1) {
            return Errno.EFAULT;
        }
        final long sizeBytes = 1L << Math.max(hostShift, table.pageShift());
        Errno refused = null;
        if (host.pageShift(page, sizeBytes, hostShift) < table.pageShift()) {
            refused = Errno.EPERM;
        } else if (!table.makeResident(entry, 1)) {
            refused = Errno.ENOMEM;
        }
        if (refused != null) {
            host.unpin(page, 1);
            return refused;
        }
        final long leaf = table.leafAddressAcquire(entry);
        unpin(process, table.exchange(leaf, entry, (ua + host.hpaOffsetBytes()) | permissions));
        return null;
    }

    @Override
    public void unmap(final UserProcess process, final IommuTable table, final long first, final long count) {
        final long end = first + count;
        long entry = first;
        while (entry < end) {
            final long leaf = table.leafAddressAcquire(entry);
            if (leaf == 0) {
                entry = table.afterAbsent(entry);
            } else {
                unpin(process, table.exchange(leaf, entry, 0));
                entry++;
            }
        }
    }

    private static void unpin(final UserProcess process, final long old) {
        if ((old & Tce.PERMISSIONS) != 0) {
            final HostMemory host = process.pinnedMemory().host();
            host.unpin((old - host.hpaOffsetBytes()) & -(1L << process.hostPageShift()), 1);
        }
    }
}
