package io.vfiotce.tools.gate.stats;

/**
 * How often each verdict came when recorded pairs were drawn again.
 *
 * @param draws runs that were drawn
 * @param fail share that ended with FAIL
 * @param warn share that ended with WARN
 * @param inconclusive share that ended with INCONCLUSIVE
 * @param pass share that ended with PASS or IMPROVED
 */
public record Shares(int draws, double fail, double warn, double inconclusive, double pass) {}
