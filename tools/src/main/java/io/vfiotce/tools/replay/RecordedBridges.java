package io.vfiotce.tools.replay;

import io.vfiotce.handoff.HostBridge;
import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.trace.PhbLiobns;
import io.vfiotce.tools.trace.Trace;
import io.vfiotce.tools.trace.TraceKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The PCI host bridges of a recording: those that get VFIO groups, and those whose windows the guest makes by RTAS.
 *
 * <p>A bridge is as the machine has it by default, but for its default window, which is as recorded.
 */
final class RecordedBridges {
    // As many as a pseries machine has.
    private static final int MAX_BRIDGES = 31;
    private static final int INDEX_SHIFT = 8;
    private static final long INDEX_MASK = 0x7F_FFFF;

    private final Map<Long, HostBridge> bridges = new TreeMap<>();
    private final SortedSet<Long> dynamic = new TreeSet<>();
    private final Set<Long> removing = new HashSet<>();
    private final Map<Long, Integer> firstCreations = new HashMap<>();

    RecordedBridges(final Trace trace, final boolean withGroups) {
        final SortedSet<Long> all = new TreeSet<>();
        for (int i = 0; i < trace.size(); i++) {
            if (TraceKind.isWindow(trace.kind(i)) && PhbLiobns.isPci(trace.liobn(i))) {
                final long bridge = PhbLiobns.bridge(trace.liobn(i));
                if (trace.kind(i) == TraceKind.WINDOW_REMOVE) {
                    removing.add(bridge);
                } else {
                    all.add(bridge);
                    note(i, trace.liobn(i), bridge);
                }
            }
        }
        // Without its default window a bridge is not recorded from the start, and firmware would place windows
        // elsewhere.
        dynamic.retainAll(firstCreations.keySet());
        if (withGroups) {
            requireFew(all, " that can have VFIO groups (--groups 0 replays without)");
        }
        requireFew(dynamic, " that can have dynamic windows");
        for (final Long liobn : withGroups ? all : dynamic) {
            bridges.put(liobn, bridge(trace, liobn));
        }
    }

    private void note(final int record, final long liobn, final long bridge) {
        if (liobn == bridge) {
            firstCreations.putIfAbsent(bridge, record);
        } else if (liobn == bridge + 1) {
            dynamic.add(bridge);
        }
    }

    private static void requireFew(final Set<Long> bridges, final String what) {
        if (bridges.size() > MAX_BRIDGES) {
            throw new BadInputException(bridges.size() + " PCI host bridges are more than the " + MAX_BRIDGES + what);
        }
    }

    private HostBridge bridge(final Trace trace, final long liobn) {
        final HostBridge machine = HostBridge.ofIndex((int) (liobn >>> INDEX_SHIFT & INDEX_MASK));
        final Integer creation = firstCreations.get(liobn);
        final int pageShift = creation == null ? machine.pageShift() : trace.pageShift(creation);
        return new HostBridge(
                machine.buid(),
                machine.liobn(),
                machine.secondLiobn(),
                dynamic.contains(liobn) ? HostBridge.MAX_WINDOWS : 1,
                creation == null ? machine.startBytes() : trace.windowStartBytes(creation),
                creation == null ? machine.sizeBytes() : trace.windowEntries(creation) << pageShift,
                pageShift,
                machine.secondStartBytes(),
                machine.pageSizeMask());
    }

    /** The bridges in the order of their LIOBNs. */
    List<HostBridge> all() {
        return new ArrayList<>(bridges.values());
    }

    /** The bridges whose windows the guest changes; their default windows are there when it starts. */
    List<HostBridge> dynamic() {
        return dynamic.stream().map(bridges::get).toList();
    }

    /** The bridge of a LIOBN if the guest changes its windows, else null. */
    HostBridge dynamicBridge(final long liobn) {
        final long first = PhbLiobns.isPci(liobn) ? PhbLiobns.bridge(liobn) : liobn;
        return dynamic.contains(first) && liobn <= first + 1 ? bridges.get(first) : null;
    }

    /** What must be one vCPU's: a LIOBN, or a bridge whose windows come and go, for their order tells where they lie. */
    long laneKey(final long liobn) {
        final HostBridge bridge = dynamicBridge(liobn);
        return bridge != null && removing.contains(bridge.liobn()) ? bridge.liobn() : liobn;
    }
}
