package io.vfiotce.tools.chaos;

import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * What a number of faults of one kind came to.
 *
 * @param name the faults, in the plural
 * @param faults how many were put in
 * @param caught how many of them met a request under way
 * @param deadlineNs after which a vCPU gives a request up
 * @param guests what became of the requests
 */
record Series(String name, int faults, int caught, long deadlineNs, GuestFigures guests) {
    private static final long MAX_OVERTIME_NS = TimeUnit.MILLISECONDS.toNanos(250);

    private long overtimeNs() {
        return Math.max(0, guests.slowestNs() - deadlineNs);
    }

    /** What is wrong, in words; null if nothing is. */
    String problem() {
        if (!guests.isSound()) {
            return "requests were lost, doubled or torn, or ended with a status that none may have";
        }
        if (overtimeNs() > MAX_OVERTIME_NS) {
            return "an answer came too late";
        }
        return 2 * caught < faults ? "too few caught a request in flight for the figures to mean anything" : null;
    }

    /** One line of figures. */
    String line() {
        return String.format(
                Locale.ROOT,
                "%s: %,d, in flight %,d; %,d requests done, %,d given up, %d with another status; lost %d, doubled %d,"
                        + " torn %d; slowest answer %,d ms, %,d ms over the deadline of %,d ms",
                name,
                faults,
                caught,
                guests.done(),
                guests.givenUp(),
                guests.otherStatuses(),
                guests.lost(),
                guests.doubled(),
                guests.torn(),
                TimeUnit.NANOSECONDS.toMillis(guests.slowestNs()),
                TimeUnit.NANOSECONDS.toMillis(overtimeNs()),
                TimeUnit.NANOSECONDS.toMillis(deadlineNs));
    }
}
