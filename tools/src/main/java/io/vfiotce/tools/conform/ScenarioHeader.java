package io.vfiotce.tools.conform;

/**
 * The first line of a scenario.
 *
 * @param line number of the line
 * @param number the scenario's number
 * @param profile what it was recorded from
 * @param hostPageShift log2 of the host page size in bytes
 * @param ramBytes guest memory from address 0 in bytes, 0 in a kernel scenario
 */
record ScenarioHeader(long line, long number, Profile profile, int hostPageShift, long ramBytes) {
    private static final long MAX_NUMBER = 999_999_999;
    // QEMU has no host pages in this sense; the smaller ones allow every size of its memory.
    private static final int QEMU_HOST_PAGE_SHIFT = 12;

    static ScenarioHeader parse(final LineFields fields) throws VectorFormatException {
        fields.literal("scenario");
        final long number = fields.decimal("the scenario's number", MAX_NUMBER);
        final ScenarioHeader header = fields.startsWith("profile=qemu")
                ? qemu(fields, number)
                : new ScenarioHeader(fields.lineNumber(), number, Profile.KERNEL, hostPageShift(fields), 0);
        fields.end();
        return header;
    }

    private static int hostPageShift(final LineFields fields) throws VectorFormatException {
        final long shift = fields.decimalOf("hostPageShift", Long.MAX_VALUE);
        if (shift != 12 && shift != 16) {
            throw fields.error("hostPageShift=" + shift + " is neither 12 nor 16");
        }
        return (int) shift;
    }

    private static ScenarioHeader qemu(final LineFields fields, final long number) throws VectorFormatException {
        fields.literal("profile=qemu");
        final long ramBytes = fields.hexOf("ram");
        GuestRange.requireUsable(fields, "ram", 0, ramBytes, QEMU_HOST_PAGE_SHIFT);
        return new ScenarioHeader(fields.lineNumber(), number, Profile.QEMU, QEMU_HOST_PAGE_SHIFT, ramBytes);
    }
}
