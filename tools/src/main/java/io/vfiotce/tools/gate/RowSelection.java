package io.vfiotce.tools.gate;

import io.vfiotce.tools.gate.jmh.GateDataException;
import io.vfiotce.tools.gate.jmh.RowName;
import io.vfiotce.tools.gate.report.Layer;
import io.vfiotce.tools.gate.report.LayerResult;
import io.vfiotce.tools.gate.report.RowResult;
import io.vfiotce.tools.gate.report.Verdict;
import io.vfiotce.tools.gate.run.RowFilter;
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
     * @throws GateDataException if the filter asks for rows that there are not, or nothing is left to compare
     */
    static RowSelection of(final SortedSet<RowName> base, final SortedSet<RowName> head, final RowFilter filter) {
        final SortedSet<RowName> wantedBase = filter.choose(base);
        final SortedSet<RowName> wantedHead = filter.choose(head);
        requireWanted(base, head, filter, wantedBase.isEmpty() && wantedHead.isEmpty());
        final SortedSet<RowName> both = new TreeSet<>(wantedBase);
        both.retainAll(wantedHead);
        if (both.isEmpty()) {
            throw new GateDataException("no row is in both jars, so there is nothing to compare" + by(filter) + ": "
                    + wantedBase.size() + " only in the base, " + wantedHead.size() + " only in the head");
        }
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

    private static void requireWanted(
            final SortedSet<RowName> base, final SortedSet<RowName> head, final RowFilter filter, final boolean none) {
        final SortedSet<RowName> all = new TreeSet<>(base);
        all.addAll(head);
        final List<String> idle = filter.idle(all);
        if (!idle.isEmpty()) {
            throw new GateDataException(idle.get(0) + " finds none of " + all.size() + " rows");
        }
        if (none) {
            throw new GateDataException("no row of " + all.size() + " is wanted" + by(filter));
        }
    }

    private static String by(final RowFilter filter) {
        return filter.text().isEmpty() ? "" : " by " + filter.text();
    }

    /**
     * The selection without some rows.
     *
     * @param others the rows to leave out
     * @throws GateDataException if nothing is left to compare
     */
    RowSelection without(final Set<RowName> others) {
        final RowSelection rest = new RowSelection(
                rest(both, others), rest(onlyBase, others), rest(onlyHead, others), rest(head, others), known);
        if (rest.both.isEmpty()) {
            throw new GateDataException("only latency rows are wanted");
        }
        return rest;
    }

    private static SortedSet<RowName> rest(final SortedSet<RowName> rows, final Set<RowName> others) {
        final SortedSet<RowName> rest = new TreeSet<>(rows);
        rest.removeAll(others);
        return rest;
    }

    /** What is said of the rows that the head has no more. */
    List<RowResult> gone() {
        return onlyBase.stream()
                .map(row -> new RowResult(
                        row.text(),
                        "",
                        false,
                        List.of(LayerResults.plain(
                                Layer.COMPLETENESS, Verdict.MISSING, "the base has this row and the head does not"))))
                .toList();
    }

    /** What is said of the completeness of a row that only the head has. */
    static LayerResult isNew() {
        return LayerResults.plain(Layer.COMPLETENESS, Verdict.NEW, "only the head has this row");
    }
}
