package io.vfiotce.tools.trace;

/** Refusals of log lines that cannot be true of the window as it is believed to be. */
final class LogChecks {
    private LogChecks() {}

    /** Refuses pages outside the window that the log says were reached. */
    static void requireInside(final LogEvent event, final LogWindow window, final long firstEntry, final int pages)
            throws TraceFormatException {
        if (window == null) {
            throw event.error(where(event) + ": pages written, but there is no window");
        }
        final WindowGeometry geometry = window.geometry;
        if (!geometry.holds(firstEntry) || !geometry.holds(firstEntry + pages - 1)) {
            throw event.error(where(event) + ": succeeded outside the window (" + geometry + ")" + hint(event.liobn));
        }
    }

    /** Refuses a bus address that QEMU would have rounded down to a page. */
    static void requireRounded(final LogEvent event, final LogWindow window) throws TraceFormatException {
        if ((event.ioba & window.geometry.pageSizeBytes() - 1) != 0) {
            throw event.error(where(event) + ": not a multiple of the page size of the window (" + window.geometry + ")"
                    + hint(event.liobn));
        }
    }

    static String where(final LogEvent event) {
        return "LIOBN " + WindowGeometry.hex(event.liobn) + " ioba " + WindowGeometry.hex(event.ioba);
    }

    /** What a user can do about a wrong shape. */
    static String hint(final long liobn) {
        return "; if the window is different, say --window " + WindowGeometry.hex(liobn) + "=shift,start,bytes";
    }
}
