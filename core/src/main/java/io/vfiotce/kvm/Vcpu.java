package io.vfiotce.kvm;

import io.vfiotce.hcall.HcallChain;
import io.vfiotce.telemetry.HcallCounters;

/**
 * A virtual CPU: serves the hypercalls of one guest thread.
 *
 * <p>Between calls a vCPU that is online should not stay away for long: freeing tables waits for it. Bracket blocking and
 * long runs of the guest with {@link #offline} and {@link #online}.
 *
 * @threads one thread at a time; {@link #counters} any
 */
public final class Vcpu implements AutoCloseable {
    private final Vm vm;
    private final String name;
    private final HcallChain chain;

    Vcpu(final Vm vm, final String name, final HcallChain chain) {
        this.vm = vm;
        this.name = name;
        this.chain = chain;
    }

    /**
     * Serves a hypercall.
     *
     * @param opcode r3: an {@code H_} number of {@code Hcall}
     * @param r4 LIOBN
     * @param r5 bus address in bytes
     * @param r6 TCE of PUT, value of STUFF, guest physical address of the list of INDIRECT
     * @param r7 count in pages of STUFF and INDIRECT
     * @return the status for r3, an {@code H_} value of {@code HStatus}, never H_TOO_HARD; of a GET the TCE is in
     *     {@link #r4}. Never throws once the first call has gone through, unless the vCPU is closed
     * @ordering entries are stored with release and loaded with acquire
     * @cost 0 bytes on the heap in every layer; waits for the handler only if the kernel layers pass the call on
     */
    public long hcall(final long opcode, final long r4, final long r5, final long r6, final long r7) {
        return chain.hcall(opcode, r4, r5, r6, r7);
    }

    /** {@return the TCE that the last successful H_GET_TCE read} */
    public long r4() {
        return chain.r4();
    }

    /**
     * Runs a call in real mode alone, for verification.
     *
     * @param opcode r3
     * @param r4 LIOBN
     * @param r5 bus address in bytes
     * @param r6 as {@link #hcall}
     * @param r7 as {@link #hcall}
     * @return the status, H_TOO_HARD if real mode passes the call on
     */
    public long realModeOnly(final long opcode, final long r4, final long r5, final long r6, final long r7) {
        return chain.realModeOnly(opcode, r4, r5, r6, r7);
    }

    /**
     * Runs a call in virtual mode alone, for verification.
     *
     * @param opcode r3
     * @param r4 LIOBN
     * @param r5 bus address in bytes
     * @param r6 as {@link #hcall}
     * @param r7 as {@link #hcall}
     * @return the status, H_TOO_HARD if virtual mode passes the call on
     */
    public long virtualModeOnly(final long opcode, final long r4, final long r5, final long r6, final long r7) {
        return chain.virtualModeOnly(opcode, r4, r5, r6, r7);
    }

    /** {@return the name that messages call this vCPU by} */
    public String name() {
        return name;
    }

    /** {@return where calls ended and why layers passed them on} */
    public HcallCounters counters() {
        return chain.counters();
    }

    /** Goes online; the next hypercall would do it too. */
    public void online() {
        chain.online();
    }

    /** Goes offline until the next call: nothing waits for this vCPU. */
    public void offline() {
        chain.offline();
    }

    /** Frees the vCPU. Its thread must be outside {@link #hcall}. */
    @Override
    public void close() {
        chain.close();
        vm.vcpuClosed(this);
    }
}
