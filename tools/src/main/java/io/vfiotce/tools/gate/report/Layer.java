package io.vfiotce.tools.gate.report;

/** One kind of evidence. The first four hold on any noisy machine. */
public enum Layer {
    /** Every row that was expected gave a result that can be compared. */
    COMPLETENESS,
    /** Excess bytes allocated per iteration. */
    ALLOCATION,
    /** Compiled code of named methods: size, inlining, deoptimisation. */
    CODE_SHAPE,
    /** Instructions per invocation of the benchmark. */
    INSTRUCTIONS,
    /** Ratio between two rows of one run. */
    RATIO,
    /** Thread CPU time, or wall time, per operation. */
    TIME,
    /** Quantiles of response time at a fixed arrival rate. */
    LATENCY
}
