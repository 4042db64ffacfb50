package io.vfiotce.iommu;

import java.util.Map;
import java.util.TreeMap;

/**
 * The isolation groups of a host by number: what VFIO and KVM share without knowing each other.
 *
 * @threads any; every method is synchronized
 * @source Linux iommu_group_alloc(), iommu_group_get_by_id()
 */
public final class HostIommu {
    private final Map<Integer, IommuGroup> groups = new TreeMap<>();
    private int nextId;

    /** Creates a host without groups. */
    public HostIommu() {}

    /**
     * Makes a group with the lowest number that was never used.
     *
     * @return the group, without devices
     */
    public synchronized IommuGroup newGroup() {
        final IommuGroup group = new IommuGroup(nextId++);
        groups.put(group.id(), group);
        return group;
    }

    /**
     * Finds a group.
     *
     * @param id the group's number
     * @return the group with one reference more, to be given back with {@link IommuGroup#put}; null if there is none
     */
    public synchronized IommuGroup get(final int id) {
        final IommuGroup group = groups.get(id);
        if (group != null) {
            group.get();
        }
        return group;
    }

    /**
     * Takes a group away.
     *
     * @param group the group
     */
    public synchronized void remove(final IommuGroup group) {
        groups.remove(group.id(), group);
    }
}
