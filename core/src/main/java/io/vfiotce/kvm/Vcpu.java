package io.vfiotce.kvm;

import io.vfiotce.handoff.HandoffPort;
import io.vfiotce.hcall.HcallChain;
import io.vfiotce.hcall.HcallEnvironment;
import io.vfiotce.memory.QuiescentReader;
import io.vfiotce.telemetry.HcallCounters;

/**
 * A virtual CPU: serves the hypercalls of one guest thread by {@link #hcall}, or by the method of one hypercall where the
 * caller has told them apart already.
 *
 * <p>Between calls a vCPU that is online should not stay away for long: freeing tables waits for it. Bracket blocking and
 * long runs of the guest with {@link #offline} and {@link #online}.
 *
 * <p>It is its own chain of layers, so that a call follows one reference less.
 *
 * @threads one thread at a time; {@link #counters} any
 */
public final class Vcpu extends HcallChain implements AutoCloseable {
    private final Vm vm;
    private final String name;

    Vcpu(
            final Vm vm,
            final HcallEnvironment environment,
            final QuiescentReader reader,
            final HandoffPort port,
            final HcallCounters counters) {
        super(environment, reader, port, counters);
        this.vm = vm;
        name = reader.name();
    }

    /** {@return the name that messages call this vCPU by} */
    public String name() {
        return name;
    }

    /** Frees the vCPU. Its thread must be outside {@link #hcall}. */
    @Override
    public void close() {
        closeChain();
        vm.vcpuClosed(this);
    }
}
