package io.vfiotce.tools.demo;

import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One pair of queues between driver and card: a ring of descriptors in guest memory, which the card reaches by DMA, and the
 * card's doorbell register.
 *
 * <p>A descriptor is four words: bus address of the packet; its length and what to do; its number; its state, which is the
 * card's while it is {@link #POSTED}.
 */
final class NicQueue {
    /** Bytes of a descriptor. */
    static final int DESCRIPTOR_BYTES = 32;

    /** Where its words are. */
    static final int IOBA = 0;

    static final int COMMAND = 8;
    static final int NUMBER = 16;
    static final int STATE = 24;

    /** In the command: the card reads the packet; else it writes one. */
    static final long TRANSMIT = 1L << 32;

    /** States. */
    static final long POSTED = 1;

    static final long DONE = 2;
    static final long BAD_CHECKSUM = 3;

    private static final int LINE_BYTES = 128;

    private final UnsafeBuffer doorbell =
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(2 * LINE_BYTES, LINE_BYTES));
    private final long ringIoba;
    private final int entries;

    NicQueue(final long ringIoba, final int entries) {
        this.ringIoba = ringIoba;
        this.entries = entries;
    }

    /** Driver: so many descriptors have been posted in all. What was written to the ring before is seen by the card. */
    void ring(final long posted) {
        doorbell.putLongOrdered(0, posted);
    }

    /** Card: how many were posted. */
    long posted() {
        return doorbell.getLongVolatile(0);
    }

    int entries() {
        return entries;
    }

    /** Bus address of the descriptor of the packet that was posted as this one, from 0. */
    long descriptorIoba(final long packet) {
        return ringIoba + offset(packet);
    }

    /** Where it lies in the ring. */
    int offset(final long packet) {
        return (int) (packet % entries) * DESCRIPTOR_BYTES;
    }
}
