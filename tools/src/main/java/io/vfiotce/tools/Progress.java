package io.vfiotce.tools;

import java.util.concurrent.TimeUnit;

/**
 * A bar on one line of stderr that shows how far a long command is.
 *
 * <p>It is silent unless the launcher found that stderr is a terminal, which Java 17 cannot ask, and said so by the system
 * property {@value #VISIBLE_PROPERTY}.
 *
 * @threads one
 */
public final class Progress implements AutoCloseable {
    /** System property: whether somebody watches stderr. */
    static final String VISIBLE_PROPERTY = "tce.progress";

    private static final long REDRAW_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int BAR_CHARS = 30;
    private static final int MAX_LABEL_CHARS = 40;
    private static final String ERASE_LINE = "\r\u001b[K";

    private final String label;
    private final long total;
    private final boolean visible;
    private long drawnNs;
    private boolean drawn;

    private Progress(final String label, final long total, final boolean visible) {
        this.label = label.length() > MAX_LABEL_CHARS
                ? "..." + label.substring(label.length() - MAX_LABEL_CHARS + 3)
                : label;
        this.total = total;
        this.visible = visible;
        drawnNs = System.nanoTime() - REDRAW_NS;
    }

    /**
     * Creates a bar; nothing is drawn before the first step.
     *
     * @param label what is under way, in a few words
     * @param total what {@link #step} counts up to; 0 or less if unknown, then only the count is shown
     * @return the bar, silent if stderr is not taken to be a terminal
     */
    public static Progress forTerminal(final String label, final long total) {
        return new Progress(label, total, Boolean.getBoolean(VISIBLE_PROPERTY));
    }

    /**
     * Shows progress, at most ten times a second.
     *
     * @param done how much is done of the total
     */
    public void step(final long done) {
        if (!visible) {
            return;
        }
        final long nowNs = System.nanoTime();
        if (nowNs - drawnNs >= REDRAW_NS) {
            drawnNs = nowNs;
            drawn = true;
            System.err.print(ERASE_LINE + line(label, done, total));
            System.err.flush();
        }
    }

    private static String line(final String label, final long done, final long total) {
        if (total <= 0) {
            return label + " " + done;
        }
        final double share = Math.max(0, Math.min(1, (double) done / total));
        final int filled = (int) (share * BAR_CHARS);
        return label + " [" + "#".repeat(filled) + " ".repeat(BAR_CHARS - filled) + "] " + (int) (share * 100) + "%";
    }

    /** Takes the bar off the terminal. */
    @Override
    public void close() {
        if (drawn) {
            drawn = false;
            System.err.print(ERASE_LINE);
            System.err.flush();
        }
    }
}
