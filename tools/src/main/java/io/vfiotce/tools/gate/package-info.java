/** The performance regression gate: {@code tce gate}. It runs anybody's JMH jars as processes and links none of JMH. */
package io.vfiotce.tools.gate;
