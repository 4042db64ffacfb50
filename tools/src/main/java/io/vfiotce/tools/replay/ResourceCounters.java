package io.vfiotce.tools.replay;

import io.vfiotce.iommu.IommuGroup;
import io.vfiotce.iommu.IommuTableGroup;
import io.vfiotce.memory.MappedCounts;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.userspace.PassThroughHost;
import io.vfiotce.vfio.VfioGroup;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Everything that must be at its start again when a path has ended: references, accounts, memory. */
final class ResourceCounters {
    private final UserProcess process;
    private final PassThroughHost host;

    ResourceCounters(final UserProcess process, final PassThroughHost host) {
        this.process = process;
        this.host = host;
    }

    /** The counters of this moment by name. */
    Map<String, Long> now() {
        final Map<String, Long> counters = new LinkedHashMap<>();
        counters.put("open files", (long) process.files().openCount());
        counters.put("locked pages", process.lockedMemory().lockedPages());
        counters.put("registered regions", (long)
                process.pinnedMemory().regionsAcquire().regions().size());
        for (int i = 0; i < MappedCounts.MAX_REGIONS; i++) {
            counters.put("mapped count " + i, process.pinnedMemory().counts().sum(i));
        }
        counters.put("off-heap bytes", process.offHeap().allocatedBytes());
        host.groups().forEach(group -> addGroup(group, counters));
        return counters;
    }

    private void addGroup(final IommuGroup group, final Map<String, Long> counters) {
        final String name = "group " + group.id() + ": ";
        final VfioGroup ofVfio = host.vfio().findGroup(group.id());
        counters.put(name + "references", (long) ofVfio.references());
        counters.put(name + "container users", (long) ofVfio.containerUsers());
        counters.put(name + "open", ofVfio.opened() ? 1L : 0);
        counters.put(name + "containers", ofVfio.container() == null ? 0L : 1);
        counters.put(name + "IOMMU group references", (long) group.references());
        long windows = 0;
        for (int slot = 0; slot < IommuTableGroup.MAX_TABLES; slot++) {
            windows += group.tableGroup().table(slot) == null ? 0 : 1;
        }
        counters.put(name + "windows", windows);
    }

    /** What differs now, in words. */
    List<String> changesSince(final Map<String, Long> start) {
        final List<String> changes = new ArrayList<>();
        now().forEach((name, value) -> {
            if (!value.equals(start.get(name))) {
                changes.add("not back at the end: " + name + " " + value + ", at the start " + start.get(name));
            }
        });
        return changes;
    }
}
