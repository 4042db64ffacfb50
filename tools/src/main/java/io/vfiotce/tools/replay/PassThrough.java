package io.vfiotce.tools.replay;

import io.vfiotce.iommu.IommuGroup;
import io.vfiotce.iommu.IommuTableGroup;
import io.vfiotce.kvm.KvmDeviceDescriptor;
import io.vfiotce.kvm.UserspaceWindow;
import io.vfiotce.kvm.Vm;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.tce.TceTable;
import io.vfiotce.tools.trace.PhbLiobns;
import io.vfiotce.userspace.PassThroughHost;
import io.vfiotce.userspace.VfioAddressSpace;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The VFIO groups of one path: each bridge has some, in one container or one each, and every window of the bridge has a
 * window in each of its containers.
 *
 * @threads any but an online vCPU
 */
final class PassThrough implements AutoCloseable {
    private record Bridge(List<IommuGroup> groups, List<VfioAddressSpace> spaces) {}

    private final Vm vm;
    private final int kvmDeviceFd;
    private final Map<Long, Bridge> bridges = new LinkedHashMap<>();
    private final Map<Long, List<IommuTable>> tables = new ConcurrentHashMap<>();
    private final SortedSet<String> refusals = new TreeSet<>();

    /** Attaches the groups of the host to the bridges by the protocol; the VM's memory is registered. */
    PassThrough(
            final PassThroughHost host,
            final Vm vm,
            final Collection<Long> bridgeLiobns,
            final PassThroughOptions options) {
        this.vm = vm;
        kvmDeviceFd = vm.createDevice(KvmDeviceDescriptor.KVM_DEV_TYPE_VFIO, 0);
        int firstGroup = 0;
        for (final Long liobn : bridgeLiobns) {
            final List<IommuGroup> groups = host.groups().subList(firstGroup, firstGroup + options.groups());
            firstGroup += options.groups();
            final int groupsOfContainer = options.shared() ? options.groups() : 1;
            final List<VfioAddressSpace> spaces = new ArrayList<>();
            for (int i = 0; i < groups.size(); i += groupsOfContainer) {
                final List<Integer> ids = groups.subList(i, i + groupsOfContainer).stream()
                        .map(IommuGroup::id)
                        .toList();
                spaces.add(new VfioAddressSpace(host.vfio(), vm, kvmDeviceFd, ids, options.backingShift()));
            }
            bridges.put(liobn, new Bridge(groups, spaces));
        }
    }

    /** Gives a window of a bridge its windows in the containers; one that cannot have them stays emulated, and is noted. */
    void addWindow(final UserspaceWindow window, final int tableFd) {
        final Bridge bridge = bridgeOf(window.table().liobn());
        if (bridge == null) {
            return;
        }
        synchronized (bridge) {
            try {
                for (final VfioAddressSpace space : bridge.spaces()) {
                    space.addWindow(window, tableFd);
                }
                tables.put(window.table().liobn(), tablesBehind(window.table(), bridge));
            } catch (final LinuxException e) {
                bridge.spaces().forEach(space -> space.removeWindow(window));
                refuse("no VFIO window for " + window.table().geometry() + ": " + e.getMessage()
                        + " (--groups 0 replays without VFIO)");
            }
        }
    }

    /** The tables that the groups translate a window's addresses with, each once. */
    private static List<IommuTable> tablesBehind(final TceTable window, final Bridge bridge) {
        final List<IommuTable> behind = new ArrayList<>();
        for (final IommuGroup group : bridge.groups()) {
            for (int slot = 0; slot < IommuTableGroup.MAX_TABLES; slot++) {
                final IommuTable table = group.tableGroup().table(slot);
                if (table != null
                        && table.geometry().startBytes() == window.geometry().startBytes()
                        && !behind.contains(table)) {
                    behind.add(table);
                }
            }
        }
        return behind;
    }

    private void refuse(final String what) {
        synchronized (refusals) {
            refusals.add(what);
        }
    }

    /** Unmaps everything behind a window; the guest view is empty already. */
    void clearWindow(final UserspaceWindow window) {
        final Bridge bridge = bridgeOf(window.table().liobn());
        if (bridge != null) {
            synchronized (bridge) {
                bridge.spaces().forEach(space -> space.clearWindow(window));
            }
        }
    }

    /** Takes the windows in the containers away. */
    void removeWindow(final UserspaceWindow window) {
        final Bridge bridge = bridgeOf(window.table().liobn());
        if (bridge != null) {
            synchronized (bridge) {
                tables.remove(window.table().liobn());
                bridge.spaces().forEach(space -> space.removeWindow(window));
            }
        }
    }

    private Bridge bridgeOf(final long liobn) {
        return PhbLiobns.isPci(liobn) ? bridges.get(PhbLiobns.bridge(liobn)) : null;
    }

    /** The IOMMU tables behind a window, in the order of the groups; none if it is emulated. */
    List<IommuTable> tablesOf(final long liobn) {
        return tables.getOrDefault(liobn, List.of());
    }

    /** Windows that had to stay emulated, in words. */
    List<String> refusals() {
        synchronized (refusals) {
            return List.copyOf(refusals);
        }
    }

    int groupCount() {
        return bridges.values().stream()
                .mapToInt(bridge -> bridge.groups().size())
                .sum();
    }

    int containerCount() {
        return bridges.values().stream()
                .mapToInt(bridge -> bridge.spaces().size())
                .sum();
    }

    long failedNotifications() {
        return bridges.values().stream()
                .flatMap(bridge -> bridge.spaces().stream())
                .mapToLong(VfioAddressSpace::failedNotifications)
                .sum();
    }

    @Override
    public void close() {
        bridges.values().forEach(bridge -> bridge.spaces().forEach(VfioAddressSpace::close));
        vm.files().close(kvmDeviceFd);
    }
}
