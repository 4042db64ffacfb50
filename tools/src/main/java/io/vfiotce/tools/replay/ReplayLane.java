package io.vfiotce.tools.replay;

import io.vfiotce.kvm.Vcpu;
import io.vfiotce.kvm.Vm;
import io.vfiotce.memory.GuestMemory;
import io.vfiotce.memory.Memslot;
import io.vfiotce.papr.HStatus;
import io.vfiotce.papr.Hcall;
import io.vfiotce.papr.Tce;
import io.vfiotce.tce.TceTable;
import io.vfiotce.tools.trace.Trace;
import io.vfiotce.tools.trace.TraceGrade;
import io.vfiotce.tools.trace.TraceKind;

/**
 * One vCPU with its share of a recording.
 *
 * @threads the vCPU's thread
 */
final class ReplayLane {
    // Far above any guest memory: each lane has list pages of its own there.
    private static final long LISTS_GPA = 1L << 48;

    // Room for the lists of one timed block.
    private static final int LIST_PAGES = 1024;
    private static final long LIST_BYTES = (long) LIST_PAGES * Hcall.LIST_PAGE_BYTES;

    private final ReplayPlan plan;
    private final Trace trace;
    private final int[] records;
    private final Vcpu vcpu;
    private final LaneWindows windows;
    private final HardwareCheck hardware;
    private final DeviceCheck devices;
    private final Mismatches mismatches;
    private final GuestMemory lists;
    private final long listsGpa;
    private final boolean handlerOnly;
    private long timedNs;
    private long timedCalls;
    private long comparedTranslations;

    ReplayLane(
            final ReplayPlan plan,
            final int lane,
            final Vm vm,
            final PassThrough passThrough,
            final boolean handlerOnly,
            final Mismatches mismatches) {
        this.plan = plan;
        this.handlerOnly = handlerOnly;
        this.mismatches = mismatches;
        trace = plan.trace();
        records = plan.lanes().get(lane);
        hardware = new HardwareCheck(plan, passThrough, mismatches);
        devices = new DeviceCheck(plan, vm, passThrough, mismatches);
        lists = GuestMemory.sparse(LIST_BYTES);
        listsGpa = LISTS_GPA + lane * LIST_BYTES;
        vm.addMemslot(Memslot.of(listsGpa, lists));
        vcpu = vm.createVcpu();
        windows = new LaneWindows(plan, records, passThrough, new RtasGuest(vm, vcpu, listsGpa), mismatches);
    }

    /** Replays everything once and compares each status, each value read and each translation. */
    void verify() {
        vcpu.online();
        for (int index = 0; index < records.length; index++) {
            final int i = records[index];
            final int kind = trace.kind(i);
            if (kind == TraceKind.XLATE) {
                checkTranslation(i);
                continue;
            }
            if (kind == TraceKind.WINDOW_REMOVE && windows.table(trace.liobn(i)) != null) {
                hardware.check(windows.table(trace.liobn(i)));
            }
            if (!applyWindowEvent(index) && !plan.isSkipped(i)) {
                if (kind == TraceKind.INDIRECT) {
                    writeList(i, 0);
                }
                final long status = call(i, 0);
                if (status != trace.status(i)) {
                    mismatches.add(plan.where(i) + ": status " + status + ", recorded " + trace.status(i));
                } else if (kind == TraceKind.GET && status == HStatus.H_SUCCESS && isExact(i)) {
                    checkValue(i);
                }
            }
        }
        vcpu.offline();
    }

    /** Replays the calls alone, in blocks whose lists are written beforehand, and times the blocks. */
    void time() {
        vcpu.online();
        int block = 0;
        while (block < records.length) {
            int end = block;
            int written = 0;
            while (end < records.length && written < LIST_PAGES && !TraceKind.isWindow(trace.kind(records[end]))) {
                if (trace.kind(records[end]) == TraceKind.INDIRECT) {
                    writeList(records[end], written++);
                }
                end++;
            }
            timeBlock(block, end);
            if (end < records.length && applyWindowEvent(end)) {
                end++;
            }
            block = end;
        }
        vcpu.offline();
    }

    private void timeBlock(final int from, final int to) {
        long differences = 0;
        long calls = 0;
        int list = 0;
        final long start = System.nanoTime();
        for (int k = from; k < to; k++) {
            final int i = records[k];
            if (TraceKind.isHcall(trace.kind(i)) && !plan.isSkipped(i)) {
                if (call(i, list) != trace.status(i)) {
                    differences++;
                }
                calls++;
            }
            list += trace.kind(i) == TraceKind.INDIRECT ? 1 : 0;
        }
        timedNs += System.nanoTime() - start;
        timedCalls += calls;
        mismatches.add(differences, "timed round: statuses that differ from the recorded ones");
    }

    private long call(final int i, final int list) {
        final long liobn = trace.liobn(i);
        final long ioba = trace.ioba(i);
        if (plan.isForced(i) && !handlerOnly) {
            return vcpu.userspaceOnly(RecordedCall.opcodeOf(trace.kind(i)), liobn, ioba, r6(i, list), trace.count(i));
        }
        return switch (trace.kind(i)) {
            case TraceKind.PUT -> vcpu.hPutTce(liobn, ioba, trace.value(i));
            case TraceKind.STUFF -> vcpu.hStuffTce(liobn, ioba, trace.value(i), trace.count(i));
            case TraceKind.INDIRECT -> vcpu.hPutTceIndirect(liobn, ioba, r6(i, list), trace.count(i));
            default -> vcpu.hGetTce(liobn, ioba);
        };
    }

    private long r6(final int i, final int list) {
        if (trace.kind(i) != TraceKind.INDIRECT) {
            return trace.value(i);
        }
        // A list outside guest memory stays there: it reads as zeros. Any other lies in a page of this lane's own.
        return Long.compareUnsigned(trace.value(i), plan.ramBytes()) < 0 ? listGpa(list) : trace.value(i);
    }

    private long listGpa(final int list) {
        return listsGpa + (long) list * Hcall.LIST_PAGE_BYTES;
    }

    private void writeList(final int i, final int list) {
        final long offset = listGpa(list) - listsGpa;
        for (int k = 0; k < trace.count(i); k++) {
            lists.putBigEndianOpaque(offset + (long) k * Long.BYTES, trace.listWord(i, k));
        }
    }

    private boolean applyWindowEvent(final int index) {
        if (!TraceKind.isWindow(trace.kind(records[index]))) {
            return false;
        }
        // Making and removing windows waits for the vCPUs that are online.
        vcpu.offline();
        windows.apply(index);
        vcpu.online();
        return true;
    }

    private boolean isExact(final int i) {
        return trace.grade(i) != TraceGrade.LOSSY;
    }

    private void checkValue(final int i) {
        if (vcpu.r4() != trace.value(i)) {
            mismatches.add(plan.where(i) + ": read " + hex(vcpu.r4()) + ", recorded " + hex(trace.value(i)));
        }
    }

    private void checkTranslation(final int i) {
        final TceTable table = windows.table(trace.liobn(i));
        // What the guest view says is not as recorded is not asked of devices.
        if (!isExact(i) || isAsRecorded(i, table)) {
            devices.check(i, table);
        }
    }

    private boolean isAsRecorded(final int i, final TceTable table) {
        comparedTranslations++;
        final long entry = table == null ? -1 : trace.ioba(i) >>> table.pageShift();
        final boolean inside = table != null && entry < table.sizePages();
        final long tce = inside ? table.tceAcquire(entry) : 0;
        final long page = inside ? Tce.pageAddress(tce, table.pageShift()) : 0;
        final int mask = inside ? (int) ((1L << table.pageShift()) - 1) : -1;
        if (inside) {
            hardware.checkTranslation(table, trace.ioba(i));
        }
        final boolean isAsRecorded =
                page == trace.value(i) && Tce.permissions(tce) == trace.perm(i) && mask == trace.maskBits(i);
        if (!isAsRecorded) {
            mismatches.add(plan.where(i) + ": translated to " + hex(page) + " permission " + Tce.permissions(tce)
                    + " mask " + hex(Integer.toUnsignedLong(mask)) + ", recorded " + hex(trace.value(i))
                    + " permission "
                    + trace.perm(i) + " mask " + hex(Integer.toUnsignedLong(trace.maskBits(i))));
        }
        return isAsRecorded;
    }

    private static String hex(final long value) {
        return "0x" + Long.toHexString(value);
    }

    Vcpu vcpu() {
        return vcpu;
    }

    LaneWindows windows() {
        return windows;
    }

    long comparedTranslations() {
        return comparedTranslations;
    }

    DeviceResult devices() {
        return devices.result();
    }

    /** Nanoseconds that one timed round spent in calls; the count starts anew. */
    long takeTimedNs() {
        final long ns = timedNs;
        timedNs = 0;
        return ns;
    }

    long timedCalls() {
        return timedCalls;
    }

    void close() {
        devices.close();
        vcpu.close();
    }
}
