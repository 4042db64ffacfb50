package io.vfiotce.tools.conform;

/** The lines of the state that a kernel scenario leaves behind. */
final class EndStateLines {
    private EndStateLines() {}

    static void guest(final LineFields fields, final ScenarioBuilder scenario) throws VectorFormatException {
        final EndState.GuestEntry entry = new EndState.GuestEntry(
                fields.lineNumber(), fields.hex("the LIOBN"), fields.hex("the entry"), fields.hex("the TCE"));
        fields.end();
        requireNotZero(fields, entry.tce());
        scenario.guest(fields, entry);
    }

    static void hw(final LineFields fields, final ScenarioBuilder scenario) throws VectorFormatException {
        final EndState.HardwareEntry entry = new EndState.HardwareEntry(
                fields.lineNumber(),
                new TableName(fields.hex("the LIOBN"), fields.hex("the table")),
                fields.hex("the entry"),
                fields.hex("the TCE"),
                fields.hex("the user address"));
        fields.end();
        requireNotZero(fields, entry.tce() | entry.ua());
        scenario.hardware(fields, entry);
    }

    static void mapped(final LineFields fields, final ScenarioBuilder scenario) throws VectorFormatException {
        final EndState.MappedCount count = new EndState.MappedCount(
                fields.lineNumber(), fields.hex("the region"), fields.decimal("the count", Long.MAX_VALUE));
        fields.end();
        scenario.mapped(fields, count);
    }

    static void locked(final LineFields fields, final ScenarioBuilder scenario) throws VectorFormatException {
        final EndState.LockedPages pages =
                new EndState.LockedPages(fields.lineNumber(), fields.hex("the locked pages"));
        fields.end();
        scenario.locked(fields, pages);
    }

    private static void requireNotZero(final LineFields fields, final long words) throws VectorFormatException {
        if (words == 0) {
            throw fields.error("the entry is 0; only entries that are not 0 are listed");
        }
    }
}
