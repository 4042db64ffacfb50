/**
 * What JMH writes: its JSON files in every layout, its list of benchmarks, and when two results may be compared.
 *
 * <p>{@link io.vfiotce.tools.gate.jmh.JmhFile} reads a file; {@link io.vfiotce.tools.gate.jmh.JmhMatch} puts the rows of
 * two files together. Every figure becomes time per operation in nanoseconds, smaller is better.
 */
package io.vfiotce.tools.gate.jmh;
