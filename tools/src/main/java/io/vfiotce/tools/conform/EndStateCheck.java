package io.vfiotce.tools.conform;

import io.vfiotce.tce.TceTable;

/** Compares what a kernel scenario leaves behind with its recording, and audits it. */
final class EndStateCheck {
    private EndStateCheck() {}

    static void run(final Scenario scenario, final ScenarioVm vm, final Tally tally) {
        final EndState expected = scenario.endState();
        for (final EndState.GuestEntry entry : expected.guest()) {
            recordedEntry(entry, vm, tally);
        }
        for (final long liobn : vm.liobns()) {
            otherEntries(scenario, liobn, vm.table(liobn), tally);
        }
        HardwareStateCheck.run(scenario, vm.hardware(), tally);
        for (final SafetyAudit.Violation found : SafetyAudit.violations(vm.hardware())) {
            tally.differs(scenario.endLine(), found.subject(), found.expected(), found.got());
        }
        final EndState.LockedPages locked = expected.locked();
        if (vm.lockedPages() != locked.pages()) {
            tally.differs(
                    locked.line(), "locked", Long.toHexString(locked.pages()), Long.toHexString(vm.lockedPages()));
        }
    }

    private static void recordedEntry(final EndState.GuestEntry entry, final ScenarioVm vm, final Tally tally) {
        final TceTable table = vm.table(entry.liobn());
        final boolean exists = table != null && Long.compareUnsigned(entry.entry(), table.sizePages()) < 0;
        if (!exists || table.tceAcquire(entry.entry()) != entry.tce()) {
            tally.differs(
                    entry.line(),
                    subject(entry.liobn(), entry.entry()),
                    Long.toHexString(entry.tce()),
                    exists ? Long.toHexString(table.tceAcquire(entry.entry())) : "no such entry");
        }
    }

    private static void otherEntries(
            final Scenario scenario, final long liobn, final TceTable table, final Tally tally) {
        final long leafEntries = 1L << (scenario.hostPageShift() - 3);
        for (long start = 0; start < table.sizePages(); start += leafEntries) {
            if (!table.isResident(start, 1)) {
                continue;
            }
            final long end = Math.min(start + leafEntries, table.sizePages());
            for (long entry = start; entry < end; entry++) {
                final long tce = table.tceAcquire(entry);
                if (tce != 0 && !scenario.endState().namesGuest(liobn, entry)) {
                    tally.differs(scenario.endLine(), subject(liobn, entry), "0", Long.toHexString(tce));
                }
            }
        }
    }

    private static String subject(final long liobn, final long entry) {
        return "guest " + Long.toHexString(liobn) + " " + Long.toHexString(entry);
    }
}
