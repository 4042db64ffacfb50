package io.vfiotce.tools.replay;

import io.vfiotce.handoff.HostBridge;
import io.vfiotce.kvm.Vcpu;
import io.vfiotce.kvm.Vm;
import io.vfiotce.memory.GuestInts;
import io.vfiotce.memory.Memslots;
import io.vfiotce.papr.HStatus;
import io.vfiotce.papr.Hcall;
import io.vfiotce.papr.Rtas;
import java.util.Arrays;

/**
 * Calls firmware as a guest does: writes the buffer, makes the hypercall, reads the results.
 *
 * @threads the vCPU's, offline before and after a call
 */
final class RtasGuest {
    // Any device of the bridge; firmware does not look at it.
    private static final long CONFIG_ADDRESS = 0x800;

    private final Vm vm;
    private final Vcpu vcpu;
    private final long bufferGpa;
    private long calls;

    RtasGuest(final Vm vm, final Vcpu vcpu, final long bufferGpa) {
        this.vm = vm;
        this.vcpu = vcpu;
        this.bufferGpa = bufferGpa;
    }

    long calls() {
        return calls;
    }

    /** Results of ibm,query-pe-dma-window in its long form. */
    long[] query(final HostBridge bridge) {
        return call(Rtas.QUERY_PE_DMA_WINDOW, 6, CONFIG_ADDRESS, high(bridge.buid()), low(bridge.buid()));
    }

    /** Results of ibm,create-pe-dma-window. */
    long[] create(final HostBridge bridge, final int pageShift, final int windowShift) {
        return call(
                Rtas.CREATE_PE_DMA_WINDOW,
                4,
                CONFIG_ADDRESS,
                high(bridge.buid()),
                low(bridge.buid()),
                pageShift,
                windowShift);
    }

    /** Results of ibm,remove-pe-dma-window. */
    long[] remove(final long liobn) {
        return call(Rtas.REMOVE_PE_DMA_WINDOW, 1, liobn);
    }

    /** Results of ibm,reset-pe-dma-window. */
    long[] reset(final HostBridge bridge) {
        return call(Rtas.RESET_PE_DMA_WINDOW, 1, CONFIG_ADDRESS, high(bridge.buid()), low(bridge.buid()));
    }

    private static long high(final long word) {
        return word >>> Integer.SIZE;
    }

    private static long low(final long word) {
        return word & 0xFFFF_FFFFL;
    }

    /** The results, from 0 to 2^32 - 1 each; all ones if the hypercall failed. */
    private long[] call(final long token, final int nret, final long... arguments) {
        final Memslots memslots = vm.memslots();
        put(memslots, 0, token);
        put(memslots, 1, arguments.length);
        put(memslots, 2, nret);
        for (int i = 0; i < arguments.length; i++) {
            put(memslots, Rtas.HEADER_WORDS + i, arguments[i]);
        }
        calls++;
        final long status = vcpu.hcall(Hcall.H_RTAS, bufferGpa, 0, 0, 0);
        vcpu.offline();
        final long[] results = new long[nret];
        if (status != HStatus.H_SUCCESS) {
            Arrays.fill(results, low(-1));
            return results;
        }
        for (int i = 0; i < nret; i++) {
            results[i] = GuestInts.get(memslots, gpa(Rtas.HEADER_WORDS + arguments.length + i));
        }
        return results;
    }

    private void put(final Memslots memslots, final int index, final long word) {
        GuestInts.put(memslots, gpa(index), word);
    }

    private long gpa(final int index) {
        return bufferGpa + (long) index * Integer.BYTES;
    }
}
