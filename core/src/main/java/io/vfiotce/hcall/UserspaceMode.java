package io.vfiotce.hcall;

import io.vfiotce.handoff.HandoffPort;
import io.vfiotce.handoff.HcallAnswer;
import io.vfiotce.memory.Memslots;
import io.vfiotce.memory.QuiescentReader;
import io.vfiotce.papr.HStatus;
import io.vfiotce.papr.Hcall;
import io.vfiotce.tce.LiobnDirectory;
import io.vfiotce.tce.TceTable;
import io.vfiotce.tce.UserspaceSide;

/**
 * The last layer: hands the call to the userspace handler, waits, and applies the answer.
 *
 * <p>The handler only says what happens. The vCPU checks that the answer fits the call and a window that still exists, and
 * applies it once, from its own registers and its own copy of the list: first in the guest view, then through the notifiers in the
 * containers. Meanwhile it is offline; the window's {@link UserspaceSide} keeps the memory that it stores to.
 *
 * @threads the vCPU's own
 */
final class UserspaceMode {
    // A window that changes while its call is decided is asked about again, but not for ever.
    private static final int MAX_ATTEMPTS = 3;

    // No status that a guest can see.
    private static final long AGAIN = HStatus.H_TOO_HARD;

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
            final long status = decideOffline(opcode, r4, r5, r6, r7, listWords);
            if (status != AGAIN) {
                return status;
            }
            // The window went or came anew while its call was decided: the answer was right, but of another window.
            vcpu.counters.refusedAnswer();
        }
        return HStatus.H_HARDWARE;
    }

    /** Hands the call over and applies the answer; whatever happens, the vCPU is online afterwards with copies of then. */
    private long decideOffline(
            final long opcode, final long r4, final long r5, final long r6, final long r7, final int listWords) {
        reader.offline();
        try {
            return decide(opcode, r4, r5, r6, r7, listWords);
        } catch (final InternalError e) {
            // A file that is shared with the handler was cut short, and the JVM says so only now.
            vcpu.counters.unanswered();
            return HStatus.H_HARDWARE;
        } finally {
            reader.online();
            vcpu.refreshIfChanged();
        }
    }

    private long decide(
            final long opcode, final long r4, final long r5, final long r6, final long r7, final int listWords) {
        if (!port.exchange(opcode, r4, r5, r6, r7, listWords)) {
            vcpu.counters.unanswered();
            return HStatus.H_HARDWARE;
        }
        if (!isLegal(opcode)) {
            return refuse();
        }
        if (port.effect() == HcallAnswer.EFFECT_NONE) {
            return port.journal() ? end(opcode) : refuse();
        }
        final TceTable table = windows.find(r4);
        if (table == null || table.generation() != port.generation()) {
            return AGAIN;
        }
        final UserspaceSide userspace = table.userspaceSide();
        synchronized (userspace) {
            return userspace.isOpen() ? apply(table, opcode, r6, r7, listWords) : AGAIN;
        }
    }

    /** The answer fits no call that there was. */
    private long refuse() {
        vcpu.counters.refusedAnswer();
        port.refuse();
        return HStatus.H_HARDWARE;
    }

    /** Whether status and effect are such that this call can have. */
    private boolean isLegal(final long opcode) {
        final long effect = port.effect();
        if (Hcall.index(opcode) < 0) {
            return HStatus.isDefined(port.status()) && effect == HcallAnswer.EFFECT_NONE;
        }
        final long ownEffect = opcode == Hcall.H_GET_TCE ? HcallAnswer.EFFECT_LOAD : HcallAnswer.EFFECT_STORE;
        return HStatus.isGuestVisible(port.status()) && (effect == HcallAnswer.EFFECT_NONE || effect == ownEffect);
    }

    private long end(final long opcode) {
        if (opcode == Hcall.H_GET_TCE) {
            // A GET that reads no entry has no value; the last call's must not be taken for one.
            vcpu.r4(0);
        }
        return port.status();
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

    /** Applies the answer to the window that it means; nothing happens if it reaches further than the call or the window. */
    private long apply(final TceTable table, final long opcode, final long r6, final long r7, final int listWords) {
        final long first = port.firstEntry();
        final long count = port.count();
        if (count < 0
                || first < 0
                || first > table.sizePages()
                || count > table.sizePages() - first
                || count > namedEntries(opcode, r7, listWords)
                || !port.journal()) {
            return refuse();
        }
        if (opcode == Hcall.H_GET_TCE) {
            vcpu.r4(count == 0 ? 0 : table.tceAcquire(first));
            return port.status();
        }
        final boolean stored = opcode == Hcall.H_PUT_TCE_INDIRECT
                ? table.store(first, port.list(), (int) count)
                : table.fill(first, count, r6);
        if (!stored) {
            return HStatus.H_HARDWARE;
        }
        table.userspaceSide().notifyChanged(table, first, count);
        return port.status();
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
