package io.vfiotce.vfio.spapr;

import io.vfiotce.iommu.IommuTableGroup;
import io.vfiotce.linux.Errno;
import io.vfiotce.memory.UserProcess;

/**
 * ENABLE and DISABLE of version 1: the whole window is charged in advance, whatever is mapped.
 *
 * @threads any, with the container's monitor held
 * @source Linux tce_iommu_enable(), tce_iommu_disable()
 */
final class EnableCalls {
    private final SpaprContainer container;
    private long lockedPages;

    EnableCalls(final SpaprContainer container) {
        this.container = container;
    }

    void enable(final UserProcess caller) {
        if (container.enabled) {
            throw SpaprContainer.refuse(Errno.EBUSY, "the container is enabled already");
        }
        final IommuTableGroup first = container.groups.isEmpty() ? null : container.first();
        if (first == null) {
            throw SpaprContainer.refuse(Errno.ENODEV, "the container has no group with a window");
        }
        if (first.defaultWindowSizeBytes() == 0) {
            throw SpaprContainer.refuse(Errno.EPERM, "the group has no default window");
        }
        container.bind(caller);
        final long pages = first.defaultWindowSizeBytes() >>> caller.hostPageShift();
        if (!caller.lockedMemory().charge(pages)) {
            throw SpaprContainer.refuse(Errno.ENOMEM, pages + " pages are over the locked-memory limit");
        }
        lockedPages = pages;
        container.enabled = true;
    }

    /** Nothing happens if the container is not enabled. What is mapped stays mapped. */
    void disable() {
        if (container.enabled) {
            container.enabled = false;
            container.process.lockedMemory().uncharge(lockedPages);
            lockedPages = 0;
        }
    }
}
