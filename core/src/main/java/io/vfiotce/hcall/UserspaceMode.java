package io.vfiotce.hcall;

import io.vfiotce.handoff.HandoffPort;
import io.vfiotce.handoff.HcallAnswer;
import io.vfiotce.memory.Memslots;
import io.vfiotce.memory.QuiescentReader;
import io.vfiotce.papr.HStatus;
import io.vfiotce.papr.Hcall;
import io.vfiotce.tce.LiobnDirectory;
import io.vfiotce.tce.TceTable;

/**
 * The last layer: hands the call to the userspace handler, waits, and applies the answer.
 *
 * <p>The handler only says what happens. The vCPU checks that the answer fits the call and a window that still exists, and
 * applies it once, from its own registers and its own copy of the list. While it waits it is offline and holds no table.
 *
 * @threads the vCPU's own
 */
final class UserspaceMode {
    // A window that changes while its call is decided is asked about again; a handler that never gets it right is not.
    private static final int MAX_ATTEMPTS = 3;

    private final VcpuState vcpu;
    private final LiobnDirectory windows;
    private final QuiescentReader reader;
    private final HandoffPort port;

    UserspaceMode(
            final VcpuState vcpu, final LiobnDirectory windows, final QuiescentReader reader, final HandoffPort port) {
        this.vcpu = vcpu;
        this.windows = windows;
        this.reader = reader;
        this.port = port;
    }

    /**
     * Ends a call in userspace.
     *
     * @param opcode r3
     * @param r4 LIOBN
     * @param r5 bus address in bytes
     * @param r6 TCE, value or list address
     * @param r7 count in pages
     * @return a status that a guest may see; H_HARDWARE, with nothing done, if no fitting answer comes
     */
    long call(final long opcode, final long r4, final long r5, final long r6, final long r7) {
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            final int listWords = opcode == Hcall.H_PUT_TCE_INDIRECT ? copyList(r6, r7) : 0;
            reader.offline();
            final boolean answered = port.exchange(opcode, r4, r5, r6, r7, listWords);
            reader.online();
            vcpu.refresh();
            if (!answered) {
                vcpu.counters.unanswered();
                return HStatus.H_HARDWARE;
            }
            final long status = apply(opcode, r4, r6, r7, listWords);
            if (status != HStatus.H_TOO_HARD) {
                return status;
            }
            vcpu.counters.refusedAnswer();
        }
        return HStatus.H_HARDWARE;
    }

    /** Copies the list as userspace reads it: what is not there reads as zeros. */
    private int copyList(final long listGpa, final long count) {
        if (!TceList.isLegal(listGpa, count)) {
            return 0;
        }
        final Memslots memslots = vcpu.memslots();
        final int slot = memslots.find(listGpa);
        if (slot >= 0) {
            memslots.copyList(slot, listGpa, (int) count, port.list(), 0, 0, -1);
        } else {
            port.list().fillRelease(0, (int) count, 0);
        }
        return (int) count;
    }

    /** Applies the answer; H_TOO_HARD if it does not fit. */
    private long apply(final long opcode, final long liobn, final long r6, final long r7, final int listWords) {
        final long status = port.status();
        final long effect = port.effect();
        if (!HStatus.isGuestVisible(status)) {
            return HStatus.H_TOO_HARD;
        }
        if (effect == HcallAnswer.EFFECT_NONE) {
            return status;
        }
        final TceTable table = windows.find(liobn);
        final long first = port.firstEntry();
        final long count = port.count();
        if (table == null
                || table.generation() != port.generation()
                || count < 0
                || first < 0
                || first > table.sizePages()
                || count > table.sizePages() - first
                || count > namedEntries(opcode, r7, listWords)) {
            return HStatus.H_TOO_HARD;
        }
        if (effect == HcallAnswer.EFFECT_LOAD && opcode == Hcall.H_GET_TCE && count == 1) {
            vcpu.r4(table.tceAcquire(first));
            return status;
        }
        if (effect != HcallAnswer.EFFECT_STORE || opcode == Hcall.H_GET_TCE) {
            return HStatus.H_TOO_HARD;
        }
        final boolean stored = opcode == Hcall.H_PUT_TCE_INDIRECT
                ? table.store(first, port.list(), (int) count)
                : table.fill(first, count, r6);
        return stored ? status : HStatus.H_HARDWARE;
    }

    /** Most entries that a call can touch by its own arguments. */
    private static long namedEntries(final long opcode, final long r7, final int listWords) {
        if (opcode == Hcall.H_STUFF_TCE) {
            return r7 < 0 ? Long.MAX_VALUE : r7;
        }
        return opcode == Hcall.H_PUT_TCE_INDIRECT ? listWords : 1;
    }

    void close() {
        port.close();
    }
}
