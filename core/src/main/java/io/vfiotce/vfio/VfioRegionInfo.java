package io.vfiotce.vfio;

import io.vfiotce.linux.IoctlArgument;

/**
 * What a region of a device is.
 *
 * @param flags see {@link RegionInfoLayout}
 * @param index number of the region
 * @param sizeBytes its size
 * @param position where it starts in the device's file
 */
public record VfioRegionInfo(int flags, int index, long sizeBytes, long position) {
    static VfioRegionInfo of(final IoctlArgument struct) {
        return new VfioRegionInfo(
                RegionInfoLayout.FLAGS.int32(struct),
                RegionInfoLayout.INDEX.int32(struct),
                RegionInfoLayout.SIZE.int64(struct),
                RegionInfoLayout.OFFSET.int64(struct));
    }
}
