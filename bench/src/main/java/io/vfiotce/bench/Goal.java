package io.vfiotce.bench;

import java.util.List;
import java.util.stream.Stream;

/**
 * A line of the table of goals: two figures whose ratio has a bound.
 *
 * @param question what is compared with what
 * @param ours our figure
 * @param limit what it is divided by
 * @param sense what the bound means
 * @param bound the bound
 * @param band what must hold for the limit to be worth comparing with, or null
 */
record Goal(String question, Figure ours, Figure limit, Sense sense, double bound, Band band) {
    /** What a bound means. */
    enum Sense {
        /** The ratio may not exceed it. */
        AT_MOST("at most"),
        /** The ratio may not fall below it. */
        AT_LEAST("at least"),
        /** There is none; the ratio is printed. */
        NONE("");

        final String text;

        Sense(final String text) {
            this.text = text;
        }

        boolean holds(final double ratio, final double bound) {
            return switch (this) {
                case AT_MOST -> ratio <= bound;
                case AT_LEAST -> ratio >= bound;
                case NONE -> true;
            };
        }
    }

    /**
     * A ratio of the peer's own that shows that it is the peer that is meant.
     *
     * @param peer the peer's figure
     * @param unit what it is divided by
     * @param atLeast least ratio
     * @param atMost greatest ratio
     */
    record Band(Figure peer, Figure unit, double atLeast, double atMost) {}

    static Goal atMost(final double bound, final String question, final Figure ours, final Figure limit) {
        return new Goal(question, ours, limit, Sense.AT_MOST, bound, null);
    }

    static Goal atLeast(final double bound, final String question, final Figure ours, final Figure limit) {
        return new Goal(question, ours, limit, Sense.AT_LEAST, bound, null);
    }

    static Goal printed(final String question, final Figure ours, final Figure limit) {
        return new Goal(question, ours, limit, Sense.NONE, Double.NaN, null);
    }

    Goal ifPeerIn(final Band required) {
        return new Goal(question, ours, limit, sense, bound, required);
    }

    /** All figures that it needs. */
    Stream<Figure> figures() {
        return Stream.concat(Stream.of(ours, limit), band == null ? Stream.of() : Stream.of(band.peer, band.unit));
    }

    /** Names of all rows that it needs. */
    List<String> rows() {
        return figures().flatMap(figure -> figure.rows().stream()).distinct().toList();
    }

    String boundText() {
        return sense == Sense.NONE ? "-" : sense.text + " " + Numbers.plain(bound);
    }
}
