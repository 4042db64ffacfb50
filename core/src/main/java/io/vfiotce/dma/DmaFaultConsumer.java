package io.vfiotce.dma;

/** Takes the faults of a device out of their record. */
@FunctionalInterface
public interface DmaFaultConsumer {
    /**
     * An access was refused.
     *
     * @param sequence number of the fault from 0; a gap before it is what was dropped
     * @param reason {@link DmaStatus} UNMAPPED, PERMISSION, OUTSIDE, DETACHED or UNBACKED
     * @param access what the device wanted, as {@link DmaAccess}
     * @param ioba bus address that was refused
     * @param lengthBytes how much of the access was left there
     */
    void fault(long sequence, int reason, int access, long ioba, long lengthBytes);
}
