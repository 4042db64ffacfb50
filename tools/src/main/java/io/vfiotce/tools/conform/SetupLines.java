package io.vfiotce.tools.conform;

import io.vfiotce.tce.WindowGeometry;

/** The lines that set a scenario up, and {@code unreg}, which takes a part of it down. */
final class SetupLines {
    // Larger windows can be created, but comparing one with its recording would take minutes.
    private static final long MAX_WINDOW_PAGES = 1L << 32;
    private static final long MAX_LIOBN = 0xFFFF_FFFFL;
    private static final int MAX_SHIFT = 255;
    private static final int MAX_LEVELS = 255;

    private SetupLines() {}

    static void memslot(final LineFields fields, final ScenarioBuilder scenario) throws VectorFormatException {
        final Step.AddMemslot slot =
                new Step.AddMemslot(fields.lineNumber(), fields.hexOf("gpa"), fields.hexOf("size"), fields.hexOf("ua"));
        fields.end();
        final int hostPageShift = scenario.header().hostPageShift();
        GuestRange.requireUsable(fields, "memslot", slot.gpa(), slot.sizeBytes(), hostPageShift);
        GuestRange.requireUsable(fields, "user address range", slot.ua(), slot.sizeBytes(), hostPageShift);
        scenario.memslot(fields, slot);
    }

    static void window(final LineFields fields, final ScenarioBuilder scenario) throws VectorFormatException {
        if (scenario.header().profile() == Profile.QEMU) {
            qemuWindow(fields, scenario);
            return;
        }
        final Step.CreateWindow window = new Step.CreateWindow(
                fields.lineNumber(),
                fields.hexOf("liobn"),
                (int) fields.decimalOf("shift", MAX_SHIFT),
                fields.hexOf("offset"),
                fields.hexOf("size"),
                result(fields));
        fields.end();
        if (window.result() == 0) {
            requireComparable(fields, window);
        }
        scenario.window(fields, window);
    }

    private static void qemuWindow(final LineFields fields, final ScenarioBuilder scenario)
            throws VectorFormatException {
        final long liobn = fields.hexOf("liobn");
        final int shift = (int) fields.decimalOf("shift", MAX_SHIFT);
        final long startBytes = fields.hexOf("start");
        final long entries = fields.hexOf("entries");
        fields.end();
        if (Long.compareUnsigned(liobn, MAX_LIOBN) > 0 || scenario.hasWindow(liobn)) {
            throw fields.error("liobn=" + Long.toHexString(liobn) + " is taken or has more than 32 bits");
        }
        final boolean aligned = shift <= WindowGeometry.MAX_PAGE_SHIFT && (startBytes & ((1L << shift) - 1)) == 0;
        final Step.CreateWindow window = new Step.CreateWindow(
                fields.lineNumber(), liobn, shift, aligned ? startBytes >>> shift : -1, entries, 0);
        if (!new WindowGeometry(liobn, shift, window.offsetPages(), entries).isValid()) {
            throw fields.error("no window can start at 0x" + Long.toHexString(startBytes) + " and have 0x"
                    + Long.toHexString(entries) + " pages of 2^" + shift + " bytes");
        }
        requireComparable(fields, window);
        scenario.window(fields, window);
    }

    private static void requireComparable(final LineFields fields, final Step.CreateWindow window)
            throws VectorFormatException {
        if (Long.compareUnsigned(window.sizePages(), MAX_WINDOW_PAGES) > 0) {
            throw fields.error("a window of 0x" + Long.toHexString(window.sizePages())
                    + " pages is too large to compare; at most 0x" + Long.toHexString(MAX_WINDOW_PAGES));
        }
    }

    static void prereg(final LineFields fields, final ScenarioBuilder scenario) throws VectorFormatException {
        final Step.Preregister region = new Step.Preregister(
                fields.lineNumber(), fields.hexOf("id"), fields.hexOf("ua"), fields.hexOf("pages"), result(fields));
        fields.end();
        final int hostPageShift = scenario.header().hostPageShift();
        if (Long.compareUnsigned(region.sizePages(), GuestRange.MAX_BYTES >>> hostPageShift) > 0) {
            throw fields.error("a region of 0x" + Long.toHexString(region.sizePages()) + " pages is longer than 0x"
                    + Long.toHexString(GuestRange.MAX_BYTES) + " bytes");
        }
        GuestRange.requireUsable(fields, "region", region.ua(), region.sizePages() << hostPageShift, hostPageShift);
        scenario.region(fields, region);
    }

    static void attach(final LineFields fields, final ScenarioBuilder scenario) throws VectorFormatException {
        final Step.Attach attach = new Step.Attach(
                fields.lineNumber(),
                new TableName(fields.hexOf("liobn"), fields.hexOf("table")),
                (int) fields.decimalOf("shift", MAX_SHIFT),
                fields.hexOf("bytes"),
                (int) fields.decimalOf("levels", MAX_LEVELS),
                result(fields));
        fields.end();
        if (Long.bitCount(attach.sizeBytes()) != 1) {
            throw fields.error("bytes=" + Long.toHexString(attach.sizeBytes()) + " is not a power of two");
        }
        scenario.attach(fields, attach);
    }

    static void unreg(final LineFields fields, final ScenarioBuilder scenario) throws VectorFormatException {
        final long id = fields.hex("the region");
        fields.literal("=");
        final Step.Unregister unregister = new Step.Unregister(fields.lineNumber(), id, fields.status("the result"));
        fields.end();
        scenario.unregister(fields, unregister);
    }

    private static long result(final LineFields fields) throws VectorFormatException {
        fields.literal("->");
        return fields.status("the result");
    }
}
