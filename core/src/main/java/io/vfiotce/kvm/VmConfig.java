package io.vfiotce.kvm;

import io.vfiotce.linux.FileDescriptors;
import io.vfiotce.linux.LockedMemory;
import java.util.function.Supplier;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;

/**
 * How a VM is set up. Every method returns this object; all settings have defaults.
 *
 * @threads one, before {@link Vm} is made from it
 */
public final class VmConfig {
    private static final int DEFAULT_FILE_LIMIT = 1 << 20;
    private static final int DEFAULT_MAX_VCPUS = 1024;

    private int hostPageShift = 16;
    private boolean realMode = true;
    private int maxVcpus = DEFAULT_MAX_VCPUS;
    private long offHeapLimitBytes = Long.MAX_VALUE;
    private LockedMemory lockedMemory = LockedMemory.unlimited();
    private FileDescriptors files = new FileDescriptors(DEFAULT_FILE_LIMIT);
    private Supplier<? extends IdleStrategy> vcpuIdle = BackoffIdleStrategy::new;

    /**
     * Sets the host page size, the granularity of memslots and of the guest view.
     *
     * @param shift 12 (4 KiB) or 16 (64 KiB, the default)
     * @return this
     */
    public VmConfig hostPageShift(final int shift) {
        if (shift != 12 && shift != 16) {
            throw new IllegalArgumentException("hostPageShift=" + shift + " is neither 12 nor 16");
        }
        hostPageShift = shift;
        return this;
    }

    /**
     * Sets whether hypercalls are tried in real mode: true for a guest with a hash MMU (the default), false for radix.
     *
     * @param on whether real mode exists
     * @return this
     */
    public VmConfig realMode(final boolean on) {
        realMode = on;
        return this;
    }

    /**
     * Sets how many vCPUs the VM may have at once; 1024 unless set.
     *
     * @param count at least 1
     * @return this
     */
    public VmConfig maxVcpus(final int count) {
        if (count < 1) {
            throw new IllegalArgumentException("maxVcpus=" + count + " is below 1");
        }
        maxVcpus = count;
        return this;
    }

    /**
     * Limits the off-heap memory of the VM; none unless set.
     *
     * @param bytes most bytes allocated at once
     * @return this
     */
    public VmConfig offHeapLimitBytes(final long bytes) {
        offHeapLimitBytes = bytes;
        return this;
    }

    /**
     * Sets the locked-memory account that tables are charged to; one without limit unless set.
     *
     * @param account the process's account
     * @return this
     */
    public VmConfig lockedMemory(final LockedMemory account) {
        lockedMemory = account;
        return this;
    }

    /**
     * Sets the file descriptors of the process; a set of its own unless set.
     *
     * @param descriptors the process's descriptors
     * @return this
     */
    public VmConfig files(final FileDescriptors descriptors) {
        files = descriptors;
        return this;
    }

    /**
     * Sets how vCPUs wait for the userspace handler; by backing off unless set.
     *
     * @param strategies makes one strategy for each vCPU
     * @return this
     */
    public VmConfig vcpuIdle(final Supplier<? extends IdleStrategy> strategies) {
        vcpuIdle = strategies;
        return this;
    }

    int hostPageShift() {
        return hostPageShift;
    }

    boolean realMode() {
        return realMode;
    }

    int maxVcpus() {
        return maxVcpus;
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

    Supplier<? extends IdleStrategy> vcpuIdle() {
        return vcpuIdle;
    }
}
