package io.vfiotce.tools.conform;

import io.vfiotce.linux.Errno;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.memory.PinnedMemory;
import io.vfiotce.memory.PinnedRegion;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.tce.IommuTableGeometry;
import io.vfiotce.tce.PinnedMappings;
import io.vfiotce.tce.TceTable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The registered regions and the IOMMU tables of one scenario. The tables belong to no container and are not charged.
 *
 * @threads one
 */
final class ScenarioHardware {
    private final UserProcess process;
    private final Map<Long, PinnedRegion> regions = new LinkedHashMap<>();
    private final Map<TableName, IommuTable> tables = new LinkedHashMap<>();

    ScenarioHardware(final UserProcess process) {
        this.process = process;
    }

    PinnedMemory memory() {
        return process.pinnedMemory();
    }

    /** Regions that are registered now, by the scenario's names. */
    Map<Long, PinnedRegion> regions() {
        return Collections.unmodifiableMap(regions);
    }

    /** Tables that are attached. */
    Map<TableName, IommuTable> tables() {
        return Collections.unmodifiableMap(tables);
    }

    /** How many entries point into a region. */
    long mappings(final PinnedRegion region) {
        return memory().counts().sum(region.index());
    }

    /**
     * Registers a region.
     *
     * @return 0 or the negative error number
     */
    long register(final long id, final long ua, final long pages) {
        try {
            regions.put(id, memory().register(ua, pages));
            return 0;
        } catch (final LinuxException e) {
            return e.result();
        }
    }

    /**
     * Drops a region's only use. No vCPU may be online.
     *
     * @return 0 or the negative error number
     */
    long unregister(final long id) {
        final PinnedRegion region = regions.get(id);
        if (region == null) {
            return result(Errno.ENOENT);
        }
        try {
            memory().put(region);
            regions.remove(id);
            return 0;
        } catch (final LinuxException e) {
            return e.result();
        }
    }

    /**
     * Makes a table that starts where a window does, and attaches it to the window.
     *
     * @param window the guest view; null if the window could not be created
     * @return 0 or the negative error number, with no table left
     */
    long attach(
            final TableName name, final TceTable window, final int pageShift, final long sizeBytes, final int levels) {
        if (window == null) {
            return result(Errno.EBADF);
        }
        final IommuTableGeometry geometry = new IommuTableGeometry(
                pageShift, window.geometry().startBytes(), sizeBytes, levels, process.hostPageShift());
        if (!geometry.isValid()) {
            return result(Errno.EINVAL);
        }
        final IommuTable table;
        try {
            table = new IommuTable(process, geometry, true);
        } catch (final OutOfMemoryError e) {
            return result(Errno.ENOMEM);
        }
        if (!fits(table, window) || !window.attached().attach(table)) {
            table.put();
            return result(Errno.EINVAL);
        }
        tables.put(name, table);
        return 0;
    }

    /** Whether a table can be attached to a window that starts where it does. */
    private static boolean fits(final IommuTable table, final TceTable window) {
        return table.pageShift() <= window.pageShift()
                && Long.compareUnsigned(
                                table.sizePages() << table.pageShift(), window.sizePages() << window.pageShift())
                        >= 0;
    }

    private static long result(final Errno errno) {
        return -errno.number();
    }

    /**
     * Frees everything. No vCPU and no window may be left. What is mapped unsafely cannot be taken down in order; its memory
     * is freed with the program.
     *
     * @return false if nothing was freed
     */
    boolean free() {
        if (!SafetyAudit.violations(this).isEmpty()) {
            return false;
        }
        for (final IommuTable table : tables.values()) {
            table.die();
            PinnedMappings.unmap(table, memory(), 0, table.sizePages());
            table.put();
        }
        memory().regionsAcquire().regions().forEach(memory()::release);
        return true;
    }
}
