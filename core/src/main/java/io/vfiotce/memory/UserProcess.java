package io.vfiotce.memory;

import io.vfiotce.linux.FileDescriptors;
import io.vfiotce.linux.LockedMemory;
import org.agrona.concurrent.NanoClock;

/**
 * The process of a VMM: its files, its locked-memory account, its off-heap and pinned memory, and the readers that freeing
 * waits for. Its VMs and its VFIO files share it.
 *
 * <p>Life: create it, use it, close what was opened in it, close it.
 *
 * @threads any
 * @source Linux struct mm_struct, struct files_struct
 */
public final class UserProcess implements AutoCloseable {
    private final int hostPageShift;
    private final LockedMemory lockedMemory;
    private final FileDescriptors files;
    private final OffHeap offHeap;
    private final Quiescence quiescence;
    private final Reclaimer reclaimer;
    private final PinnedMemory pinnedMemory;
    private final NanoClock clock;
    private final long gracePeriodTimeoutNs;
    private boolean closed;

    /**
     * Starts a process.
     *
     * @param config how to set it up
     * @throws IllegalStateException if the JVM lacks the flag that Agrona needs
     * @throws OutOfMemoryError if there is no off-heap memory for it
     */
    public UserProcess(final ProcessConfig config) {
        AgronaAccess.require();
        hostPageShift = config.hostPageShift();
        lockedMemory = config.lockedMemory();
        files = config.files();
        clock = config.clock();
        gracePeriodTimeoutNs = config.gracePeriodTimeoutNs();
        offHeap = new OffHeap(config.offHeapLimitBytes());
        quiescence = new Quiescence(offHeap);
        reclaimer = new Reclaimer(quiescence, clock);
        pinnedMemory = openPinnedMemory(config.hostMemory());
    }

    private PinnedMemory openPinnedMemory(final HostMemory host) {
        try {
            return new PinnedMemory(this, host);
        } catch (final OutOfMemoryError e) {
            quiescence.close();
            throw e;
        }
    }

    /** {@return log2 of the host page size in bytes} */
    public int hostPageShift() {
        return hostPageShift;
    }

    /** {@return the locked-memory account} */
    public LockedMemory lockedMemory() {
        return lockedMemory;
    }

    /** {@return the file descriptors} */
    public FileDescriptors files() {
        return files;
    }

    /** {@return where off-heap memory comes from} */
    public OffHeap offHeap() {
        return offHeap;
    }

    /** {@return the readers of shared state} */
    public Quiescence quiescence() {
        return quiescence;
    }

    /** {@return what frees shared state when no reader can use it any more} */
    public Reclaimer reclaimer() {
        return reclaimer;
    }

    /** {@return counts changes of what vCPUs keep copies of} */
    public ChangeCount changes() {
        return quiescence.changes();
    }

    /** {@return the regions that are registered for DMA} */
    public PinnedMemory pinnedMemory() {
        return pinnedMemory;
    }

    /** {@return the clock of everything that waits} */
    public NanoClock clock() {
        return clock;
    }

    /**
     * Waits until no hypercall that runs now can use what was removed before, and frees it; as long as the process's
     * configuration says. The caller must not be an online vCPU, nor hold a lock that a hypercall can take.
     *
     * @return null when done, else the name of a vCPU that is late
     */
    public String awaitGracePeriod() {
        return reclaimer.awaitGracePeriod(gracePeriodTimeoutNs);
    }

    /**
     * As {@link #awaitGracePeriod}, but frees nothing, and so takes no lock that a free takes.
     *
     * @return null when done, else the name of a reader that is late
     */
    public String awaitReaders() {
        return reclaimer.awaitReaders(gracePeriodTimeoutNs);
    }

    /**
     * Ends the process and frees its memory; a second time does nothing.
     *
     * @throws IllegalStateException if a vCPU is still registered or a region is; the process goes on then
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        reclaimer.reclaim();
        pinnedMemory.removeOrphans();
        reclaimer.reclaim();
        pinnedMemory.requireEmpty();
        quiescence.close();
        pinnedMemory.counts().free();
        closed = true;
    }
}
