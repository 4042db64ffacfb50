package io.vfiotce.tools.gate.selftest;

import java.util.Locale;

/**
 * One figure of the selftest beside its limit.
 *
 * @param part the part that measured it, by its name
 * @param name what it is
 * @param value the figure, in words
 * @param limit what it must be, in words; empty if it is only told
 * @param state what became of the limit
 */
public record Figure(String part, String name, String value, String limit, State state) {
    private static final double PERCENT = 100;

    /** What became of a limit. */
    public enum State {
        /** It holds, or there is none. */
        MET,
        /** It does not hold. */
        MISSED,
        /** It was not measured, or not to the end. */
        MISSING
    }

    static Figure count(final String part, final String name, final long value, final long of, final Bound bound) {
        return new Figure(part, name, value + " of " + of, bound.text(), bound.state(value));
    }

    static Figure share(final String part, final String name, final double share, final Bound bound) {
        return new Figure(part, name, percent(share), bound.text(), bound.state(share));
    }

    static Figure told(final String part, final String name, final String value) {
        return new Figure(part, name, value, "", State.MET);
    }

    static Figure missing(final String part, final String name, final String why) {
        return new Figure(part, name, why, "", State.MISSING);
    }

    static String percent(final double share) {
        return String.format(Locale.ROOT, "%.2f %%", PERCENT * share);
    }

    /**
     * What a figure must be.
     *
     * @param least the least value
     * @param most the largest value
     * @param text the same in words
     */
    record Bound(double least, double most, String text) {
        static Bound atMost(final long most) {
            return new Bound(Double.NEGATIVE_INFINITY, most, most == 0 ? "0" : "at most " + most);
        }

        static Bound all(final long of) {
            return new Bound(of, of, "all");
        }

        static Bound shareAtMost(final double most) {
            return new Bound(Double.NEGATIVE_INFINITY, most, "at most " + percent(most));
        }

        static Bound shareAtLeast(final double least) {
            return new Bound(least, 1, least == 1 ? "always" : "at least " + percent(least));
        }

        State state(final double value) {
            return value >= least && value <= most ? State.MET : State.MISSED;
        }
    }
}
