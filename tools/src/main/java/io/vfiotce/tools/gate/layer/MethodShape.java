package io.vfiotce.tools.gate.layer;

import java.util.List;

/**
 * What the JIT compiler made of one method in one fork. Where several methods bear the name, sizes and counts are sums.
 *
 * @param method the name under which it is watched
 * @param compiled how far C2 came with it
 * @param codeBytes bytes of machine code of its last C2 compilation, 0 without
 * @param inlinedBytes bytes of bytecode inlined into that
 * @param inlined whether C2 inlined the method into a watched one
 * @param failures failed C2 compilations of it
 * @param deoptimizations deoptimisations of it, or of what is inlined into it, in measured time
 * @param inlines methods that its last C2 compilation inlined, sorted
 * @param refuses methods that its last C2 compilation called instead, each with the compiler's reason, sorted
 */
public record MethodShape(
        String method,
        Compiled compiled,
        long codeBytes,
        long inlinedBytes,
        boolean inlined,
        int failures,
        int deoptimizations,
        List<String> inlines,
        List<String> refuses) {
    /** How far C2, level 4 of tiered compilation, came. */
    public enum Compiled {
        /** Not at all. */
        NONE,
        /** Only from within a running loop, by on-stack replacement. */
        LOOP_ONLY,
        /** As a whole. */
        WHOLE
    }

    /** Whether C2 made what runs when the method runs: JMH's loop is entered but once and is compiled while it runs. */
    boolean isOptimised() {
        return inlined || compiled == Compiled.WHOLE || compiled == Compiled.LOOP_ONLY && WatchedMethods.isStub(method);
    }
}
