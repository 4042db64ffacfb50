package io.vfiotce.tools.replay;

import io.vfiotce.memory.HostMemory;

/**
 * The host's memory behind the guest's: physical addresses differ from user addresses, so that taking one for the other
 * shows.
 *
 * @param backingShift log2 of the page size in bytes
 */
record BackingMemory(int backingShift) implements HostMemory {
    /** Host physical address less user address in bytes. */
    static final long HPA_OFFSET_BYTES = 5L << 40;

    @Override
    public long hpaOffsetBytes() {
        return HPA_OFFSET_BYTES;
    }

    @Override
    public int pageShift(final long ua, final long sizeBytes, final int hostPageShift) {
        return Math.max(backingShift, hostPageShift);
    }
}
