package io.vfiotce.tools.trace;

import java.util.HashMap;
import java.util.Map;

/**
 * The windows of a log while it is imported: follows their creation and removal, gives each its shape and records
 * the window events.
 */
final class LogWindows {
    private final LogSurvey survey;
    private final Map<Long, WindowGeometry> overrides;
    private final LogRecorder recorder;
    private final Map<Long, LogWindow> windows = new HashMap<>();
    private final ShadowTable.Budget budget = new ShadowTable.Budget();
    private boolean resetSuspected;

    LogWindows(final LogSurvey survey, final Map<Long, WindowGeometry> overrides, final LogRecorder recorder) {
        this.survey = survey;
        this.overrides = overrides;
        this.recorder = recorder;
    }

    /** The window of a call or translation, its creation recorded; null if there is none. */
    LogWindow use(final LogEvent event) {
        final LogWindow window = window(event.liobn);
        if (window.phase == LogWindow.Phase.PENDING) {
            create(event, event.liobn, window, defaultGeometry(event.liobn, window));
        }
        return window.active() ? window : null;
    }

    /** As {@link #use}, for an event that shows there is a window. */
    LogWindow require(final LogEvent event) throws TraceFormatException {
        final LogWindow window = use(event);
        if (window == null) {
            throw event.error("LIOBN " + WindowGeometry.hex(event.liobn) + " ioba " + WindowGeometry.hex(event.ioba)
                    + ": succeeded, but the window was removed at line " + window(event.liobn).removedAtLine);
        }
        return window;
    }

    /** Follows an event that is not a call or translation. */
    void follow(final LogEvent event) throws TraceFormatException {
        switch (event.type) {
            case NEW_TABLE -> newTable(event);
            case DDW_CREATE -> {
                resetSuspected = false;
                dynamicCreate(event);
            }
            case DDW_REMOVE -> remove(event, event.liobn);
            case DDW_RESET -> {
                resetSuspected = false;
                reset(event);
            }
            case POST_LOAD -> load(event);
            default -> {
                // pre_save counts in the survey; queries change nothing
            }
        }
    }

    /**
     * A table of an LIOBN that has one already: either the machine was reset, or the table moved with its contents.
     * A dynamic window never comes back by itself, so there it moved; elsewhere both are possible, so the words of
     * the old table are no longer known. After a machine reset the tables of all other devices are cleared as well.
     */
    private void newTable(final LogEvent event) {
        final LogWindow window = window(event.liobn);
        window.life++;
        if (!window.active()) {
            if (window.phase == LogWindow.Phase.ABSENT) {
                window.zeroed = true;
            }
            window.phase = LogWindow.Phase.PENDING;
        } else if (!PhbLiobns.isDynamic(event.liobn)) {
            recorder.windowRemove(event, event.liobn, window.geometry);
            window.shadow.forgetWords();
            window.phase = LogWindow.Phase.PENDING;
            window.zeroed = true;
            resetSuspected |= PhbLiobns.isPci(event.liobn);
        }
    }

    /** To be called before each call or translation. */
    void settleReset() {
        if (resetSuspected) {
            resetSuspected = false;
            for (final LogWindow window : windows.values()) {
                if (window.active()) {
                    window.shadow.forgetWords();
                }
            }
        }
    }

    private void dynamicCreate(final LogEvent event) throws TraceFormatException {
        final WindowGeometry logged = LogGeometry.ofBytes(event);
        final LogWindow window = remove(event, event.liobn);
        window.zeroed = true;
        create(event, event.liobn, window, firstLifeOverride(event.liobn, window, logged));
    }

    private void reset(final LogEvent event) throws TraceFormatException {
        remove(event, PhbLiobns.dynamicWindow(event));
        final long liobn = PhbLiobns.defaultWindow(event);
        final LogWindow window = remove(event, liobn);
        window.zeroed = true;
        create(event, liobn, window, defaultGeometry(liobn, window));
    }

    private void load(final LogEvent event) throws TraceFormatException {
        if (event.entries == 0) {
            remove(event, event.liobn);
            return;
        }
        final WindowGeometry logged = LogGeometry.ofEntries(event);
        final LogWindow window = remove(event, event.liobn);
        window.zeroed = false;
        create(event, event.liobn, window, firstLifeOverride(event.liobn, window, logged));
    }

    private LogWindow remove(final LogEvent event, final long liobn) {
        final LogWindow window = window(liobn);
        window.life++;
        window.removedAtLine = event.line;
        if (window.active()) {
            recorder.windowRemove(event, liobn, window.geometry);
        }
        window.phase = LogWindow.Phase.ABSENT;
        window.dropShadow();
        return window;
    }

    private void create(final LogEvent event, final long liobn, final LogWindow window, final WindowGeometry geometry) {
        if (window.shadow == null || !geometry.equals(window.geometry)) {
            window.dropShadow();
            window.shadow = new ShadowTable(window.zeroed, budget);
        }
        window.geometry = geometry;
        window.phase = LogWindow.Phase.ACTIVE;
        window.creations++;
        recorder.windowCreate(event, liobn, geometry);
    }

    private WindowGeometry defaultGeometry(final long liobn, final LogWindow window) {
        if (overrides.containsKey(liobn)) {
            return overrides.get(liobn);
        }
        final WindowGeometry saved = survey.saved(liobn, window.life);
        return saved != null ? saved : WindowGeometry.defaultOf(liobn);
    }

    /** A user's shape wins over the log's in the first life only: later ones are known to be different windows. */
    private WindowGeometry firstLifeOverride(final long liobn, final LogWindow window, final WindowGeometry logged) {
        return window.creations == 0 ? overrides.getOrDefault(liobn, logged) : logged;
    }

    private LogWindow window(final long liobn) {
        return windows.computeIfAbsent(liobn, number -> new LogWindow(survey.aliveAtStart(number)));
    }
}
