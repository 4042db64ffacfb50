package io.vfiotce.memory;

import io.vfiotce.linux.FileDescriptors;
import io.vfiotce.linux.LockedMemory;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;

/**
 * How a process is set up. Every method returns this object; all settings have defaults.
 *
 * @threads one, before {@link UserProcess} is made from it
 */
public final class ProcessConfig {
    private static final int DEFAULT_FILE_LIMIT = 1 << 20;

    private int hostPageShift = 16;
    private long offHeapLimitBytes = Long.MAX_VALUE;
    private LockedMemory lockedMemory = LockedMemory.unlimited();
    private FileDescriptors files = new FileDescriptors(DEFAULT_FILE_LIMIT);
    private HostMemory hostMemory = HostMemory.flat(0);
    private long gracePeriodTimeoutNs = TimeUnit.SECONDS.toNanos(1);
    private NanoClock clock = SystemNanoClock.INSTANCE;

    /**
     * Sets the host page size, the granularity of memslots, regions and the guest view.
     *
     * @param shift 12 (4 KiB) or 16 (64 KiB, the default)
     * @return this
     */
    public ProcessConfig hostPageShift(final int shift) {
        if (shift != 12 && shift != 16) {
            throw new IllegalArgumentException("hostPageShift=" + shift + " is neither 12 nor 16");
        }
        hostPageShift = shift;
        return this;
    }

    /**
     * Limits the off-heap memory of the process; none unless set.
     *
     * @param bytes most bytes allocated at once
     * @return this
     */
    public ProcessConfig offHeapLimitBytes(final long bytes) {
        offHeapLimitBytes = bytes;
        return this;
    }

    /**
     * Sets the locked-memory account that tables and regions are charged to; one without limit unless set.
     *
     * @param account the account
     * @return this
     */
    public ProcessConfig lockedMemory(final LockedMemory account) {
        lockedMemory = account;
        return this;
    }

    /**
     * Sets the file descriptors; a set of its own unless set.
     *
     * @param descriptors the descriptors
     * @return this
     */
    public ProcessConfig files(final FileDescriptors descriptors) {
        files = descriptors;
        return this;
    }

    /**
     * Sets what is behind user addresses; unless set, pages that can all be pinned, at physical addresses equal to the user
     * addresses.
     *
     * @param memory the host's memory
     * @return this
     */
    public ProcessConfig hostMemory(final HostMemory memory) {
        if ((memory.hpaOffsetBytes() & (HostMemory.LARGEST_PAGE_BYTES - 1)) != 0) {
            throw new IllegalArgumentException("hpaOffsetBytes=0x" + Long.toHexString(memory.hpaOffsetBytes())
                    + " is no multiple of the largest page");
        }
        hostMemory = memory;
        return this;
    }

    /**
     * Sets how long a call that has to wait for running hypercalls waits at most; one second unless set.
     *
     * @param timeoutNs nanoseconds
     * @return this
     */
    public ProcessConfig gracePeriodTimeoutNs(final long timeoutNs) {
        gracePeriodTimeoutNs = timeoutNs;
        return this;
    }

    /**
     * Sets the clock of everything that waits; the system's unless set.
     *
     * @param nanoClock the clock; others may be waiting for the thread that reads it, so it must not call the library, nor take a
     *     lock that anybody holds while calling it
     * @return this
     */
    public ProcessConfig clock(final NanoClock nanoClock) {
        clock = nanoClock;
        return this;
    }

    int hostPageShift() {
        return hostPageShift;
    }

    long offHeapLimitBytes() {
        return offHeapLimitBytes;
    }

    LockedMemory lockedMemory() {
        return lockedMemory;
    }

    FileDescriptors files() {
        return files;
    }

    HostMemory hostMemory() {
        return hostMemory;
    }

    long gracePeriodTimeoutNs() {
        return gracePeriodTimeoutNs;
    }

    NanoClock clock() {
        return clock;
    }
}
