package io.vfiotce.tools.replay;

import io.vfiotce.handoff.HostBridge;
import io.vfiotce.iommu.IommuGroup;
import io.vfiotce.iommu.IommuTableGroup;
import io.vfiotce.kvm.KvmDeviceDescriptor;
import io.vfiotce.kvm.Vm;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.tce.TceTable;
import io.vfiotce.tce.WindowGeometry;
import io.vfiotce.tools.trace.PhbLiobns;
import io.vfiotce.userspace.DmaWindows;
import io.vfiotce.userspace.PassThroughHost;
import io.vfiotce.userspace.VfioAddressSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The windows of one path, and the VFIO groups behind them: each bridge has some, in one container or one each, and every
 * window of the bridge has a window in each of its containers.
 *
 * @threads any but an online vCPU
 */
final class PassThrough implements AutoCloseable {
    private record Bridge(HostBridge bridge, List<IommuGroup> groups, List<VfioAddressSpace> spaces) {}

    private record Behind(TceTable window, List<IommuTable> tables) {}

    private final Vm vm;
    private final int kvmDeviceFd;
    private final DmaWindows windows;
    private final List<Bridge> bridges = new ArrayList<>();
    private final Map<Long, Behind> behind = new ConcurrentHashMap<>();
    private final SortedSet<String> refusals = new TreeSet<>();

    /** Attaches the groups of the host to the bridges by the protocol; the VM's memory is registered. */
    PassThrough(
            final PassThroughHost host, final Vm vm, final RecordedBridges recorded, final PassThroughOptions options) {
        this.vm = vm;
        kvmDeviceFd = vm.createDevice(KvmDeviceDescriptor.KVM_DEV_TYPE_VFIO, 0);
        windows = new DmaWindows(vm, recorded.all(), e -> refuse("no window by RTAS: " + e.getMessage()));
        int firstGroup = 0;
        for (final HostBridge bridge : recorded.all()) {
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
            spaces.forEach(space -> windows.attach(bridge, space));
            bridges.add(new Bridge(bridge, groups, spaces));
        }
        for (final HostBridge bridge : recorded.dynamic()) {
            final int shift = bridge.pageShift();
            create(new WindowGeometry(
                    bridge.liobn(), shift, bridge.startBytes() >>> shift, bridge.sizeBytes() >>> shift));
        }
    }

    /** The windows. */
    DmaWindows windows() {
        return windows;
    }

    /** Makes a window of the machine's; one that cannot have windows in the containers stays emulated, and is noted. */
    void create(final WindowGeometry window) {
        final Bridge bridge = bridgeOf(window.liobn());
        if (bridge != null && !bridge.bridge().hasLiobn(window.liobn())) {
            windows.createEmulated(window);
            refuseWindow(window, "a bridge's container has two windows");
            return;
        }
        try {
            windows.create(window);
        } catch (final LinuxException e) {
            if (bridge == null) {
                throw e;
            }
            windows.createEmulated(window);
            refuseWindow(window, e.getMessage());
        }
    }

    private void refuseWindow(final WindowGeometry window, final String why) {
        refuse("no VFIO window for " + window + ": " + why);
    }

    /** The tables that the groups translate a window's addresses with, each once. */
    private static List<IommuTable> tablesBehind(final TceTable window, final Bridge bridge) {
        final List<IommuTable> found = new ArrayList<>();
        for (final IommuGroup group : bridge.groups()) {
            for (int slot = 0; slot < IommuTableGroup.MAX_TABLES; slot++) {
                final IommuTable table = group.tableGroup().table(slot);
                if (table != null
                        && table.geometry().startBytes() == window.geometry().startBytes()
                        && !found.contains(table)) {
                    found.add(table);
                }
            }
        }
        return found;
    }

    private void refuse(final String what) {
        synchronized (refusals) {
            refusals.add(what + " (--groups 0 replays without VFIO)");
        }
    }

    private Bridge bridgeOf(final long liobn) {
        for (final Bridge bridge : bridges) {
            if (bridge.bridge().liobn() == PhbLiobns.bridge(liobn)
                    && !bridge.groups().isEmpty()) {
                return bridge;
            }
        }
        return null;
    }

    /** The IOMMU tables behind a window, in the order of the groups; none if it is emulated. */
    List<IommuTable> tablesOf(final long liobn) {
        final TceTable window = windows.table(liobn);
        final Bridge bridge = bridgeOf(liobn);
        if (window == null || bridge == null || !bridge.bridge().hasLiobn(liobn)) {
            return List.of();
        }
        return behind.compute(
                        liobn,
                        (number, known) -> known != null && known.window() == window
                                ? known
                                : new Behind(window, tablesBehind(window, bridge)))
                .tables();
    }

    /** The groups whose tables are behind a window; none if it is emulated. */
    List<IommuGroup> groupsOf(final long liobn) {
        return tablesOf(liobn).isEmpty() ? List.of() : bridgeOf(liobn).groups();
    }

    /** Windows that had to stay emulated, in words. */
    List<String> refusals() {
        synchronized (refusals) {
            return List.copyOf(refusals);
        }
    }

    int groupCount() {
        return bridges.stream().mapToInt(bridge -> bridge.groups().size()).sum();
    }

    int containerCount() {
        return bridges.stream().mapToInt(bridge -> bridge.spaces().size()).sum();
    }

    long failedNotifications() {
        return bridges.stream()
                .flatMap(bridge -> bridge.spaces().stream())
                .mapToLong(VfioAddressSpace::failedNotifications)
                .sum();
    }

    @Override
    public void close() {
        windows.close();
        bridges.forEach(bridge -> bridge.spaces().forEach(VfioAddressSpace::close));
        vm.files().close(kvmDeviceFd);
    }
}
