package io.vfiotce.tools.gate.layer;

/**
 * What one measured iteration allocated.
 *
 * @param bytes bytes allocated in the iteration by all threads, JMH's own included
 * @param operations operations of the iteration
 */
public record AllocationSample(double bytes, double operations) {
    /**
     * The sample of an iteration as {@code -prof gc} tells it.
     *
     * @param bytesPerOperation {@code gc.alloc.rate.norm}; JMH leaves it out where it is zero
     * @param operations operations of the iteration
     * @return the sample
     */
    public static AllocationSample of(final double bytesPerOperation, final double operations) {
        return new AllocationSample(bytesPerOperation * operations, operations);
    }
}
