package io.vfiotce.hcall;

import static io.vfiotce.papr.HStatus.H_SUCCESS;
import static io.vfiotce.papr.HStatus.H_TOO_HARD;

import io.vfiotce.handoff.HandoffPort;
import io.vfiotce.memory.QuiescentReader;
import io.vfiotce.papr.Hcall;
import io.vfiotce.telemetry.HcallCounters;

/**
 * The layers of one vCPU in order: real mode, virtual mode, userspace.
 *
 * @threads the vCPU's own
 */
public class HcallChain extends RealMode {
    private static final int GET = Hcall.index(Hcall.H_GET_TCE);
    private static final int PUT = Hcall.index(Hcall.H_PUT_TCE);
    private static final int STUFF = Hcall.index(Hcall.H_STUFF_TCE);
    private static final int INDIRECT = Hcall.index(Hcall.H_PUT_TCE_INDIRECT);

    private final VirtualMode virtualMode;
    private final UserspaceMode userspaceMode;
    private final RtasMode rtasMode;
    private boolean online;
    private boolean closed;

    /**
     * Builds the chain of a vCPU.
     *
     * @param environment what the VM's vCPUs share
     * @param reader the vCPU as a reader of shared state, offline
     * @param port the vCPU's way to the handler
     * @param counters counters of the vCPU
     */
    protected HcallChain(
            final HcallEnvironment environment,
            final QuiescentReader reader,
            final HandoffPort port,
            final HcallCounters counters) {
        super(environment, reader, counters);
        RealModeClasses.initialize();
        virtualMode = new VirtualMode(this);
        userspaceMode = new UserspaceMode(this, environment.windows(), reader, port);
        rtasMode = new RtasMode(this, environment.windowOperations(), reader, port);
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
     * @ordering no table is held between calls: a call that begins after a grace period did says so
     * @cost no allocation but one small object for each new page of a guest view; in real mode no lock, no fence
     */
    public final long hcall(final long opcode, final long r4, final long r5, final long r6, final long r7) {
        if (opcode == Hcall.H_PUT_TCE) {
            return hPutTce(r4, r5, r6);
        }
        if (opcode == Hcall.H_STUFF_TCE) {
            return hStuffTce(r4, r5, r6, r7);
        }
        if (opcode == Hcall.H_PUT_TCE_INDIRECT) {
            return hPutTceIndirect(r4, r5, r6, r7);
        }
        return opcode == Hcall.H_GET_TCE ? hGetTce(r4, r5) : otherHcall(opcode, r4, r5, r6, r7);
    }

    /**
     * Serves H_PUT_TCE.
     *
     * @param liobn logical I/O bus number
     * @param ioba bus address in bytes
     * @param tce the TCE
     * @return the status for the guest's r3, never H_TOO_HARD
     */
    public final long hPutTce(final long liobn, final long ioba, final long tce) {
        if (isPutReady() && putRemembered(liobn, ioba, tce)) {
            HcallCounters.entered(counterAddress, PUT);
            return H_SUCCESS;
        }
        return putByTables(liobn, ioba, tce);
    }

    private long putByTables(final long liobn, final long ioba, final long tce) {
        long status;
        // What is left to count is counted before anything that has changed is looked at: the copies tell whose it is.
        if (isPutReady() || mustCount(liobn, ioba, tce)) {
            HcallCounters.entered(counterAddress, PUT);
            status = putTce(liobn, ioba, tce);
        } else {
            status = startAnew(Hcall.H_PUT_TCE, liobn, ioba, tce, 0);
        }
        if (status == H_TOO_HARD) {
            status = leaveRealMode(Hcall.H_PUT_TCE, PUT, liobn, ioba, tce, 0);
        }
        return status;
    }

    /**
     * Serves H_GET_TCE; the TCE is in {@link #r4} afterwards.
     *
     * @param liobn logical I/O bus number
     * @param ioba bus address in bytes
     * @return the status for the guest's r3, never H_TOO_HARD
     */
    public final long hGetTce(final long liobn, final long ioba) {
        long status;
        if (isGetReady()) {
            HcallCounters.entered(counterAddress, GET);
            status = getTce(liobn, ioba);
        } else {
            status = startAnew(Hcall.H_GET_TCE, liobn, ioba, 0, 0);
        }
        if (status == H_TOO_HARD) {
            status = leaveRealMode(Hcall.H_GET_TCE, GET, liobn, ioba, 0, 0);
        }
        return status;
    }

    /**
     * Serves H_STUFF_TCE.
     *
     * @param liobn logical I/O bus number
     * @param ioba bus address of the first page in bytes
     * @param value the value
     * @param count number of pages
     * @return the status for the guest's r3, never H_TOO_HARD
     */
    public final long hStuffTce(final long liobn, final long ioba, final long value, final long count) {
        long status;
        if (isStuffReady()) {
            HcallCounters.entered(counterAddress, STUFF);
            status = stuffTce(liobn, ioba, value, count);
        } else {
            status = startAnew(Hcall.H_STUFF_TCE, liobn, ioba, value, count);
        }
        if (status == H_TOO_HARD) {
            status = leaveRealMode(Hcall.H_STUFF_TCE, STUFF, liobn, ioba, value, count);
        }
        return status;
    }

    /**
     * Serves H_PUT_TCE_INDIRECT.
     *
     * @param liobn logical I/O bus number
     * @param ioba bus address of the first page in bytes
     * @param listGpa guest physical address of the list
     * @param count number of words
     * @return the status for the guest's r3, never H_TOO_HARD
     */
    public final long hPutTceIndirect(final long liobn, final long ioba, final long listGpa, final long count) {
        long status;
        if (isIndirectReady()) {
            HcallCounters.entered(counterAddress, INDIRECT);
            status = putTceIndirect(liobn, ioba, listGpa, count);
        } else {
            status = startAnew(Hcall.H_PUT_TCE_INDIRECT, liobn, ioba, listGpa, count);
        }
        if (status == H_TOO_HARD) {
            status = leaveRealMode(Hcall.H_PUT_TCE_INDIRECT, INDIRECT, liobn, ioba, listGpa, count);
        }
        return status;
    }

    private long otherHcall(final long opcode, final long r4, final long r5, final long r6, final long r7) {
        synchronize();
        counters.enteredOther();
        final long status = userspace(opcode, r4, r5, r6, r7);
        return status;
    }

    private long userspace(final long opcode, final long r4, final long r5, final long r6, final long r7) {
        return opcode == Hcall.H_RTAS ? rtasMode.call(r4) : userspaceMode.call(opcode, r4, r5, r6, r7);
    }

    private boolean isRealModeOn(final int hcallIndex) {
        return (mask() & 1 << (EnabledHcalls.REAL_BIT + hcallIndex)) != 0;
    }

    /**
     * The rare start of a call: the vCPU was offline, something that it keeps a copy of has changed, or the call is not
     * enabled in real mode.
     */
    private long startAnew(final long opcode, final long r4, final long r5, final long r6, final long r7) {
        synchronize();
        HcallCounters.entered(counterAddress, Hcall.index(opcode));
        return isRealModeOn(Hcall.index(opcode)) ? realMode(opcode, r4, r5, r6, r7) : H_TOO_HARD;
    }

    private void synchronize() {
        online();
        if (!isCurrent()) {
            refresh();
        }
    }

    private long realMode(final long opcode, final long r4, final long r5, final long r6, final long r7) {
        return switch (Hcall.index(opcode)) {
            case 0 -> getTce(r4, r5);
            case 1 -> putTce(r4, r5, r6);
            case 2 -> stuffTce(r4, r5, r6, r7);
            case 3 -> putTceIndirect(r4, r5, r6, r7);
            default -> H_TOO_HARD;
        };
    }

    private long leaveRealMode(
            final long opcode, final int index, final long r4, final long r5, final long r6, final long r7) {
        if (!isRealModeOn(index)) {
            counters.passedOn(HcallCounters.REAL, HcallCounters.NOT_ENABLED);
        }
        if ((mask() & 1 << (EnabledHcalls.VIRTUAL_BIT + index)) == 0) {
            counters.passedOn(HcallCounters.VIRTUAL, HcallCounters.NOT_ENABLED);
        } else {
            final long status = virtualMode.call(opcode, r4, r5, r6, r7);
            if (status != H_TOO_HARD) {
                counters.ended(HcallCounters.VIRTUAL, index);
                return status;
            }
        }
        final long status = userspaceMode.call(opcode, r4, r5, r6, r7);
        counters.ended(HcallCounters.USERSPACE, index);
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
    public final long realModeOnly(final long opcode, final long r4, final long r5, final long r6, final long r7) {
        synchronize();
        final long status = realMode(opcode, r4, r5, r6, r7);
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
    public final long virtualModeOnly(final long opcode, final long r4, final long r5, final long r6, final long r7) {
        synchronize();
        final long status = virtualMode.call(opcode, r4, r5, r6, r7);
        return status;
    }

    /**
     * Hands a call to the userspace handler straight away, for verification.
     *
     * @param opcode r3
     * @param r4 LIOBN
     * @param r5 bus address in bytes
     * @param r6 TCE, value or list address
     * @param r7 count in pages
     * @return the status that the guest would see
     */
    public final long userspaceOnly(final long opcode, final long r4, final long r5, final long r6, final long r7) {
        synchronize();
        final int index = Hcall.index(opcode);
        final long status = userspace(opcode, r4, r5, r6, r7);
        if (index >= 0) {
            HcallCounters.entered(counterAddress, index);
            counters.ended(HcallCounters.USERSPACE, index);
        }
        return status;
    }

    /** Goes online if the vCPU is not. The first hypercall does it too. */
    public final void online() {
        if (closed) {
            throw new IllegalStateException(reader().name() + " is closed");
        }
        if (!online) {
            reader().online();
            online = true;
        }
    }

    /** Goes offline: freeing of tables does not wait for this vCPU until its next call. */
    public final void offline() {
        if (!closed) {
            online = false;
            forget();
            reader().offline();
        }
    }

    /** Frees what the chain holds; it cannot be used any more. */
    protected final void closeChain() {
        if (!closed) {
            offline();
            closed = true;
            reader().close();
            userspaceMode.close();
            free();
        }
    }
}
