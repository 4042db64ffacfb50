package io.vfiotce.tools.demo;

/**
 * The machine and its load.
 *
 * @param runNs how long each mode runs in nanoseconds
 * @param windows DMA windows, 1 or 2
 * @param packetBytes bytes of a packet
 * @param pages pages of the window that a packet's buffer is mapped by
 * @param inFlight packets that a vCPU has posted at a time
 * @param driverNs work of the driver for each packet beside its hypercalls, in nanoseconds
 * @param deviceNs work of the card for each packet beside its DMA, in nanoseconds
 * @param linkMbps speed of the link in megabits per second; 0 for no limit
 * @param damageEvery the card damages one packet in this many; 0 for none
 * @param seed of what is random
 */
record NicOptions(
        long runNs,
        int windows,
        int packetBytes,
        int pages,
        int inFlight,
        long driverNs,
        long deviceNs,
        long linkMbps,
        long damageEvery,
        long seed) {}
