package io.vfiotce.tools.demo;

import io.vfiotce.dma.DmaContext;
import io.vfiotce.dma.DmaStatus;
import java.util.List;
import org.agrona.BufferUtil;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The network card: takes posted descriptors, transmits by reading a packet from guest memory and checking it, receives by
 * writing one there, and completes. All of it by DMA.
 *
 * @threads its own; figures are exact once it has ended
 */
final class NicCard implements Runnable {
    private final DmaContext dma;
    private final List<NicQueue> queues;
    private final long[] served;
    private final IdleStrategy idle;
    private final UnsafeBuffer packet;
    private final long deviceNs;
    private final double linkNsPerByte;
    private final long damageEvery;
    private long linkFreeNs = System.nanoTime();
    private long transmitted;
    private long received;
    private long badChecksums;
    private long packets;
    private volatile boolean isStopped;

    NicCard(final DmaContext dma, final List<NicQueue> queues, final NicOptions options, final IdleStrategy idle) {
        this.dma = dma;
        this.queues = queues;
        this.idle = idle;
        served = new long[queues.size()];
        packet = new UnsafeBuffer(BufferUtil.allocateDirectAligned(options.packetBytes(), Long.BYTES));
        deviceNs = options.deviceNs();
        // Bits of a byte at so many millions a second.
        linkNsPerByte = options.linkMbps() == 0 ? 0 : 8_000.0 / options.linkMbps();
        damageEvery = options.damageEvery();
    }

    void stop() {
        isStopped = true;
    }

    @Override
    public void run() {
        try {
            while (!isStopped) {
                int work = 0;
                for (int queue = 0; queue < served.length; queue++) {
                    work += serve(queue);
                }
                // Whoever frees memory waits for the card no longer than until here.
                dma.end();
                idle.idle(work);
            }
        } finally {
            dma.offline();
        }
    }

    /** Serves what is posted in one queue; returns how many packets. */
    private int serve(final int index) {
        final NicQueue queue = queues.get(index);
        final int work = (int) (queue.posted() - served[index]);
        for (int i = 0; i < work; i++) {
            serve(queue.descriptorIoba(served[index]++));
        }
        return work;
    }

    private void serve(final long descriptor) {
        final long ioba = load(descriptor + NicQueue.IOBA);
        final long command = load(descriptor + NicQueue.COMMAND);
        final long number = load(descriptor + NicQueue.NUMBER);
        final int bytes = (int) command;
        packets++;
        long state = NicQueue.DONE;
        if ((command & NicQueue.TRANSMIT) != 0) {
            require(dma.read(ioba, packet, 0, bytes), "reading a packet", ioba);
            damage(bytes);
            if (!Packet.isIntact(packet, 0, bytes, number)) {
                badChecksums++;
                state = NicQueue.BAD_CHECKSUM;
            }
            transmitted++;
        } else {
            Packet.fill(packet, 0, bytes, number);
            damage(bytes);
            require(dma.write(ioba, packet, 0, bytes), "writing a packet", ioba);
            received++;
        }
        Work.spend(deviceNs);
        passLink(bytes);
        require(dma.store64(descriptor + NicQueue.STATE, state), "completing", descriptor);
    }

    private long load(final long ioba) {
        require(dma.load64(ioba), "reading a descriptor", ioba);
        return dma.value();
    }

    private static void require(final int status, final String what, final long ioba) {
        if (status != DmaStatus.OK) {
            throw new IllegalStateException(
                    "the card's " + what + " at 0x" + Long.toHexString(ioba) + " is " + DmaStatus.name(status));
        }
    }

    /** Damages the packet if it is the turn of this one. */
    private void damage(final int bytes) {
        if (damageEvery != 0 && packets % damageEvery == 0) {
            packet.putByte(bytes / 2, (byte) (packet.getByte(bytes / 2) ^ 1));
        }
    }

    private void passLink(final int bytes) {
        if (linkNsPerByte > 0) {
            // The card has no buffer: time that the link stood idle is lost.
            linkFreeNs = Math.max(linkFreeNs, System.nanoTime()) + (long) (bytes * linkNsPerByte);
            Work.until(linkFreeNs);
        }
    }

    long transmitted() {
        return transmitted;
    }

    long received() {
        return received;
    }

    long badChecksums() {
        return badChecksums;
    }
}
