package io.vfiotce.tools.replay;

import io.vfiotce.handoff.HostBridge;
import io.vfiotce.papr.Rtas;
import io.vfiotce.tce.TceTable;
import io.vfiotce.tce.WindowGeometry;
import io.vfiotce.tools.trace.Trace;
import io.vfiotce.tools.trace.TraceKind;
import io.vfiotce.userspace.DmaWindows;

/**
 * The window events of one lane. What a guest can ask firmware for it asks firmware for, and gets what was recorded; the
 * windows that the machine starts with, and those of devices without a bridge, the VMM makes itself.
 *
 * @threads the lane's
 */
final class LaneWindows {
    private static final long LOW_WORD = 0xFFFF_FFFFL;

    private final ReplayPlan plan;
    private final Trace trace;
    private final int[] records;
    private final PassThrough passThrough;
    private final DmaWindows windows;
    private final RtasGuest guest;
    private final Mismatches mismatches;

    LaneWindows(
            final ReplayPlan plan,
            final int[] records,
            final PassThrough passThrough,
            final RtasGuest guest,
            final Mismatches mismatches) {
        this.plan = plan;
        this.records = records;
        this.passThrough = passThrough;
        this.guest = guest;
        this.mismatches = mismatches;
        trace = plan.trace();
        windows = passThrough.windows();
    }

    /** Does what a window event says. The vCPU is offline before and after. */
    void apply(final int index) {
        final int record = records[index];
        final long liobn = trace.liobn(record);
        final HostBridge bridge = plan.bridges().dynamicBridge(liobn);
        final int resetAt = bridge == null ? -1 : resetAt(index, bridge);
        if (trace.kind(record) == TraceKind.WINDOW_CREATE) {
            if (resetAt == index) {
                check(record, guest.reset(bridge), Rtas.SUCCESS);
            } else {
                create(record, ReplayPlan.geometry(trace, record), bridge);
            }
        } else if (resetAt < 0 && windows.table(liobn) != null) {
            if (bridge == null) {
                windows.remove(liobn);
            } else {
                check(record, guest.remove(liobn), Rtas.SUCCESS);
            }
        }
    }

    /**
     * A reset is recorded as removals and the creation of the default window, all of one line of the log. Returns where the
     * creation is if an event is part of one, else -1.
     */
    private int resetAt(final int index, final HostBridge bridge) {
        int first = index;
        while (first > 0 && isPartOf(first - 1, index) && isRemoval(first - 1)) {
            first--;
        }
        int last = first;
        boolean isSecondLeft = windows.table(bridge.secondLiobn()) != null;
        while (last < records.length && isPartOf(last, index) && isRemoval(last)) {
            isSecondLeft &= trace.liobn(records[last]) != bridge.secondLiobn();
            last++;
        }
        final boolean isReset = last > first
                && last < records.length
                && isPartOf(last, index)
                && ReplayPlan.geometry(trace, records[last]).equals(defaultOf(bridge));
        return isReset && !isSecondLeft ? last : -1;
    }

    private boolean isPartOf(final int other, final int index) {
        return TraceKind.isWindow(trace.kind(records[other]))
                && trace.line(records[other]) == trace.line(records[index])
                && plan.bridges().dynamicBridge(trace.liobn(records[other]))
                        == plan.bridges().dynamicBridge(trace.liobn(records[index]));
    }

    private boolean isRemoval(final int index) {
        return trace.kind(records[index]) == TraceKind.WINDOW_REMOVE;
    }

    private static WindowGeometry defaultOf(final HostBridge bridge) {
        final int shift = bridge.pageShift();
        return new WindowGeometry(bridge.liobn(), shift, bridge.startBytes() >>> shift, bridge.sizeBytes() >>> shift);
    }

    /** Creates a window, empty. One that is left of an earlier round goes first, or is emptied if it is not firmware's. */
    private void create(final int record, final WindowGeometry window, final HostBridge bridge) {
        final TceTable old = windows.table(window.liobn());
        final boolean isAlike = old != null && old.geometry().equals(window);
        if (isAlike && (bridge == null || !isFirmwares(window, bridge))) {
            windows.clear(window.liobn());
            return;
        }
        if (isAlike) {
            check(record, guest.remove(window.liobn()), Rtas.SUCCESS);
        } else {
            windows.remove(window.liobn());
        }
        if (bridge == null || !isFirmwares(window, bridge)) {
            passThrough.create(window);
        } else if (!createByFirmware(record, window, bridge)) {
            // What is replayed from here on needs a window all the same.
            windows.remove(window.liobn());
            windows.createEmulated(window);
        }
    }

    /** Whether a guest gets just this window when it asks for one of this size: a recording may lack what was before. */
    private boolean isFirmwares(final WindowGeometry window, final HostBridge bridge) {
        final TceTable other = windows.table(window.liobn() == bridge.liobn() ? bridge.secondLiobn() : bridge.liobn());
        final boolean isInPlace;
        if (other == null) {
            isInPlace = window.liobn() == bridge.liobn() && window.startBytes() == bridge.startBytes();
        } else {
            isInPlace = window.startBytes()
                    == (other.geometry().startBytes() == bridge.secondStartBytes()
                            ? bridge.startBytes()
                            : bridge.secondStartBytes());
        }
        return isInPlace
                && !window.equals(defaultOf(bridge))
                && Long.bitCount(window.sizePages()) == 1
                && (bridge.pageSizeMask() >>> window.pageShift() & 1) != 0;
    }

    private boolean createByFirmware(final int record, final WindowGeometry window, final HostBridge bridge) {
        final long[] offered = guest.query(bridge);
        final long isOffered = Rtas.pageSizeBits(1L << window.pageShift()) & offered[4];
        if (offered[0] != Rtas.SUCCESS || offered[1] == 0 || isOffered == 0) {
            mismatches.add(plan.where(record) + ": firmware offers no such window");
            return false;
        }
        final int windowShift = window.pageShift() + Long.numberOfTrailingZeros(window.sizePages());
        final long[] results = guest.create(bridge, window.pageShift(), windowShift);
        return check(
                record,
                results,
                Rtas.SUCCESS,
                window.liobn(),
                window.startBytes() >>> Integer.SIZE,
                window.startBytes() & LOW_WORD);
    }

    private boolean check(final int record, final long[] results, final long... recorded) {
        for (int i = 0; i < recorded.length; i++) {
            if (results[i] != recorded[i]) {
                mismatches.add(plan.where(record) + ": firmware's result " + i + " is 0x" + Long.toHexString(results[i])
                        + ", recorded 0x" + Long.toHexString(recorded[i]));
                return false;
            }
        }
        return true;
    }

    /** The table of a window, or null. */
    TceTable table(final long liobn) {
        return windows.table(liobn);
    }

    /** Calls of firmware so far. */
    long firmwareCalls() {
        return guest.calls();
    }
}
