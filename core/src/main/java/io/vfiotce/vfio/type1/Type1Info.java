package io.vfiotce.vfio.type1;

import io.vfiotce.iommu.DmaRange;
import java.util.List;

/**
 * What a container can map.
 *
 * @param pageSizes page sizes that all its groups can use, one bit each, none smaller than the host's pages
 * @param dirtyPageSizes page sizes that dirty pages are reported in, one bit each
 * @param maxDirtyBitmapBytes longest bitmap of dirty pages
 * @param dmaAvailable mappings that can still be made
 * @param iovaRanges the addresses that can be mapped, ascending; empty if nothing limits them
 * @source Linux vfio_iommu_type1_get_info()
 */
public record Type1Info(
        long pageSizes, long dirtyPageSizes, long maxDirtyBitmapBytes, int dmaAvailable, List<DmaRange> iovaRanges) {}
