package io.vfiotce.tools.trace;

/** The importer's state of one LIOBN. */
final class LogWindow {
    /** Where a window is in its life. */
    enum Phase {
        /** No window: calls fail. */
        ABSENT,
        /** There is a window, not yet used: its shape is still open and its creation not yet recorded. */
        PENDING,
        /** Creation recorded. */
        ACTIVE
    }

    Phase phase;

    /** Lives begun, counted as {@link LogSurvey} counts. */
    int life;

    /** WINDOW_CREATE records so far. */
    int creations;

    /** Line of the last removal, 0 if never removed. */
    long removedAtLine;

    /** Shape; valid while ACTIVE, or PENDING with a shadow left from before. */
    WindowGeometry geometry;

    /** Entry states; valid while ACTIVE. While PENDING: of the table before, or null if this is a new table. */
    ShadowTable shadow;

    /** Whether a new table starts zeroed, as opposed to with contents the log does not show. */
    boolean zeroed;

    LogWindow(final boolean aliveAtStart) {
        phase = aliveAtStart ? Phase.PENDING : Phase.ABSENT;
        zeroed = !aliveAtStart;
    }

    boolean active() {
        return phase == Phase.ACTIVE;
    }

    /** Forgets the table. */
    void dropShadow() {
        if (shadow != null) {
            shadow.release();
            shadow = null;
        }
    }
}
