package io.vfiotce.vfio;

import io.vfiotce.linux.IoctlArgument;

/**
 * What an interrupt index of a device is.
 *
 * @param flags see {@link IrqInfoLayout}
 * @param index number of the index
 * @param count number of interrupts in it
 */
public record VfioIrqInfo(int flags, int index, int count) {
    static VfioIrqInfo of(final IoctlArgument struct) {
        return new VfioIrqInfo(
                IrqInfoLayout.FLAGS.int32(struct),
                IrqInfoLayout.INDEX.int32(struct),
                IrqInfoLayout.COUNT.int32(struct));
    }
}
