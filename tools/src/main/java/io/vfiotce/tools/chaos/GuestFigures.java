package io.vfiotce.tools.chaos;

/**
 * What became of the requests of a guest.
 *
 * @param done requests that ended with H_SUCCESS
 * @param givenUp requests that ended with H_HARDWARE
 * @param otherStatuses requests that ended otherwise, which none may
 * @param lost requests that ended with H_SUCCESS and had no effect
 * @param doubled requests that were applied twice, or applied though they were given up
 * @param torn requests that had a part of their effect, and entries that differ from the model at the end
 * @param slowestNs what the slowest took
 */
record GuestFigures(long done, long givenUp, long otherStatuses, long lost, long doubled, long torn, long slowestNs) {
    GuestFigures plus(final GuestFigures other) {
        return new GuestFigures(
                done + other.done,
                givenUp + other.givenUp,
                otherStatuses + other.otherStatuses,
                lost + other.lost,
                doubled + other.doubled,
                torn + other.torn,
                Math.max(slowestNs, other.slowestNs));
    }

    /** Whether each request was done once and whole, or not at all and said so. */
    boolean isSound() {
        return lost + doubled + torn + otherStatuses == 0;
    }
}
