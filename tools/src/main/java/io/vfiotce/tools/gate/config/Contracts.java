package io.vfiotce.tools.gate.config;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What one jar must keep by itself, without a base to compare with. The contract on allocation is part of
 * {@link RowSettings}.
 *
 * @param methods code of named methods
 * @param ratios ratios between two rows of one run
 * @param instructions ceilings of instructions
 */
public record Contracts(
        List<MethodContract> methods, List<RatioContract> ratios, List<InstructionContract> instructions) {
    static Contracts read(final ConfigObject from) {
        final Contracts result = new Contracts(
                from.objects("methods").stream().map(MethodContract::read).toList(),
                ratios(from.objects("ratios")),
                from.objects("instructions").stream()
                        .map(InstructionContract::read)
                        .toList());
        from.finish();
        return result;
    }

    private static List<RatioContract> ratios(final List<ConfigObject> blocks) {
        final Set<List<String>> seen = new HashSet<>();
        return blocks.stream()
                .map(block -> {
                    final RatioContract ratio = RatioContract.read(block);
                    if (!seen.add(List.of(ratio.row(), ratio.to()))) {
                        throw block.wrong("is about the same two rows as another");
                    }
                    return ratio;
                })
                .toList();
    }

    /**
     * The contracts on methods that hold in a row.
     *
     * @param row the row's key
     * @return the contracts in the order of the file
     */
    public List<MethodContract> methodsOf(final String row) {
        return methods.stream()
                .filter(contract -> contract.rows().matcher(row).find())
                .toList();
    }

    /**
     * The first ceiling of instructions that holds for a row.
     *
     * @param row the row's key
     * @return most instructions per invocation of the benchmark, infinity without contract
     */
    public double maxInstructions(final String row) {
        return instructions.stream()
                .filter(contract -> contract.rows().matcher(row).find())
                .mapToDouble(InstructionContract::max)
                .findFirst()
                .orElse(Double.POSITIVE_INFINITY);
    }
}
