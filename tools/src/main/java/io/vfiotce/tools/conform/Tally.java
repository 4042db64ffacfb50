package io.vfiotce.tools.conform;

/**
 * What running one scenario gave.
 *
 * @threads one
 */
final class Tally {
    private final long scenario;
    private long ops;
    private long mismatches;
    private long layerDependent;
    private Divergence first;

    Tally(final long scenario) {
        this.scenario = scenario;
    }

    void executed() {
        ops++;
    }

    void dependsOnLayer() {
        layerDependent++;
    }

    /** Counts a difference and keeps the first. */
    void differs(final long line, final String subject, final String expected, final String got) {
        mismatches++;
        if (first == null) {
            first = new Divergence(scenario, line, subject, expected, got);
        }
    }

    long ops() {
        return ops;
    }

    long mismatches() {
        return mismatches;
    }

    long layerDependent() {
        return layerDependent;
    }

    /** The first difference; null if there is none. */
    Divergence first() {
        return first;
    }
}
