package io.vfiotce.tools.demo;

import io.vfiotce.kvm.Vcpu;
import io.vfiotce.papr.HStatus;
import io.vfiotce.papr.Tce;
import io.vfiotce.tce.WindowGeometry;
import java.util.List;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The guest's driver on one vCPU. For every packet it maps a buffer by a hypercall, posts a descriptor, rings the doorbell,
 * waits for the completion and unmaps. It sends and receives in turn.
 *
 * @threads the vCPU's; figures are exact once it has ended
 */
final class NicDriver implements Runnable {
    // Room for packets at any place that a cache line starts at.
    private static final int ALIGNMENT_BYTES = 64;

    private final Vcpu vcpu;
    private final NicQueue queue;
    private final NicGuestMemory memory;
    private final List<WindowGeometry> windows;
    private final UnsafeBuffer guest;
    private final NicOptions options;
    private final IdleStrategy idle;
    private final HcallTimer timer;
    private final long seed;
    // Of the packets in flight, by place in the ring.
    private final int[] buffers;
    private final int[] offsets;
    private long posted;
    private long completed;
    private long sent;
    private long mappedEntries;
    private long unmappedEntries;
    private long refusedCalls;
    private long badChecksums;
    private long startNs;
    private long completedAtStart;
    private long endNs;
    private volatile boolean isReady;
    private volatile boolean isMeasuring;
    private volatile boolean isStopped;
    private volatile boolean isAborted;

    NicDriver(
            final Vcpu vcpu,
            final NicQueue queue,
            final NicGuestMemory memory,
            final List<WindowGeometry> windows,
            final NicOptions options,
            final IdleStrategy idle) {
        this.vcpu = vcpu;
        this.queue = queue;
        this.memory = memory;
        this.windows = windows;
        this.options = options;
        this.idle = idle;
        seed = Packet.mix(options.seed() + memory.queue());
        guest = memory.bytes();
        timer = new HcallTimer();
        buffers = new int[options.inFlight()];
        offsets = new int[options.inFlight()];
    }

    /** Whether its first hypercalls are answered: a handler that is a process takes its time to start. */
    boolean isReady() {
        return isReady;
    }

    /** What is done from now on counts for the speed. */
    void measure() {
        isMeasuring = true;
    }

    /** Posts no more, and ends when all is completed. */
    void stop() {
        isStopped = true;
    }

    /** Ends at once: the card is not there any more. */
    void abort() {
        isAborted = true;
    }

    @Override
    public void run() {
        try {
            mapRing(Tce.PERMISSIONS);
            isReady = true;
            while (!isAborted && (!isStopped || completed < posted)) {
                if (isMeasuring && startNs == 0) {
                    startNs = System.nanoTime();
                    completedAtStart = completed;
                    timer.restart();
                }
                idle.idle(postAll() + completeAll());
            }
            endNs = System.nanoTime();
            mapRing(0);
        } finally {
            vcpu.offline();
        }
    }

    /** The ring stays mapped; word 0 unmaps it. */
    private void mapRing(final long permissions) {
        final WindowGeometry window = windows.get(0);
        final long pageBytes = 1L << window.pageShift();
        final long bytes = (long) queue.entries() * NicQueue.DESCRIPTOR_BYTES;
        for (long offset = 0; offset < bytes; offset += pageBytes) {
            final long tce = permissions == 0 ? 0 : memory.ringGpa() + offset | permissions;
            note(vcpu.hPutTce(window.liobn(), queue.descriptorIoba(0) + offset, tce), permissions != 0, 1);
        }
    }

    private int postAll() {
        final long before = posted;
        while (!isStopped && posted - completed < options.inFlight()) {
            post();
        }
        return (int) (posted - before);
    }

    private void post() {
        final int slot = (int) (posted % options.inFlight());
        final long number = number(posted);
        final boolean isTransmit = (posted & 1) == 0;
        final int bytes = options.packetBytes();
        final int room = (options.pages() << windows.get(0).pageShift()) - bytes;
        final long random = Packet.mix(number ^ seed);
        // Another buffer each time: what was mapped before must not be reached.
        buffers[slot] = memory.takeBuffer(random);
        offsets[slot] = (int) ((random >>> 32) % (room / ALIGNMENT_BYTES + 1)) * ALIGNMENT_BYTES;
        Work.spend(options.driverNs());
        if (isTransmit) {
            Packet.fill(guest, (int) memory.bufferGpa(buffers[slot]) + offsets[slot], bytes, number);
            sent++;
        }
        map(slot, isTransmit ? Tce.READ : Tce.WRITE);
        final int descriptor = (int) memory.ringGpa() + queue.offset(posted);
        guest.putLong(descriptor + NicQueue.IOBA, iobaOf(slot) + offsets[slot]);
        guest.putLong(descriptor + NicQueue.COMMAND, bytes | (isTransmit ? NicQueue.TRANSMIT : 0));
        guest.putLong(descriptor + NicQueue.NUMBER, number);
        guest.putLong(descriptor + NicQueue.STATE, NicQueue.POSTED);
        queue.ring(++posted);
    }

    private long number(final long packet) {
        return seed + packet;
    }

    private int completeAll() {
        final long before = completed;
        while (completed < posted && state(completed) != NicQueue.POSTED) {
            complete();
        }
        return (int) (completed - before);
    }

    private long state(final long packet) {
        return guest.getLongVolatile((int) memory.ringGpa() + queue.offset(packet) + NicQueue.STATE);
    }

    private void complete() {
        final int slot = (int) (completed % options.inFlight());
        final boolean isReceive = (completed & 1) != 0;
        unmap(slot);
        // After the unmap, as a driver may: the packet is no longer the card's to change.
        final int index = (int) memory.bufferGpa(buffers[slot]) + offsets[slot];
        if (isReceive && !Packet.isIntact(guest, index, options.packetBytes(), number(completed))) {
            badChecksums++;
        }
        memory.giveBuffer(buffers[slot]);
        completed++;
    }

    /** Packets take turns between the windows, and each place in the ring has pages of its own there. */
    private WindowGeometry windowOf(final int slot) {
        return windows.get((slot + memory.queue()) % windows.size());
    }

    private long iobaOf(final int slot) {
        final WindowGeometry window = windowOf(slot);
        final long page = memory.firstPage() + (long) slot * options.pages();
        return window.startBytes() + (page << window.pageShift());
    }

    private void map(final int slot, final long permissions) {
        final WindowGeometry window = windowOf(slot);
        final long gpa = memory.bufferGpa(buffers[slot]);
        final int pages = options.pages();
        final long status;
        if (pages == 1) {
            timer.begin();
            status = vcpu.hPutTce(window.liobn(), iobaOf(slot), gpa | permissions);
        } else {
            memory.writeList(gpa, window.pageShift(), permissions, pages);
            timer.begin();
            status = vcpu.hPutTceIndirect(window.liobn(), iobaOf(slot), memory.listGpa(), pages);
        }
        timer.called();
        note(status, true, pages);
    }

    private void unmap(final int slot) {
        final WindowGeometry window = windowOf(slot);
        final int pages = options.pages();
        timer.begin();
        final long status = pages == 1
                ? vcpu.hPutTce(window.liobn(), iobaOf(slot), 0)
                : vcpu.hStuffTce(window.liobn(), iobaOf(slot), 0, pages);
        timer.called();
        note(status, false, pages);
    }

    private void note(final long status, final boolean isMap, final int pages) {
        if (status != HStatus.H_SUCCESS) {
            refusedCalls++;
        } else if (isMap) {
            mappedEntries += pages;
        } else {
            unmappedEntries += pages;
        }
    }

    Vcpu vcpu() {
        return vcpu;
    }

    HcallTimer timer() {
        return timer;
    }

    NicDriverFigures figures() {
        return new NicDriverFigures(
                posted, completed, sent, mappedEntries, unmappedEntries, refusedCalls, badChecksums);
    }

    /** Packets per second of the measured time. */
    double packetsPerSecond() {
        return startNs == 0 || endNs <= startNs ? 0 : (completed - completedAtStart) * 1e9 / (endNs - startNs);
    }

    /** Share of the measured time that was spent in hypercalls, as far as those that were timed tell. */
    double hcallShare() {
        return startNs == 0 || endNs <= startNs
                ? 0
                : Math.min(1, timer.nsPerCall() * timer.calls() / (endNs - startNs));
    }
}
