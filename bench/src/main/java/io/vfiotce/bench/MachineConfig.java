package io.vfiotce.bench;

import io.vfiotce.handoff.Handoff;
import io.vfiotce.memory.HostMemory;
import io.vfiotce.memory.ProcessConfig;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;

/**
 * What a {@link Machine} is made of. Every method returns this object; unless set, it is one vCPU and one window of 512 pages
 * of 4 KiB without IOMMU tables, over 64 MiB of memory that is one memslot and one region.
 */
public final class MachineConfig {
    /** Whichever number of IOMMU tables a window has: its own number, modulo this. */
    private static final int MIXED_GROUPS = 3;

    private int tables = 1;
    private long pages = Machine.WINDOW_PAGES;
    private int pageShift = Machine.PAGE_SHIFT;
    private int tablePageShift;
    private int hostPageShift = 16;
    private int levels = 1;
    private int groups;
    private boolean mixedGroups;
    private int regions = 1;
    private int memslots = 1;
    private int vcpus = 1;
    private long ramBytes = Machine.RAM_BYTES;
    private IdleStrategy handlerIdle = new BackoffIdleStrategy();
    private Handoff elsewhere;

    /**
     * A machine only to make every hypercall on: three windows with no, one and two IOMMU tables, memory of two memslots and
     * two regions, and memory that is not registered.
     */
    static MachineConfig ofEveryKind() {
        final MachineConfig config =
                new MachineConfig().tables(MIXED_GROUPS).regions(2).memslots(2);
        config.mixedGroups = true;
        return config;
    }

    /** Sets how many windows there are. */
    public MachineConfig tables(final int count) {
        tables = count;
        return this;
    }

    /** Sets how many pages a window has, at least 512. */
    public MachineConfig pages(final long count) {
        pages = count;
        return this;
    }

    /** Sets log2 of the bytes of a page of a window. */
    public MachineConfig pageShift(final int shift) {
        pageShift = shift;
        return this;
    }

    /** Sets log2 of the bytes of a page of the IOMMU tables; unless set, that of the window. */
    public MachineConfig tablePageShift(final int shift) {
        tablePageShift = shift;
        return this;
    }

    /** Sets log2 of the bytes of a host page, and so of a leaf. */
    public MachineConfig hostPageShift(final int shift) {
        hostPageShift = shift;
        return this;
    }

    /** Sets how many levels an IOMMU table has. */
    public MachineConfig levels(final int count) {
        levels = count;
        return this;
    }

    /** Sets how many IOMMU tables are attached to each window. */
    public MachineConfig groups(final int count) {
        groups = count;
        return this;
    }

    /** Sets how many regions of equal size the guest's memory is registered as. */
    public MachineConfig regions(final int count) {
        regions = count;
        return this;
    }

    /** Sets how many memslots of equal size the guest's memory is. */
    public MachineConfig memslots(final int count) {
        memslots = count;
        return this;
    }

    /** Sets how many vCPUs there are. */
    public MachineConfig vcpus(final int count) {
        vcpus = count;
        return this;
    }

    /** Sets how much memory the guest has; only touched pages take space. */
    public MachineConfig ramBytes(final long bytes) {
        ramBytes = bytes;
        return this;
    }

    /** Sets how the handler waits; rows of the kernel layers must not share the machine with a spinner. */
    public MachineConfig handlerIdle(final IdleStrategy strategy) {
        handlerIdle = strategy;
        return this;
    }

    /** Leaves the handler's work to somebody else. */
    public MachineConfig handlerElsewhere(final Handoff way) {
        elsewhere = way;
        return this;
    }

    int tables() {
        return tables;
    }

    long pages() {
        return pages;
    }

    int pageShift() {
        return pageShift;
    }

    int tablePageShift() {
        return tablePageShift == 0 ? pageShift : tablePageShift;
    }

    int levels() {
        return levels;
    }

    int groupsOf(final int table) {
        return mixedGroups ? table % MIXED_GROUPS : groups;
    }

    int regions() {
        return regions;
    }

    int memslots() {
        return memslots;
    }

    int vcpus() {
        return vcpus;
    }

    long ramBytes() {
        return ramBytes;
    }

    /** Guest memory behind the RAM that is not registered. */
    long unregisteredBytes() {
        return mixedGroups ? 1L << hostPageShift : 0;
    }

    IdleStrategy handlerIdle() {
        return handlerIdle;
    }

    Handoff elsewhere() {
        return elsewhere;
    }

    /** The process: its memory is backed by pages as large as an IOMMU table maps. */
    ProcessConfig process() {
        final int backingShift = Math.max(hostPageShift, tablePageShift());
        return new ProcessConfig().hostPageShift(hostPageShift).hostMemory(new HostMemory() {
            @Override
            public long hpaOffsetBytes() {
                return 0;
            }

            @Override
            public int pageShift(final long ua, final long sizeBytes, final int hostPageShift) {
                return backingShift;
            }
        });
    }

    /** The TCE of a page of the guest's memory, modulo its size, for reading and writing. */
    long tce(final long page) {
        return (page << pageShift) % ramBytes | 3;
    }
}
