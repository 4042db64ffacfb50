package io.vfiotce.dma;

import io.vfiotce.memory.OffHeap;
import io.vfiotce.memory.WordPage;

/**
 * The accesses that a device was refused: a bounded ring off heap, of which the oldest faults stay when it is full.
 *
 * <p>Words 0, 16 and 32, each on lines of its own: faults recorded, faults taken, faults dropped. Behind them the records.
 *
 * @threads {@link #record} the device's thread; {@link #poll} one other at a time, by this object's lock; {@link #dropped} any
 * @ordering what is recorded is published by a release store of the count, and read behind an acquire load of it
 * @cost no allocation; recording takes no lock
 */
public final class DmaFaults {
    private static final int RECORDED = 0;
    private static final int TAKEN = 16;
    private static final int DROPPED = 32;
    private static final int RECORDS = 48;
    private static final int RECORD_SHIFT = 2;
    private static final int ACCESS_SHIFT = 8;
    private static final int REASON_MASK = (1 << ACCESS_SHIFT) - 1;
    private static final int MAX_CAPACITY = 1 << 20;

    private final OffHeap offHeap;
    private final WordPage words;
    private final int mask;
    private boolean freed;

    DmaFaults(final OffHeap offHeap, final int capacity) {
        if (capacity < 1 || capacity > MAX_CAPACITY) {
            throw new IllegalArgumentException("faultCapacity=" + capacity + " is not in 1.." + MAX_CAPACITY);
        }
        this.offHeap = offHeap;
        final int places = Integer.highestOneBit(2 * capacity - 1);
        mask = places - 1;
        words = offHeap.allocateOrThrow(RECORDS + (places << RECORD_SHIFT) << 3, "fault records");
    }

    /** Records a fault, or counts it as dropped. */
    void record(final int reason, final int access, final long ioba, final long lengthBytes) {
        final long recorded = words.wordPlain(RECORDED);
        final long dropped = words.wordPlain(DROPPED);
        if (recorded - words.wordAcquire(TAKEN) > mask) {
            words.setWordRelease(DROPPED, dropped + 1);
            return;
        }
        final int record = record(recorded);
        words.setWordPlain(record, recorded + dropped);
        words.setWordPlain(record + 1, reason | (long) access << ACCESS_SHIFT);
        words.setWordPlain(record + 2, ioba);
        words.setWordPlain(record + 3, lengthBytes);
        words.setWordRelease(RECORDED, recorded + 1);
    }

    private int record(final long number) {
        return RECORDS + (((int) number & mask) << RECORD_SHIFT);
    }

    /**
     * Takes faults out, oldest first.
     *
     * @param consumer gets them; it must not close the context. A fault that it throws at is taken
     * @param limit how many at most
     * @return how many were taken; 0 when the context is closed
     */
    public synchronized int poll(final DmaFaultConsumer consumer, final int limit) {
        if (freed) {
            return 0;
        }
        final long first = words.wordPlain(TAKEN);
        final long end = Math.min(words.wordAcquire(RECORDED), first + limit);
        for (long number = first; number < end; number++) {
            final int record = record(number);
            final long sequence = words.wordPlain(record);
            final long what = words.wordPlain(record + 1);
            final long ioba = words.wordPlain(record + 2);
            final long lengthBytes = words.wordPlain(record + 3);
            // From here on the device may write the record again.
            words.setWordRelease(TAKEN, number + 1);
            consumer.fault(sequence, (int) what & REASON_MASK, (int) (what >>> ACCESS_SHIFT), ioba, lengthBytes);
        }
        return (int) Math.max(0, end - first);
    }

    /** {@return how many faults found the ring full; 0 when the context is closed} */
    public synchronized long dropped() {
        return freed ? 0 : words.wordAcquire(DROPPED);
    }

    synchronized void free() {
        freed = true;
        offHeap.free(words);
    }
}
