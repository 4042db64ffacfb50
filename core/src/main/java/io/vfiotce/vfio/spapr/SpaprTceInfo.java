package io.vfiotce.vfio.spapr;

/**
 * What GET_INFO tells: what the platform offers, whichever windows there are now.
 *
 * @param windowStartBytes bus address of the default window
 * @param windowSizeBytes size of the default window
 * @param dynamicWindows whether user space can make windows; if not, the rest is 0
 * @param pageSizes I/O page sizes, one bit each
 * @param maxWindows most windows at once
 * @param maxLevels most levels of a table
 * @source Linux struct vfio_iommu_spapr_tce_info
 */
public record SpaprTceInfo(
        long windowStartBytes,
        long windowSizeBytes,
        boolean dynamicWindows,
        long pageSizes,
        int maxWindows,
        int maxLevels) {}
