package io.vfiotce.tools.gate;

import io.vfiotce.tools.gate.config.Contracts;
import io.vfiotce.tools.gate.config.InstructionContract;
import io.vfiotce.tools.gate.config.Profile;
import io.vfiotce.tools.gate.jmh.GateDataException;
import io.vfiotce.tools.gate.jmh.RowName;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;

/** Refuses rules that hold for nothing: the row that they were about has another name now, and nobody would judge it. */
final class IdleRules {
    private IdleRules() {}

    /**
     * Refuses settings of rows that there are not.
     *
     * @param profile the profile
     * @param rows texts of all rows, wanted or not
     * @throws GateDataException naming the first
     */
    static void refuse(final Profile profile, final Collection<String> rows) {
        profile.idleRules(rows).stream().findFirst().ifPresent(rule -> {
            throw new GateDataException("profile " + profile.name() + ": the settings of rows with '" + rule
                    + "' hold for none of " + rows.size() + " rows; either there is none, or others before take it");
        });
    }

    /**
     * Refuses latency rows whose program no jar has.
     *
     * @param profile the profile
     * @param jars the jars with all their rows
     * @throws GateDataException naming the first
     */
    static void refuseLatency(final Profile profile, final List<Jars.Listed> jars) {
        profile.latency().values().stream()
                .filter(row -> jars.stream().noneMatch(jar -> jar.rows().contains(row.name())))
                .findFirst()
                .ifPresent(row -> {
                    throw new GateDataException("profile " + profile.name() + ": the latency row "
                            + row.name().text() + " has the program " + row.main() + ", which no jar has");
                });
    }

    /**
     * Refuses contracts on rows that the jar has not.
     *
     * @param contracts the contracts
     * @param head all rows of the jar
     * @throws GateDataException naming the first
     */
    static void refuse(final Contracts contracts, final Collection<RowName> head) {
        contracts
                .methods()
                .forEach(contract -> requireRow(contract.method(), contract.rows(), hasRow(contract.rows(), head)));
        for (final InstructionContract contract : contracts.instructions()) {
            requireRow("instructions", contract.rows(), isFirst(contract, contracts.instructions(), head));
        }
    }

    private static void requireRow(final String what, final Pattern rows, final boolean holds) {
        if (!holds) {
            throw new GateDataException("the contract on " + what + " is about rows with " + rows
                    + ", which the jar has not, or a contract before takes them");
        }
    }

    private static boolean hasRow(final Pattern rows, final Collection<RowName> head) {
        return head.stream().anyMatch(row -> rows.matcher(row.text()).find());
    }

    /** Of the ceilings the first that matches a row holds. */
    private static boolean isFirst(
            final InstructionContract contract, final List<InstructionContract> all, final Collection<RowName> head) {
        final List<InstructionContract> before = all.subList(0, all.indexOf(contract));
        return head.stream()
                .filter(row -> before.stream()
                        .noneMatch(other -> other.rows().matcher(row.text()).find()))
                .anyMatch(row -> contract.rows().matcher(row.text()).find());
    }
}
