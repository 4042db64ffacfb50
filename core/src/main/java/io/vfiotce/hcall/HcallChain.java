package io.vfiotce.hcall;

import static io.vfiotce.papr.HStatus.H_TOO_HARD;

import io.vfiotce.handoff.HandoffPort;
import io.vfiotce.memory.GuestAddressSpace;
import io.vfiotce.memory.OffHeap;
import io.vfiotce.memory.QuiescentReader;
import io.vfiotce.papr.Hcall;
import io.vfiotce.tce.LiobnDirectory;
import io.vfiotce.telemetry.HcallCounters;

/**
 * The layers of one vCPU in order: real mode, virtual mode, userspace.
 *
 * @threads the vCPU's own
 */
public final class HcallChain {
    private static final int GET = Hcall.index(Hcall.H_GET_TCE);
    private static final int PUT = Hcall.index(Hcall.H_PUT_TCE);
    private static final int STUFF = Hcall.index(Hcall.H_STUFF_TCE);
    private static final int INDIRECT = Hcall.index(Hcall.H_PUT_TCE_INDIRECT);

    private final EnabledHcalls enabled;
    private final QuiescentReader reader;
    private final VcpuState vcpu;
    private final RealMode realMode;
    private final VirtualMode virtualMode;
    private final UserspaceMode userspaceMode;
    private boolean online;
    private boolean closed;

    /**
     * Builds the chain of a vCPU.
     *
     * @param enabled which hypercalls the kernel layers serve
     * @param tables tables that the kernel layers serve
     * @param windows tables that the userspace handler answers for
     * @param guestMemory the guest's memory
     * @param reader the vCPU as a reader of shared state, offline
     * @param port the vCPU's way to the handler
     * @param counters counters of the vCPU
     * @param offHeap where private pages are kept
     */
    public HcallChain(
            final EnabledHcalls enabled,
            final LiobnDirectory tables,
            final LiobnDirectory windows,
            final GuestAddressSpace guestMemory,
            final QuiescentReader reader,
            final HandoffPort port,
            final HcallCounters counters,
            final OffHeap offHeap) {
        RealModeClasses.initialize();
        this.enabled = enabled;
        this.reader = reader;
        vcpu = new VcpuState(tables, guestMemory, counters, offHeap);
        realMode = new RealMode(vcpu);
        virtualMode = new VirtualMode(vcpu);
        userspaceMode = new UserspaceMode(vcpu, windows, reader, port);
    }

    /**
     * Serves a hypercall.
     *
     * @param opcode r3
     * @param r4 LIOBN
     * @param r5 bus address in bytes
     * @param r6 TCE of PUT, value of STUFF, list address of INDIRECT; else ignored
     * @param r7 count in pages of STUFF and INDIRECT; else ignored
     * @return the status for the guest's r3, never H_TOO_HARD; of a GET the TCE is in {@link #r4}
     * @ordering ends with a quiescent state: no table is held between calls
     * @cost in real mode no allocation, no lock, no fence
     */
    public long hcall(final long opcode, final long r4, final long r5, final long r6, final long r7) {
        if (!online) {
            online();
        }
        final int mask = enabled.mask();
        long status = H_TOO_HARD;
        int index = -1;
        if (opcode == Hcall.H_PUT_TCE) {
            index = PUT;
            if ((mask & 1 << PUT) != 0) {
                status = realMode.putTce(r4, r5, r6);
            }
        } else if (opcode == Hcall.H_STUFF_TCE) {
            index = STUFF;
            if ((mask & 1 << STUFF) != 0) {
                status = realMode.stuffTce(r4, r5, r6, r7);
            }
        } else if (opcode == Hcall.H_PUT_TCE_INDIRECT) {
            index = INDIRECT;
            if ((mask & 1 << INDIRECT) != 0) {
                status = realMode.putTceIndirect(r4, r5, r6, r7);
            }
        } else if (opcode == Hcall.H_GET_TCE) {
            index = GET;
            if ((mask & 1 << GET) != 0) {
                status = realMode.getTce(r4, r5);
            }
        }
        if (status != H_TOO_HARD) {
            vcpu.counters.ended(HcallCounters.REAL, index);
        } else {
            status = leaveRealMode(opcode, index, r4, r5, r6, r7);
        }
        reader.announce();
        return status;
    }

    private long leaveRealMode(
            final long opcode, final int index, final long r4, final long r5, final long r6, final long r7) {
        if (index < 0) {
            vcpu.counters.endedOther();
            return userspaceMode.call(opcode, r4, r5, r6, r7);
        }
        final int mask = enabled.mask();
        if ((mask & 1 << (EnabledHcalls.REAL_BIT + index)) == 0) {
            vcpu.counters.passedOn(HcallCounters.REAL, HcallCounters.NOT_ENABLED);
        }
        if ((mask & 1 << (EnabledHcalls.VIRTUAL_BIT + index)) == 0) {
            vcpu.counters.passedOn(HcallCounters.VIRTUAL, HcallCounters.NOT_ENABLED);
        } else {
            final long status = virtualMode.call(opcode, r4, r5, r6, r7);
            if (status != H_TOO_HARD) {
                vcpu.counters.ended(HcallCounters.VIRTUAL, index);
                return status;
            }
        }
        final long status = userspaceMode.call(opcode, r4, r5, r6, r7);
        vcpu.counters.ended(HcallCounters.USERSPACE, index);
        return status;
    }

    /**
     * Runs one layer alone, for verification.
     *
     * @param opcode r3
     * @param r4 LIOBN
     * @param r5 bus address in bytes
     * @param r6 TCE, value or list address
     * @param r7 count in pages
     * @return the layer's status, H_TOO_HARD if it passes the call on
     */
    public long realModeOnly(final long opcode, final long r4, final long r5, final long r6, final long r7) {
        online();
        final long status = realMode.call(opcode, r4, r5, r6, r7);
        reader.announce();
        return status;
    }

    /**
     * Runs one layer alone, for verification.
     *
     * @param opcode r3
     * @param r4 LIOBN
     * @param r5 bus address in bytes
     * @param r6 TCE, value or list address
     * @param r7 count in pages
     * @return the layer's status, H_TOO_HARD if it passes the call on
     */
    public long virtualModeOnly(final long opcode, final long r4, final long r5, final long r6, final long r7) {
        online();
        final long status = virtualMode.call(opcode, r4, r5, r6, r7);
        reader.announce();
        return status;
    }

    /** {@return the TCE that the last successful H_GET_TCE read} */
    public long r4() {
        return vcpu.r4;
    }

    /** {@return the vCPU's counters} */
    public HcallCounters counters() {
        return vcpu.counters;
    }

    /** Goes online if the vCPU is not. The first hypercall does it too. */
    public void online() {
        if (closed) {
            throw new IllegalStateException(reader.name() + " is closed");
        }
        if (!online) {
            reader.online();
            online = true;
        }
    }

    /** Goes offline: freeing of tables does not wait for this vCPU until its next call. */
    public void offline() {
        online = false;
        if (!closed) {
            reader.offline();
        }
    }

    /** Frees what the chain holds; it cannot be used any more. */
    public void close() {
        if (!closed) {
            offline();
            closed = true;
            reader.close();
            userspaceMode.close();
            vcpu.free();
        }
    }
}
