package io.vfiotce.tools.gate.config;

import java.util.regex.Pattern;

/**
 * A ceiling of instructions.
 *
 * @param rows the rows that it holds for: those in whose keys this is found
 * @param max most instructions per invocation of the benchmark
 */
public record InstructionContract(Pattern rows, double max) {
    private static final double MAX = 1e15;

    static InstructionContract read(final ConfigObject from) {
        if (!from.has("max")) {
            throw from.wrong("max", "is missing");
        }
        final InstructionContract result =
                new InstructionContract(from.pattern("rows"), from.number("max", 0, MAX, null));
        from.finish();
        return result;
    }
}
