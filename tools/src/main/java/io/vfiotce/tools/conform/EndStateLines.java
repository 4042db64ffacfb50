package io.vfiotce.tools.conform;

/** The lines of the state that a kernel scenario leaves behind. */
final class EndStateLines {
    private EndStateLines() {}

    static void guest(final LineFields fields, final ScenarioBuilder scenario) throws VectorFormatException {
        final EndState.GuestEntry entry = new EndState.GuestEntry(
                fields.lineNumber(), fields.hex("the LIOBN"), fields.hex("the entry"), notZero(fields));
        fields.end();
        scenario.guest(fields, entry);
    }

    static void hw(final LineFields fields, final ScenarioBuilder scenario) throws VectorFormatException {
        final EndState.HardwareEntry entry = new EndState.HardwareEntry(
                fields.lineNumber(),
                fields.hex("the LIOBN"),
                fields.decimal("the table", Long.MAX_VALUE),
                fields.hex("the entry"),
                notZero(fields),
                fields.hex("the user address"));
        fields.end();
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

    private static long notZero(final LineFields fields) throws VectorFormatException {
        final long tce = fields.hex("the TCE");
        if (tce == 0) {
            throw fields.error("the TCE is 0; only entries that are not 0 are listed");
        }
        return tce;
    }
}
