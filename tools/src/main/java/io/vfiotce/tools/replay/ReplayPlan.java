package io.vfiotce.tools.replay;

import io.vfiotce.hcall.LayerDependent;
import io.vfiotce.memory.GuestMemory;
import io.vfiotce.memory.Memslot;
import io.vfiotce.memory.Memslots;
import io.vfiotce.papr.Tce;
import io.vfiotce.tce.TceTable;
import io.vfiotce.tce.WindowGeometry;
import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.trace.Trace;
import io.vfiotce.tools.trace.TraceGrade;
import io.vfiotce.tools.trace.TraceKind;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What is known about a recording before it is replayed: which vCPU runs which records, how much memory the guest has, and
 * which calls only the handler can answer as recorded.
 *
 * <p>The recordings were answered by QEMU's userspace handler. A call for which the kernel layers legitimately differ
 * ({@link LayerDependent}) is therefore handed to the handler on the fast path too, and counted apart.
 */
final class ReplayPlan {
    private static final int GIB_SHIFT = 30;
    private static final long GIB = 1L << GIB_SHIFT;
    private static final long MAX_RAM_BYTES = 64 * GIB;

    private final Trace trace;
    private final List<int[]> lanes = new ArrayList<>();
    private final List<Memslot> ram = new ArrayList<>();
    private final BitSet forced;
    private final BitSet skipped;
    private final long ramBytes;
    private final int hostPageShift;
    private final RecordedBridges bridges;

    ReplayPlan(final Trace trace, final ReplayOptions options) {
        this.trace = trace;
        hostPageShift = options.hostPageShift();
        ramBytes = options.ramBytes() > 0 ? options.ramBytes() : ramSeen(trace);
        for (long gpa = 0; gpa < ramBytes; gpa += GIB) {
            ram.add(Memslot.of(gpa, GuestMemory.sparse(Math.min(GIB, ramBytes - gpa))));
        }
        skipped = notReplayable(trace);
        forced = onlyUserspace();
        bridges = new RecordedBridges(trace, options.passThrough().groups() > 0);
        assignLanes(options.vcpus());
    }

    Trace trace() {
        return trace;
    }

    /** Record numbers of each vCPU in order; all records of a LIOBN are one vCPU's. */
    List<int[]> lanes() {
        return lanes;
    }

    List<Memslot> ram() {
        return ram;
    }

    long ramBytes() {
        return ramBytes;
    }

    /** User address of a range of guest memory; -1 if it is not all in one memslot. */
    long userAddress(final long gpa, final long sizeBytes) {
        final int slot = (int) Math.min(gpa >>> GIB_SHIFT, ram.size());
        if (slot == ram.size()) {
            return -1;
        }
        final long offset = gpa - ram.get(slot).gpa();
        return sizeBytes > ram.get(slot).sizeBytes() - offset
                ? -1
                : ram.get(slot).ua() + offset;
    }

    /** The PCI host bridges. */
    RecordedBridges bridges() {
        return bridges;
    }

    /** Whether a call is handed to the handler on every path. */
    boolean isForced(final int record) {
        return forced.get(record);
    }

    long forcedCalls() {
        return forced.cardinality();
    }

    /** Whether too little was recorded of a call to make it again. */
    boolean isSkipped(final int record) {
        return skipped.get(record);
    }

    long skippedCalls() {
        return skipped.cardinality();
    }

    /** Calls of one round. */
    long calls() {
        return trace.hcalls() - skippedCalls();
    }

    /** The highest page that the guest mapped or a device reached is memory; real guests have at least 1 GiB here. */
    private static long ramSeen(final Trace trace) {
        long bytes = GIB;
        for (int i = 0; i < trace.size(); i++) {
            if (trace.kind(i) == TraceKind.XLATE && trace.perm(i) != 0) {
                bytes = ramWith(bytes, trace.value(i));
            } else if (trace.kind(i) == TraceKind.PUT && trace.status(i) == 0) {
                bytes = ramWithTce(bytes, trace.value(i));
            } else if (trace.kind(i) == TraceKind.INDIRECT && trace.status(i) == 0) {
                for (int k = 0; k < trace.count(i); k++) {
                    bytes = ramWithTce(bytes, trace.listWord(i, k));
                }
            }
        }
        return bytes;
    }

    private static long ramWithTce(final long bytes, final long tce) {
        return (tce & Tce.PERMISSIONS) == 0 ? bytes : ramWith(bytes, tce);
    }

    private static long ramWith(final long bytes, final long address) {
        return address < bytes || address >= MAX_RAM_BYTES ? bytes : (address / GIB + 1) * GIB;
    }

    private static BitSet notReplayable(final Trace trace) {
        final BitSet records = new BitSet(trace.size());
        for (int i = 0; i < trace.size(); i++) {
            final int kind = trace.kind(i);
            final boolean failedList = kind == TraceKind.INDIRECT && trace.status(i) != 0;
            if (trace.grade(i) == TraceGrade.LOSSY && (kind == TraceKind.STUFF || failedList)) {
                records.set(i);
            }
        }
        return records;
    }

    private BitSet onlyUserspace() {
        Memslots memslots = Memslots.EMPTY;
        for (final Memslot slot : ram) {
            memslots = memslots.with(slot);
        }
        final BitSet records = new BitSet(trace.size());
        final Map<Long, WindowGeometry> windows = new HashMap<>();
        final RecordedCall call = new RecordedCall(trace);
        for (int i = 0; i < trace.size(); i++) {
            if (trace.kind(i) == TraceKind.WINDOW_CREATE) {
                windows.put(trace.liobn(i), possible(geometry(trace, i), i));
            } else if (trace.kind(i) == TraceKind.WINDOW_REMOVE) {
                windows.remove(trace.liobn(i));
            } else if (TraceKind.isHcall(trace.kind(i)) && !skipped.get(i)) {
                final WindowGeometry window = windows.get(trace.liobn(i));
                if (LayerDependent.kernelAgainstUserspace(call.at(i), window, memslots)) {
                    records.set(i);
                }
            }
        }
        return records;
    }

    private WindowGeometry possible(final WindowGeometry window, final int record) {
        if (!window.isValid() || !TceTable.isRepresentable(window, hostPageShift)) {
            throw new BadInputException("line " + trace.line(record) + ": no window can be " + window);
        }
        return window;
    }

    /** A record in words. */
    String where(final int record) {
        return "line " + trace.line(record) + " " + TraceKind.nameOf(trace.kind(record)) + " liobn=0x"
                + Long.toHexString(trace.liobn(record)) + " ioba=0x" + Long.toHexString(trace.ioba(record));
    }

    static WindowGeometry geometry(final Trace trace, final int record) {
        final int shift = trace.pageShift(record);
        return new WindowGeometry(
                trace.liobn(record), shift, trace.windowStartBytes(record) >>> shift, trace.windowEntries(record));
    }

    private void assignLanes(final int vcpus) {
        final Map<Long, Integer> recordsByLiobn = new HashMap<>();
        for (int i = 0; i < trace.size(); i++) {
            recordsByLiobn.merge(bridges.laneKey(trace.liobn(i)), 1, Integer::sum);
        }
        // Longest first onto the emptiest lane, so that two vCPUs share the work as well as whole LIOBNs can be shared.
        final List<Long> liobns = new ArrayList<>(recordsByLiobn.keySet());
        liobns.sort(Comparator.comparing((Long liobn) -> -recordsByLiobn.get(liobn))
                .thenComparing(Comparator.naturalOrder()));
        final int[] load = new int[vcpus];
        final Map<Long, Integer> laneOf = new HashMap<>();
        for (final Long liobn : liobns) {
            int emptiest = 0;
            for (int lane = 1; lane < vcpus; lane++) {
                emptiest = load[lane] < load[emptiest] ? lane : emptiest;
            }
            laneOf.put(liobn, emptiest);
            load[emptiest] += recordsByLiobn.get(liobn);
        }
        final int[] filled = new int[vcpus];
        for (int lane = 0; lane < vcpus; lane++) {
            lanes.add(new int[load[lane]]);
        }
        for (int i = 0; i < trace.size(); i++) {
            final int lane = laneOf.get(bridges.laneKey(trace.liobn(i)));
            lanes.get(lane)[filled[lane]++] = i;
        }
    }
}
