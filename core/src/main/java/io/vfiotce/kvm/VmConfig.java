package io.vfiotce.kvm;

import io.vfiotce.handoff.AnswerLimit;
import io.vfiotce.iommu.HostIommu;
import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.memory.UserProcess;
import java.util.function.Supplier;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;

/**
 * How a VM is set up. Every method returns this object; all settings have defaults.
 *
 * @threads one, before {@link Vm} is made from it
 */
public final class VmConfig {
    private static final int DEFAULT_MAX_VCPUS = 1024;

    private boolean realMode = true;
    private int maxVcpus = DEFAULT_MAX_VCPUS;
    private UserProcess process;
    private ProcessConfig ownProcess = new ProcessConfig();
    private HostIommu host;
    private AnswerLimit answerLimit = AnswerLimit.THREAD;
    private Supplier<? extends IdleStrategy> vcpuIdle = BackoffIdleStrategy::new;

    /**
     * Sets the process that the VM belongs to. Unless set, the VM has one of its own, which ends with it.
     *
     * @param owner the process
     * @return this
     */
    public VmConfig process(final UserProcess owner) {
        process = owner;
        return this;
    }

    /**
     * Sets up the process that the VM has for its own.
     *
     * @param settings its settings; defaults unless set
     * @return this
     */
    public VmConfig process(final ProcessConfig settings) {
        ownProcess = settings;
        return this;
    }

    /**
     * Sets where IOMMU groups are found by number; none unless set, and hypercalls then reach no hardware table.
     *
     * @param iommu the IOMMU groups of the host
     * @return this
     */
    public VmConfig host(final HostIommu iommu) {
        host = iommu;
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
     * Sets how vCPUs wait for the userspace handler; by backing off unless set.
     *
     * @param strategies makes one strategy for each vCPU; it is called with the VM's lock held, so it must not call the library,
     *     nor take a lock that anybody holds while calling it
     * @return this
     */
    public VmConfig vcpuIdle(final Supplier<? extends IdleStrategy> strategies) {
        vcpuIdle = strategies;
        return this;
    }

    /**
     * Sets how long a vCPU waits for the answer of a handler in this process; {@link AnswerLimit#THREAD} unless set.
     *
     * @param limit the limit
     * @return this
     */
    public VmConfig answerLimit(final AnswerLimit limit) {
        answerLimit = limit;
        return this;
    }

    boolean realMode() {
        return realMode;
    }

    int maxVcpus() {
        return maxVcpus;
    }

    UserProcess process() {
        return process;
    }

    ProcessConfig ownProcess() {
        return ownProcess;
    }

    HostIommu host() {
        return host;
    }

    AnswerLimit answerLimit() {
        return answerLimit;
    }

    Supplier<? extends IdleStrategy> vcpuIdle() {
        return vcpuIdle;
    }
}
