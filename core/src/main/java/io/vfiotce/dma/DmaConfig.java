package io.vfiotce.dma;

import java.nio.ByteOrder;

/**
 * How a device's context is set up. Every method returns this object; all settings but the name have defaults.
 *
 * @threads one, before {@link DmaContext} is made from it
 */
public final class DmaConfig {
    private static final int DEFAULT_FAULT_CAPACITY = 256;

    private final String name;
    private ByteOrder byteOrder = ByteOrder.LITTLE_ENDIAN;
    private boolean hints = true;
    private int faultCapacity = DEFAULT_FAULT_CAPACITY;

    /**
     * Starts with defaults.
     *
     * @param name what messages call the device, for example the device that frees of memory wait for
     */
    public DmaConfig(final String name) {
        this.name = name;
    }

    /**
     * Sets in which order the device sees the bytes of 32-bit and 64-bit values; little-endian unless set, as PCI has it.
     *
     * @param order the order
     * @return this
     */
    public DmaConfig byteOrder(final ByteOrder order) {
        byteOrder = order;
        return this;
    }

    /**
     * Sets whether translations are remembered; they are unless set. Nothing but the cost depends on it.
     *
     * @param on false to walk the table for every access
     * @return this
     */
    public DmaConfig hints(final boolean on) {
        hints = on;
        return this;
    }

    /**
     * Sets how many faults are kept until they are taken; 256 unless set.
     *
     * @param records at least 1, at most 2^20; rounded up to a power of two
     * @return this
     */
    public DmaConfig faultCapacity(final int records) {
        faultCapacity = records;
        return this;
    }

    String name() {
        return name;
    }

    ByteOrder byteOrder() {
        return byteOrder;
    }

    boolean hints() {
        return hints;
    }

    int faultCapacity() {
        return faultCapacity;
    }
}
