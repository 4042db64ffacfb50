package io.vfiotce.tools.gate;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.gate.jmh.RowName;
import io.vfiotce.tools.gate.report.Layer;
import io.vfiotce.tools.gate.report.RowResult;
import io.vfiotce.tools.gate.report.Verdict;
import io.vfiotce.tools.gate.run.RowFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The rows of two jars.
 *
 * @param both rows that both have and that are wanted
 * @param onlyBase wanted rows that only the base has
 * @param onlyHead wanted rows that only the head has
 * @param head all rows of the head, wanted or not
 * @param known texts of all rows of either, wanted or not
 */
record RowSelection(
        SortedSet<RowName> both,
        SortedSet<RowName> onlyBase,
        SortedSet<RowName> onlyHead,
        SortedSet<RowName> head,
        Set<String> known) {
    /**
     * Chooses rows.
     *
     * @param base the base's rows
     * @param head the head's rows
     * @param filter which are wanted
     * @throws BadInputException if none are
     */
    static RowSelection of(final SortedSet<RowName> base, final SortedSet<RowName> head, final RowFilter filter) {
        final SortedSet<RowName> wantedBase = filter.choose(base);
        final SortedSet<RowName> wantedHead = filter.choose(head);
        if (wantedBase.isEmpty() && wantedHead.isEmpty()) {
            throw new BadInputException(
                    "no row is wanted: of " + head.size() + " rows --include and --exclude leave none");
        }
        final SortedSet<RowName> both = new TreeSet<>(wantedBase);
        both.retainAll(wantedHead);
        final SortedSet<RowName> onlyBase = new TreeSet<>(wantedBase);
        onlyBase.removeAll(both);
        final SortedSet<RowName> onlyHead = new TreeSet<>(wantedHead);
        onlyHead.removeAll(both);
        return new RowSelection(
                both,
                onlyBase,
                onlyHead,
                head,
                Stream.concat(base.stream(), head.stream()).map(RowName::text).collect(Collectors.toSet()));
    }

    /** What is said of the rows that cannot be compared. */
    List<RowResult> lone() {
        final List<RowResult> results = new ArrayList<>();
        onlyBase.forEach(row -> results.add(lone(row, Verdict.MISSING, "the base has this row and the head does not")));
        onlyHead.forEach(row -> results.add(lone(row, Verdict.NEW, "only the head has this row")));
        return results;
    }

    private static RowResult lone(final RowName row, final Verdict verdict, final String reason) {
        return new RowResult(row.text(), "", false, List.of(LayerResults.plain(Layer.COMPLETENESS, verdict, reason)));
    }
}
