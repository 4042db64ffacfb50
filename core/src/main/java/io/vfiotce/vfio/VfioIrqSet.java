package io.vfiotce.vfio;

import io.vfiotce.linux.IoctlArgument;

/**
 * What to do with interrupts of a device.
 *
 * @threads the one that made it; it is not changed
 */
public final class VfioIrqSet {
    private final IoctlArgument struct;

    private VfioIrqSet(final int flags, final int index, final int start, final int count, final int dataBytes) {
        final int sizeBytes = Math.addExact(IrqSetLayout.STRUCT.sizeBytes(), dataBytes);
        struct = IoctlArgument.ofNew(sizeBytes);
        IrqSetLayout.ARGSZ.int32(struct, sizeBytes);
        IrqSetLayout.FLAGS.int32(struct, flags);
        IrqSetLayout.INDEX.int32(struct, index);
        IrqSetLayout.START.int32(struct, start);
        IrqSetLayout.COUNT.int32(struct, count);
    }

    /**
     * An action on a range of interrupts.
     *
     * @param action one of the FLAG_ACTION_ constants of {@link IrqSetLayout}
     * @param index interrupt index
     * @param start first interrupt
     * @param count number of interrupts
     * @return the set
     */
    public static VfioIrqSet of(final int action, final int index, final int start, final int count) {
        return new VfioIrqSet(action | IrqSetLayout.FLAG_DATA_NONE, index, start, count, 0);
    }

    /**
     * An action on those interrupts of a range that are chosen.
     *
     * @param action one of the FLAG_ACTION_ constants of {@link IrqSetLayout}
     * @param index interrupt index
     * @param start first interrupt
     * @param chosen for each interrupt from there whether the action is for it
     * @return the set
     */
    public static VfioIrqSet chosen(final int action, final int index, final int start, final boolean... chosen) {
        final VfioIrqSet set =
                new VfioIrqSet(action | IrqSetLayout.FLAG_DATA_BOOL, index, start, chosen.length, chosen.length);
        for (int i = 0; i < chosen.length; i++) {
            set.struct.int8(IrqSetLayout.DATA.offset() + i, (byte) (chosen[i] ? 1 : 0));
        }
        return set;
    }

    /**
     * An action that uses one event file for each interrupt.
     *
     * @param action one of the FLAG_ACTION_ constants of {@link IrqSetLayout}
     * @param index interrupt index
     * @param start first interrupt
     * @param eventFds a file descriptor for each interrupt from there; -1 for none
     * @return the set
     */
    public static VfioIrqSet eventFds(final int action, final int index, final int start, final int... eventFds) {
        final VfioIrqSet set = new VfioIrqSet(
                action | IrqSetLayout.FLAG_DATA_EVENTFD,
                index,
                start,
                eventFds.length,
                Math.multiplyExact(eventFds.length, Integer.BYTES));
        for (int i = 0; i < eventFds.length; i++) {
            set.struct.int32(IrqSetLayout.DATA.offset() + i * Integer.BYTES, eventFds[i]);
        }
        return set;
    }

    IoctlArgument struct() {
        return struct;
    }
}
