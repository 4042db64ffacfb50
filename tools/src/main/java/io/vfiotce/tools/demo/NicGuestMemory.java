package io.vfiotce.tools.demo;

import io.vfiotce.memory.GuestMemory;
import java.util.List;
import java.util.stream.IntStream;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The part of guest memory that one vCPU's driver uses: the ring, a page for lists of TCEs, and twice as many packet buffers as
 * can be in flight. Guest physical addresses are offsets in the memory.
 *
 * @threads the vCPU's
 */
final class NicGuestMemory {
    private static final int RING_BYTES = 1 << 16;
    // Of the ring's 64 KiB: descriptors take less than half.
    private static final int LIST_OFFSET = RING_BYTES / 2;
    private static final int RING_PAGES = 16;

    private final GuestMemory memory;
    private final UnsafeBuffer bytes;
    private final int queue;
    private final int firstPage;
    private final long startGpa;
    private final long bufferBytes;
    private final int[] free;
    private int freeCount;

    private NicGuestMemory(
            final GuestMemory memory,
            final UnsafeBuffer bytes,
            final int queue,
            final int queues,
            final int pageShift,
            final NicOptions options) {
        this.memory = memory;
        this.bytes = bytes;
        this.queue = queue;
        firstPage = queues * RING_PAGES + queue * options.inFlight() * options.pages();
        startGpa = queue * bytesOfQueue(pageShift, options);
        bufferBytes = (long) options.pages() << pageShift;
        freeCount = buffers(options);
        free = new int[freeCount];
        for (int i = 0; i < freeCount; i++) {
            free[i] = i;
        }
    }

    /** Lays out memory for so many queues; {@code pageShift} is that of the largest pages. */
    static GuestMemory allocate(final int queues, final int pageShift, final NicOptions options) {
        return GuestMemory.sparse(queues * bytesOfQueue(pageShift, options));
    }

    /** The parts of memory that was allocated so. */
    static List<NicGuestMemory> parts(
            final GuestMemory memory, final int queues, final int pageShift, final NicOptions options) {
        final UnsafeBuffer bytes = new UnsafeBuffer(memory.address(), (int) memory.sizeBytes());
        return IntStream.range(0, queues)
                .mapToObj(queue -> new NicGuestMemory(memory, bytes, queue, queues, pageShift, options))
                .toList();
    }

    private static int buffers(final NicOptions options) {
        return 2 * options.inFlight();
    }

    private static long bytesOfQueue(final int pageShift, final NicOptions options) {
        return RING_BYTES + ((long) buffers(options) * options.pages() << pageShift);
    }

    /** All of guest memory, as the guest's own instructions see it. */
    UnsafeBuffer bytes() {
        return bytes;
    }

    int queue() {
        return queue;
    }

    /** Bus address of a queue's ring. */
    static long ringIoba(final int queue) {
        return (long) queue * RING_BYTES;
    }

    long ringGpa() {
        return startGpa;
    }

    /** Where lists of TCEs are. */
    long listGpa() {
        return startGpa + LIST_OFFSET;
    }

    /** The first page of each window that is the driver's for packets. */
    int firstPage() {
        return firstPage;
    }

    /** Takes a buffer that is free. */
    int takeBuffer(final long random) {
        final int place = (int) Long.remainderUnsigned(random, freeCount);
        final int buffer = free[place];
        free[place] = free[--freeCount];
        return buffer;
    }

    void giveBuffer(final int buffer) {
        free[freeCount++] = buffer;
    }

    long bufferGpa(final int buffer) {
        return startGpa + RING_BYTES + buffer * bufferBytes;
    }

    /** Writes the TCEs of a buffer's pages. */
    void writeList(final long gpa, final int pageShift, final long permissions, final int pages) {
        for (int page = 0; page < pages; page++) {
            memory.putBigEndianOpaque(
                    listGpa() + (long) page * Long.BYTES, gpa + ((long) page << pageShift) | permissions);
        }
    }
}
