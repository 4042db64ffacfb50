package io.vfiotce.vfio.type1;

import io.vfiotce.iommu.IommuGroup;
import io.vfiotce.linux.Errno;
import io.vfiotce.linux.IoctlArgument;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.vfio.VfioException;
import io.vfiotce.vfio.VfioExtension;
import io.vfiotce.vfio.VfioIommuDriverOps;

/**
 * The type1 IOMMU driver.
 *
 * @threads any
 * @source Linux drivers/vfio/vfio_iommu_type1.c
 */
public final class Type1Driver implements VfioIommuDriverOps {
    /** Most mappings of a container unless told otherwise. */
    public static final int DEFAULT_MAX_MAPPINGS = 65_535;

    private final int hostPageShift;
    private final int maxMappings;
    private final boolean allowUnsafeInterrupts;

    /**
     * Creates the driver with Linux' default limits.
     *
     * @param hostPageShift log2 of the host page size
     */
    public Type1Driver(final int hostPageShift) {
        this(hostPageShift, DEFAULT_MAX_MAPPINGS, false);
    }

    /**
     * Creates the driver.
     *
     * @param hostPageShift log2 of the host page size
     * @param maxMappings most mappings of a container: the module parameter dma_entry_limit
     * @param allowUnsafeInterrupts whether groups without interrupt remapping are attached: the module parameter of that name
     */
    public Type1Driver(final int hostPageShift, final int maxMappings, final boolean allowUnsafeInterrupts) {
        if (maxMappings < 0) {
            throw new IllegalArgumentException("maxMappings=" + maxMappings + " is negative");
        }
        this.hostPageShift = hostPageShift;
        this.maxMappings = maxMappings;
        this.allowUnsafeInterrupts = allowUnsafeInterrupts;
    }

    @Override
    public String name() {
        return "vfio-iommu-type1";
    }

    /**
     * Starts serving a container.
     *
     * @param type {@link VfioExtension#TYPE1}, {@link VfioExtension#TYPE1V2} or {@link VfioExtension#TYPE1_NESTING}
     * @return its {@link Type1Iommu}
     */
    @Override
    public Object open(final long type) {
        if (type != VfioExtension.TYPE1 && type != VfioExtension.TYPE1V2 && type != VfioExtension.TYPE1_NESTING) {
            throw new VfioException(Errno.EINVAL, "type1 has no IOMMU of type " + type);
        }
        return new Type1Iommu(this, type != VfioExtension.TYPE1);
    }

    @Override
    public void release(final Object data) {
        ((Type1Iommu) data).release();
    }

    @Override
    public long ioctl(final Object data, final UserProcess caller, final int request, final IoctlArgument argument) {
        return Type1Ioctl.ioctl((Type1Iommu) data, caller, request, argument);
    }

    @Override
    public void attachGroup(final Object data, final IommuGroup group) {
        ((Type1Iommu) data).attachGroup(group);
    }

    @Override
    public void detachGroup(final Object data, final IommuGroup group) {
        ((Type1Iommu) data).detachGroup(group);
    }

    int hostPageShift() {
        return hostPageShift;
    }

    int maxMappings() {
        return maxMappings;
    }

    boolean allowUnsafeInterrupts() {
        return allowUnsafeInterrupts;
    }

    /**
     * Page sizes as callers see them: none is smaller than the host's pages, in which memory is pinned.
     *
     * @param pageSizes page sizes, one bit each
     * @return the same, with the host's page size for all smaller ones
     * @source Linux vfio_update_pgsize_bitmap()
     */
    long hideSubPages(final long pageSizes) {
        final long page = 1L << hostPageShift;
        return (pageSizes & (page - 1)) == 0 ? pageSizes : pageSizes & -page | page;
    }
}
