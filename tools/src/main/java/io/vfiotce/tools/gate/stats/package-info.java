/**
 * The statistics of the gate: from the figures of paired forks to a verdict.
 *
 * <p>All of it rests on one fact of the design: a coin that the gate itself tosses says which arm of a pair is measured first.
 * If both jars are the same, exchanging the two figures of any pair changes nothing but the coin, whatever the noise looks like.
 * Both tests here ({@link io.vfiotce.tools.gate.stats.SignedRank}, {@link io.vfiotce.tools.gate.stats.LabelSwap}) count
 * how many of these exchanges give as extreme a result, exactly and without sampling.
 *
 * <p>Effects inside this package are natural logarithms of head / base; what a reader sees is head / base - 1.
 */
package io.vfiotce.tools.gate.stats;
