package io.vfiotce.vfio.spapr;

import io.vfiotce.iommu.IommuGroup;
import io.vfiotce.linux.Errno;
import io.vfiotce.linux.IoctlArgument;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.vfio.VfioException;
import io.vfiotce.vfio.VfioExtension;
import io.vfiotce.vfio.VfioIommuDriverOps;
import io.vfiotce.vfio.VfioRequest;

/**
 * The IOMMU driver for DMA windows with TCE tables, versions 1 and 2.
 *
 * @threads any
 * @source Linux tce_iommu_driver_ops
 */
public final class SpaprTceDriver implements VfioIommuDriverOps {
    private final boolean eehEnabled;

    /**
     * Creates the driver.
     *
     * @param eehEnabled whether the host has enhanced error handling
     */
    public SpaprTceDriver(final boolean eehEnabled) {
        this.eehEnabled = eehEnabled;
    }

    @Override
    public String name() {
        return "iommu-vfio-powerpc";
    }

    @Override
    public SpaprTceIommu open(final long type) {
        if (!isType(type)) {
            throw new VfioException(Errno.EINVAL, "IOMMU type " + type + " is not sPAPR TCE");
        }
        return new SpaprTceIommu(type == VfioExtension.SPAPR_TCE_V2, eehEnabled);
    }

    private static boolean isType(final long type) {
        return type == VfioExtension.SPAPR_TCE || type == VfioExtension.SPAPR_TCE_V2;
    }

    @Override
    public void release(final Object data) {
        ((SpaprTceIommu) data).release();
    }

    @Override
    public void attachGroup(final Object data, final IommuGroup group) {
        ((SpaprTceIommu) data).attachGroup(group);
    }

    @Override
    public void detachGroup(final Object data, final IommuGroup group) {
        ((SpaprTceIommu) data).detachGroup(group);
    }

    @Override
    public long ioctl(final Object data, final UserProcess caller, final int request, final IoctlArgument argument) {
        if (VfioRequest.powerpc(request) == VfioRequest.VFIO_CHECK_EXTENSION) {
            return checkExtension(argument.value());
        }
        return SpaprIoctl.call((SpaprTceIommu) data, caller, VfioRequest.powerpc(request), argument);
    }

    private long checkExtension(final long extension) {
        final boolean known = isType(extension) || extension == VfioExtension.EEH && eehEnabled;
        return known ? 1 : 0;
    }
}
