package io.vfiotce.tools.trace;

import java.util.HashMap;
import java.util.Map;

/**
 * What a first pass over a log finds out: which windows exist before the log first mentions their creation, and the
 * shapes that {@code pre_save} lines give. Each creation or removal of a window starts a new life of its LIOBN; both
 * passes count lives with {@link #startsLife}.
 */
final class LogSurvey {
    private final Map<Long, Liobn> liobns = new HashMap<>();
    private long hcalls;

    /** Findings on one LIOBN. */
    private static final class Liobn {
        private final Map<Integer, WindowGeometry> savedByLife = new HashMap<>();
        private int life;
        private boolean aliveAtStart;
    }

    /** Whether the event starts a new life of its LIOBN. */
    static boolean startsLife(final LogEventType type) {
        return switch (type) {
            case NEW_TABLE, POST_LOAD, DDW_CREATE, DDW_REMOVE -> true;
            default -> false;
        };
    }

    /** Takes note of an event. */
    void add(final LogEvent event) throws TraceFormatException {
        switch (event.type) {
            case PUT, GET, INDIRECT, STUFF -> {
                hcalls++;
                if (event.succeeded()) {
                    seenAlive(event.liobn);
                }
            }
            case XLATE -> seenAlive(event.liobn);
            case DDW_REMOVE -> {
                seenAlive(event.liobn);
                startLife(event.liobn);
            }
            case NEW_TABLE, POST_LOAD, DDW_CREATE -> startLife(event.liobn);
            case PRE_SAVE -> addSaved(event);
            case DDW_RESET -> {
                startLife(PhbLiobns.defaultWindow(event));
                startLife(PhbLiobns.dynamicWindow(event));
            }
            default -> {
                // list entries say nothing that their call does not say; queries change nothing
            }
        }
    }

    private void addSaved(final LogEvent event) throws TraceFormatException {
        if (event.entries == 0) {
            return;
        }
        final WindowGeometry geometry = LogGeometry.ofEntries(event);
        seenAlive(event.liobn);
        final Liobn liobn = liobn(event.liobn);
        liobn.savedByLife.putIfAbsent(liobn.life, geometry);
    }

    private void seenAlive(final long number) {
        final Liobn liobn = liobn(number);
        if (liobn.life == 0) {
            liobn.aliveAtStart = true;
        }
    }

    private void startLife(final long number) {
        liobn(number).life++;
    }

    private Liobn liobn(final long number) {
        return liobns.computeIfAbsent(number, unused -> new Liobn());
    }

    long hcalls() {
        return hcalls;
    }

    /** Whether the LIOBN has a window before its first life starts. */
    boolean aliveAtStart(final long number) {
        final Liobn liobn = liobns.get(number);
        return liobn != null && liobn.aliveAtStart;
    }

    /** The shape that a pre_save of this life gives, null if none does. */
    WindowGeometry saved(final long number, final int life) {
        final Liobn liobn = liobns.get(number);
        return liobn == null ? null : liobn.savedByLife.get(life);
    }
}
