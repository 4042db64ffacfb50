/**
 * What the gate puts into the benchmarks' own JVM: the only code that knows JMH's classes. It is written into a small jar
 * beside the run ({@link io.vfiotce.tools.gate.run.ProbeJar}) and loaded by JMH as a profiler; the gate itself never does.
 */
package io.vfiotce.tools.gate.probe;
