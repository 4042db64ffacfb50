package io.vfiotce.tools.trace;

import java.util.HashMap;
import java.util.Map;

/** Puts records of log events into a {@link TraceBuilder}, with threads numbered in order of appearance. */
final class LogRecorder {
    private final TraceBuilder builder = new TraceBuilder();
    private final Map<Long, Integer> threads = new HashMap<>();

    /** The builder, ready for the record of an event. */
    TraceBuilder at(final LogEvent event) {
        return at(event, event.liobn);
    }

    private TraceBuilder at(final LogEvent event, final long liobn) {
        Integer thread = threads.get(event.threadId);
        if (thread == null) {
            thread = threads.size();
            threads.put(event.threadId, thread);
        }
        return builder.at(event.line, event.timeMicros, thread, liobn);
    }

    void windowCreate(final LogEvent event, final long liobn, final WindowGeometry geometry) {
        at(event, liobn).windowCreate(geometry);
    }

    void windowRemove(final LogEvent event, final long liobn, final WindowGeometry geometry) {
        at(event, liobn).windowRemove(geometry);
    }

    TraceBuilder builder() {
        return builder;
    }
}
