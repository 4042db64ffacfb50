package io.vfiotce.tools.conform;

/**
 * A scenario that was read and not run.
 *
 * @param number its number in the file
 * @param line number of its first line
 * @param reason why it was not run
 */
public record SkippedScenario(long number, long line, String reason) {
    /** {@return the name that reports use} */
    public String name() {
        return "scenario " + number;
    }

    /** The entry for a scenario that cannot be run; null if it can. */
    static SkippedScenario of(final Scenario scenario) {
        boolean prereg = false;
        boolean attach = false;
        for (final Step step : scenario.steps()) {
            prereg |= step instanceof Step.Preregister;
            attach |= step instanceof Step.Attach;
        }
        if (!prereg && !attach) {
            return null;
        }
        final String lines = prereg && attach ? "prereg and attach" : prereg ? "prereg" : "attach";
        return new SkippedScenario(
                scenario.number(), scenario.line(), "has " + lines + " lines; IOMMU tables are not simulated");
    }
}
