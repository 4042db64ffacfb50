package io.vfiotce.tools.trace;

import java.io.IOException;
import java.util.Map;

/**
 * Imports the {@code spapr_iommu_*} events of a QEMU log, plain or gzip, with or without time stamps.
 *
 * <p>The log is read twice: once for what later lines say about earlier ones, once to record. Lines that are no such
 * events are counted and skipped; a line that is one and does not parse, or that contradicts the window it names, is
 * an error.
 *
 * <p>Contents are known from the creation of a window on. A window that the log uses without showing its creation, or
 * that {@code post_load} restored, has unknown contents until written; GETs and translations of such entries are
 * LOSSY. A second {@code new_table} of a live window that no {@code ddw_reset} explains is a machine reset or a moved
 * table: words known before are unknown after it.
 */
public final class QemuLogImporter {
    private final LogRecorder recorder = new LogRecorder();
    private final PendingLists lists = new PendingLists();
    private final IndirectImport indirects = new IndirectImport(recorder);
    private final LogWindows windows;

    private QemuLogImporter(final LogSurvey survey, final Map<Long, WindowGeometry> overrides) {
        this.windows = new LogWindows(survey, overrides, recorder);
    }

    /**
     * Imports a log.
     *
     * @param source the log, opened twice
     * @param overrides shapes that win over what the log says or implies, by LIOBN. One applies to the first window of
     *     its LIOBN and to each later one whose creation the log shows without a shape; one for an LIOBN that the log
     *     does not use has no effect
     * @return the trace
     * @throws TraceFormatException if the log cannot be imported
     * @throws IOException if it cannot be read
     */
    public static Trace importLog(final LogSource source, final Map<Long, WindowGeometry> overrides)
            throws IOException {
        final QemuLogImporter importer = new QemuLogImporter(survey(source), Map.copyOf(overrides));
        try (LogLines lines = new LogLines(source.open())) {
            return importer.run(new LogParser(lines));
        }
    }

    private static LogSurvey survey(final LogSource source) throws IOException {
        final LogSurvey survey = new LogSurvey();
        try (LogLines lines = new LogLines(source.open())) {
            final LogParser parser = new LogParser(lines);
            for (LogEvent event = parser.next(); event != null; event = parser.next()) {
                survey.add(event);
            }
            if (lines.lineNumber() == 0) {
                throw TraceFormatException.of("the file is empty");
            }
            if (survey.hcalls() == 0) {
                throw TraceFormatException.of("no TCE hypercall events found in " + lines.lineNumber() + " lines");
            }
        }
        return survey;
    }

    private Trace run(final LogParser parser) throws IOException {
        for (LogEvent event = parser.next(); event != null; event = parser.next()) {
            try {
                add(event);
            } catch (final IllegalArgumentException e) {
                throw event.error(e.getMessage());
            }
        }
        lists.dropAll();
        final TraceBuilder builder = recorder.builder();
        builder.totals(parser.lineNumber(), parser.ignoredLines(), lists.dropped());
        builder.gradeLists();
        return builder.build();
    }

    private void add(final LogEvent event) throws TraceFormatException {
        switch (event.type) {
            case PUT, GET, STUFF, INDIRECT, XLATE -> {
                windows.settleReset();
                addUse(event);
            }
            case LIST_ENTRY -> lists.add(event);
            default -> windows.follow(event);
        }
    }

    private void addUse(final LogEvent event) throws TraceFormatException {
        if (event.type == LogEventType.XLATE) {
            addXlate(event);
            return;
        }
        if (event.succeeded() && event.liobn >>> Integer.SIZE != 0) {
            throw event.error(LogChecks.where(event) + ": succeeded, but an LIOBN has 32 bits");
        }
        final LogWindow window = event.succeeded() ? windows.require(event) : windows.use(event);
        if (event.type == LogEventType.INDIRECT) {
            addIndirect(event, window);
            return;
        }
        lists.drop(event.threadId);
        if (event.succeeded()) {
            LogChecks.requireRounded(event, window);
        }
        switch (event.type) {
            case PUT -> addPut(event, window);
            case GET -> addGet(event, window);
            default -> addStuff(event, window);
        }
    }

    private void addPut(final LogEvent event, final LogWindow window) throws TraceFormatException {
        if (event.succeeded()) {
            final long entry = window.geometry.iobaToEntry(event.ioba);
            LogChecks.requireInside(event, window, entry, 1);
            window.shadow.set(entry, ShadowTable.stateOf(event.tce));
        }
        recorder.at(event).put(event.ioba, event.tce, event.status);
    }

    private void addGet(final LogEvent event, final LogWindow window) throws TraceFormatException {
        TraceGrade grade = TraceGrade.EXACT;
        if (event.succeeded()) {
            final long entry = window.geometry.iobaToEntry(event.ioba);
            LogChecks.requireInside(event, window, entry, 1);
            final int state = window.shadow.state(entry);
            indirects.learnWord(state, event.tce, window.geometry);
            grade = indirects.gradeOf(state);
        }
        recorder.at(event).get(event.ioba, event.tce, event.status, grade);
    }

    private void addIndirect(final LogEvent event, final LogWindow window) throws TraceFormatException {
        final PendingLists.PendingList list = lists.take(event.threadId);
        if (event.succeeded()) {
            indirects.addSuccess(event, window, list);
        } else {
            indirects.addFailure(event, window, list);
        }
    }

    /** The logged address is the one behind the last page if the call succeeded, else the page that failed. */
    private void addStuff(final LogEvent event, final LogWindow window) throws TraceFormatException {
        if (!event.succeeded()) {
            addFailedStuff(event, window);
            return;
        }
        if (event.pages == 0) {
            throw event.error(LogChecks.where(event) + ": succeeded with 0 pages, which QEMU refuses");
        }
        final long start = event.ioba - ((long) event.pages << window.geometry.pageShift());
        final long entry = window.geometry.iobaToEntry(start);
        LogChecks.requireInside(event, window, entry, event.pages);
        window.shadow.fill(entry, event.pages, ShadowTable.stateOf(event.tce));
        recorder.at(event).stuff(start, event.tce, event.pages, event.status, TraceGrade.EXACT);
    }

    /**
     * Pages are written in order up to the first outside the window. So a failure anywhere but at the window's end was
     * at the first page; one at the end may have come after up to {@code pages - 1} pages, nobody knows how many.
     */
    private void addFailedStuff(final LogEvent event, final LogWindow window) {
        TraceGrade grade = TraceGrade.EXACT;
        if (event.pages > 1 && window != null && event.ioba == window.geometry.endBytes()) {
            grade = TraceGrade.LOSSY;
            final long entries = window.geometry.entries();
            final int touched = (int) Math.min(entries, event.pages - 1);
            window.shadow.fill(entries - touched, touched, ShadowTable.UNKNOWN);
        }
        recorder.at(event).stuff(event.ioba, event.tce, event.pages, event.status, grade);
    }

    private void addXlate(final LogEvent event) throws TraceFormatException {
        final boolean refused = event.perm == 0 && event.tce == 0 && event.maskBits == -1;
        final LogWindow window = refused ? windows.use(event) : windows.require(event);
        TraceGrade grade = TraceGrade.EXACT;
        if (!refused || showsEntry(event, window)) {
            final WindowGeometry geometry = window.geometry;
            final long entry = event.ioba >>> geometry.pageShift();
            LogChecks.requireInside(event, window, entry, 1);
            final int state = window.shadow.state(entry);
            indirects.learnTranslation(state, event, geometry);
            grade = indirects.gradeOf(state);
        }
        recorder.at(event).xlate(event.ioba, event.tce, event.perm, event.maskBits, grade);
    }

    /** With pages of 4 GiB and more the logged mask of an empty entry looks like that of a refusal. */
    private static boolean showsEntry(final LogEvent event, final LogWindow window) {
        return window != null
                && window.geometry.pageShift() >= Integer.SIZE
                && window.geometry.holds(event.ioba >>> window.geometry.pageShift());
    }
}
