package io.vfiotce.tools.conform;

import io.vfiotce.memory.PinnedRegion;
import io.vfiotce.tce.IommuTable;

/** Compares the IOMMU tables and region counts that a kernel scenario leaves behind with their recording. */
final class HardwareStateCheck {
    private final Scenario scenario;
    private final ScenarioHardware hardware;
    private final Tally tally;

    private HardwareStateCheck(final Scenario scenario, final ScenarioHardware hardware, final Tally tally) {
        this.scenario = scenario;
        this.hardware = hardware;
        this.tally = tally;
    }

    static void run(final Scenario scenario, final ScenarioHardware hardware, final Tally tally) {
        final HardwareStateCheck check = new HardwareStateCheck(scenario, hardware, tally);
        scenario.endState().hardware().forEach(check::recordedEntry);
        hardware.tables().forEach(check::otherEntries);
        scenario.endState().mapped().forEach(check::recordedCount);
        hardware.regions().forEach(check::otherCount);
    }

    private void recordedEntry(final EndState.HardwareEntry entry) {
        final IommuTable table = hardware.tables().get(entry.table());
        final String expected = words(entry.tce(), entry.ua());
        final String got = table == null || Long.compareUnsigned(entry.entry(), table.sizePages()) >= 0
                ? "no such entry"
                : words(table.hardwareTceAcquire(entry.entry()), table.userAddressAcquire(entry.entry()));
        if (!got.equals(expected)) {
            tally.differs(entry.line(), subject(entry.table(), entry.entry()), expected, got);
        }
    }

    private void otherEntries(final TableName name, final IommuTable table) {
        long entry = 0;
        while (entry < table.sizePages()) {
            if (table.leafAddressAcquire(entry) == 0) {
                entry = table.afterAbsent(entry);
                continue;
            }
            final long tce = table.hardwareTceAcquire(entry);
            final long ua = table.userAddressAcquire(entry);
            if ((tce | ua) != 0 && !scenario.endState().namesHardware(name, entry)) {
                tally.differs(scenario.endLine(), subject(name, entry), words(0, 0), words(tce, ua));
            }
            entry++;
        }
    }

    private static String words(final long tce, final long ua) {
        return Long.toHexString(tce) + " " + Long.toHexString(ua);
    }

    private static String subject(final TableName name, final long entry) {
        return "hw " + name + " " + Long.toHexString(entry);
    }

    private void recordedCount(final EndState.MappedCount count) {
        final PinnedRegion region = hardware.regions().get(count.id());
        if (region == null || count.count() != mapped(region)) {
            tally.differs(
                    count.line(),
                    subject(count.id()),
                    Long.toString(count.count()),
                    region == null ? "no such region" : Long.toString(mapped(region)));
        }
    }

    private void otherCount(final long id, final PinnedRegion region) {
        if (!scenario.endState().namesMapped(id)) {
            tally.differs(scenario.endLine(), subject(id), "no such region", Long.toString(mapped(region)));
        }
    }

    /** The count as the kernel keeps it: a region without mappings has 1. */
    private long mapped(final PinnedRegion region) {
        return 1 + hardware.mappings(region);
    }

    private static String subject(final long id) {
        return "mapped " + Long.toHexString(id);
    }
}
