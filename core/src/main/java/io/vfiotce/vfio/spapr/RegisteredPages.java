package io.vfiotce.vfio.spapr;

import io.vfiotce.linux.Errno;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.tce.PinnedMappings;

/**
 * Version 2: pages of memory that was registered before.
 *
 * @source Linux tce_iommu_build_v2()
 */
final class RegisteredPages implements PageMapper {
    @Override
    public Errno map(
            final UserProcess process,
            final IommuTable table,
            final long entry,
            final long ua,
            final long permissions) {
        return switch (PinnedMappings.map(table, process.pinnedMemory(), entry, ua, permissions)) {
            case MAPPED -> null;
            // Linux looks up pages that the region cannot serve in one piece just as in vain.
            case NO_REGION, PAGE_TOO_SMALL -> Errno.EINVAL;
            case NO_MEMORY -> Errno.ENOMEM;
        };
    }

    @Override
    public void unmap(final UserProcess process, final IommuTable table, final long first, final long count) {
        PinnedMappings.unmap(table, process.pinnedMemory(), first, count);
    }
}
