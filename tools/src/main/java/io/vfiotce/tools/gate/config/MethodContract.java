package io.vfiotce.tools.gate.config;

import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * What the compiled code of a method must look like, and that it is watched at all. Each of these methods must be compiled
 * by C2, by itself or inlined, without failure and without deoptimisation after warm-up.
 *
 * @param rows the rows in whose forks the method is looked at: those in whose keys this is found
 * @param method class and method, {@code a.b.C.m} or, for one of several of that name, {@code a.b.C.m(JJ)J}
 * @param maxCodeBytes most bytes of machine code; empty if not bounded
 * @param minInlinedBytes fewest bytes of bytecode inlined into it; empty if not bounded
 */
public record MethodContract(Pattern rows, String method, OptionalInt maxCodeBytes, OptionalInt minInlinedBytes) {
    private static final Pattern METHOD = Pattern.compile("[^\\s.()]+(\\.[^\\s.()]+)+(\\([^\\s()]*\\)\\S+)?");

    static MethodContract read(final ConfigObject from) {
        final String method = from.text("method");
        if (!METHOD.matcher(method).matches()) {
            throw from.wrong("method", "is neither like a.b.C.m nor like a.b.C.m(JJ)J");
        }
        final MethodContract result = new MethodContract(
                from.pattern("rows"), method, optional(from, "maxCodeBytes"), optional(from, "minInlinedBytes"));
        from.finish();
        return result;
    }

    private static OptionalInt optional(final ConfigObject from, final String key) {
        return from.has(key) ? OptionalInt.of(from.integer(key, 0, Integer.MAX_VALUE, 0)) : OptionalInt.empty();
    }
}
