package io.vfiotce.tools.gate.stats;

/**
 * How often each verdict came when recorded pairs were drawn again.
 *
 * @param draws runs that were drawn
 * @param fail share that ended with FAIL
 * @param warn share that ended with WARN
 * @param inconclusive share that ended with INCONCLUSIVE
 * @param invalid share that ended with INVALID, for too many pairs were disturbed
 * @param pass share that ended with PASS or IMPROVED
 * @param passByFigures share that would have ended so, had no pair been called disturbed
 */
public record Shares(
        int draws, double fail, double warn, double inconclusive, double invalid, double pass, double passByFigures) {}
