package io.vfiotce.tools.conform;

import io.vfiotce.memory.PinnedRegion;
import io.vfiotce.papr.Tce;
import io.vfiotce.tce.IommuTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Checks what must hold whatever a recording says: hardware reaches registered memory only, the user address of an entry is
 * that of its physical address, and the count of a region is the number of entries that point into it.
 *
 * @threads one, while no call runs
 */
final class SafetyAudit {
    private final ScenarioHardware hardware;
    private final Map<PinnedRegion, Long> entriesByRegion = new HashMap<>();
    private final List<Violation> violations = new ArrayList<>();

    private SafetyAudit(final ScenarioHardware hardware) {
        this.hardware = hardware;
    }

    /** What is wrong; empty if nothing is. */
    static List<Violation> violations(final ScenarioHardware hardware) {
        final SafetyAudit audit = new SafetyAudit(hardware);
        hardware.tables().forEach(audit::entries);
        hardware.regions().forEach(audit::count);
        return audit.violations;
    }

    private void entries(final TableName name, final IommuTable table) {
        for (long entry = table.nextMapped(0); entry >= 0; entry = table.nextMapped(entry + 1)) {
            final String subject = "safety of hw " + name + " " + Long.toHexString(entry);
            final long ua = (table.hardwareTceAcquire(entry) & ~Tce.PERMISSIONS)
                    - hardware.memory().hpaOffsetBytes();
            final PinnedRegion region = hardware.memory().regionsAcquire().find(ua, 1L << table.pageShift());
            if (region == null) {
                violations.add(new Violation(subject, "registered memory", Long.toHexString(ua)));
            } else {
                entriesByRegion.merge(region, 1L, Long::sum);
            }
        }
    }

    private void count(final long id, final PinnedRegion region) {
        final long entries = entriesByRegion.getOrDefault(region, 0L);
        final long mappings = hardware.mappings(region);
        if (mappings != entries) {
            violations.add(new Violation(
                    "safety of region " + Long.toHexString(id), entries + " mappings", mappings + " mappings"));
        }
    }

    /**
     * Something that must not be.
     *
     * @param subject the entry or region
     * @param expected what should be
     * @param got what is
     */
    record Violation(String subject, String expected, String got) {}
}
