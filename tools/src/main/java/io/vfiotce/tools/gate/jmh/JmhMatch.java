package io.vfiotce.tools.gate.jmh;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The rows of two results put together.
 *
 * @param both rows that both have, base first, sorted by key
 * @param onlyBase rows that only the base has
 * @param onlyHead rows that only the head has
 */
public record JmhMatch(List<Both> both, List<JmhRow> onlyBase, List<JmhRow> onlyHead) {
    /**
     * A row of both results.
     *
     * @param base the base's
     * @param head the head's
     */
    public record Both(JmhRow base, JmhRow head) {}

    /**
     * Puts rows together by benchmark and parameters, mode, threads and dimension.
     *
     * @param base the base's rows, no key twice
     * @param head the head's rows, no key twice
     * @return the rows of both and of one
     * @throws GateDataException if a row was measured in another way in one of them: mode, unit, threads, JMH, JDK, VM or its
     *     arguments, batch size
     */
    public static JmhMatch of(final List<JmhRow> base, final List<JmhRow> head) {
        final SortedMap<RowKey, JmhRow> bases = byKey(base);
        final SortedMap<RowKey, JmhRow> heads = byKey(head);
        final List<Both> both = new ArrayList<>();
        final List<JmhRow> onlyBase = new ArrayList<>();
        for (final Map.Entry<RowKey, JmhRow> entry : bases.entrySet()) {
            final JmhRow other = heads.remove(entry.getKey());
            if (other == null) {
                onlyBase.add(entry.getValue());
            } else {
                requireSame(entry.getValue(), other);
                both.add(new Both(entry.getValue(), other));
            }
        }
        for (final JmhRow lone : onlyBase) {
            // A row that is there in another mode or with other threads is not missing, it is another measurement.
            heads.values().stream()
                    .filter(other -> other.key().name().equals(lone.key().name()))
                    .forEach(other -> requireSame(lone, other));
        }
        return new JmhMatch(both, onlyBase, List.copyOf(heads.values()));
    }

    /**
     * Refuses two results of a row that were not measured in the same way.
     *
     * @param base the base's
     * @param head the head's
     * @throws GateDataException naming the first difference
     */
    public static void requireSame(final JmhRow base, final JmhRow head) {
        requireSame(base.key().name().text(), base.identity(), head.identity());
    }

    /**
     * Refuses two identities that differ.
     *
     * @param row what the line begins with
     * @param base the base's, by name
     * @param head the head's, by the same names
     * @throws GateDataException naming the first difference
     */
    public static void requireSame(final String row, final Map<String, String> base, final Map<String, String> head) {
        base.forEach((name, value) -> {
            final String other = head.get(name);
            if (!value.equals(other)) {
                throw new GateDataException(row + ": cannot be compared, " + name + " is '" + value + "' in base and '"
                        + other + "' in head");
            }
        });
    }

    private static SortedMap<RowKey, JmhRow> byKey(final List<JmhRow> rows) {
        final SortedMap<RowKey, JmhRow> byKey = new TreeMap<>();
        rows.forEach(row -> byKey.put(row.key(), row));
        return byKey;
    }
}
