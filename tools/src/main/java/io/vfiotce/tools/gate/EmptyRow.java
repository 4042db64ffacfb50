package io.vfiotce.tools.gate;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.gate.jmh.GateDataException;
import io.vfiotce.tools.gate.jmh.RowName;
import java.util.Collection;
import java.util.Optional;
import java.util.SortedSet;

/** Finds the row that shows what JMH itself allocates. */
final class EmptyRow {
    private EmptyRow() {}

    /**
     * The row that the configuration names.
     *
     * @param plan how the run is made
     * @param head all rows of the head
     * @param measured rows of which allocations are counted
     * @param contracted those with a contract: without an empty row they would be measured by themselves
     * @return the row; empty if none is named, or nothing is counted
     * @throws BadInputException if one is needed and none is named
     * @throws GateDataException if the head has no such row
     */
    static Optional<RowName> of(
            final RunPlan plan,
            final SortedSet<RowName> head,
            final Collection<RowName> measured,
            final Collection<RowName> contracted) {
        if (measured.isEmpty()) {
            return Optional.empty();
        }
        final String name = plan.run().allocationBaseline();
        if (name.isEmpty()) {
            contracted.stream().findFirst().ifPresent(row -> {
                throw new BadInputException("alloc of " + row.text() + " needs allocationBaseline: the exact name of an"
                        + " empty row, which shows what JMH itself allocates");
            });
            return Optional.empty();
        }
        return Optional.of(head.stream()
                .filter(row -> row.text().equals(name))
                .findFirst()
                .orElseThrow(() -> new GateDataException("the head has no row " + name + ", the allocationBaseline")));
    }
}
