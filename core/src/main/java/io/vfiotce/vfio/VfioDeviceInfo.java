package io.vfiotce.vfio;

import io.vfiotce.linux.IoctlArgument;

/**
 * What a device is.
 *
 * @param flags see {@link DeviceInfoLayout}
 * @param regions number of regions
 * @param irqIndexes number of interrupt indexes
 */
public record VfioDeviceInfo(int flags, int regions, int irqIndexes) {
    static VfioDeviceInfo of(final IoctlArgument struct) {
        return new VfioDeviceInfo(
                DeviceInfoLayout.FLAGS.int32(struct),
                DeviceInfoLayout.NUM_REGIONS.int32(struct),
                DeviceInfoLayout.NUM_IRQS.int32(struct));
    }
}
