/**
 * Latencies as distributions: the slow path at fixed arrival rates, and the fast path while another thread disturbs it.
 *
 * <p>Every row runs in a JVM of its own, records into histograms that were made beforehand, and keeps them as a log.
 */
package io.vfiotce.bench.latency;
