package io.vfiotce.tools.conform;

/**
 * The first difference between a scenario's recording and the library.
 *
 * @param scenario number of the scenario
 * @param line number of the line that differs
 * @param subject the call, or what else the line is about
 * @param expected what was recorded
 * @param got what the library did
 */
public record Divergence(long scenario, long line, String subject, String expected, String got) {
    @Override
    public String toString() {
        return "scenario " + scenario + ", line " + line + ": " + subject + ": expected " + expected + ", got " + got;
    }
}
