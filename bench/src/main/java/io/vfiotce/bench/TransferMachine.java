package io.vfiotce.bench;

import io.vfiotce.dma.DmaContext;

/** What moves of many bytes are measured on: the device of {@link DmaMachine} that keeps hints, ready and exercised. */
public final class TransferMachine implements AutoCloseable {
    /** Pages of the window. */
    public static final int PAGES = DmaMachine.PAGES;

    /** log2 of a page's bytes. */
    public static final int PAGE_SHIFT = Machine.PAGE_SHIFT;

    private final DmaMachine machine = new DmaMachine();

    /** Sets it up and makes every access with every outcome. */
    public TransferMachine() {
        machine.start();
    }

    /** {@return the device} */
    public DmaContext device() {
        return machine.hinted;
    }

    /**
     * {@return where a bus address leads}
     *
     * @param ioba bus address
     */
    public long address(final long ioba) {
        return machine.address(ioba);
    }

    /** {@return memory outside the window, as large as it, to move to} */
    public long bufferAddress() {
        return machine.bufferAddress();
    }

    @Override
    public void close() {
        machine.close();
    }
}
