package io.vfiotce.tools.replay;

/**
 * What was compared behind VFIO.
 *
 * @param groups VFIO groups that were attached
 * @param containers containers that they were in
 * @param tables IOMMU tables of all windows that are open at the end
 * @param entries their entries, all compared
 * @param counts regions whose mapped counts were compared
 * @param mapped sum of the counts
 * @param failedNotifications entries that userspace stored in one round and a container could not map
 */
public record HardwareResult(
        int groups, int containers, int tables, long entries, int counts, long mapped, long failedNotifications) {}
