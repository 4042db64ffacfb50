package io.vfiotce.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The figures of a run, and where they are from.
 *
 * @param machine the machine in words
 * @param commit the commit that was measured
 * @param jdk version of the JDK
 * @param date the day
 * @param leftOut programs that cannot run on the machine
 * @param results all rows
 */
record StoredRun(String machine, String commit, String jdk, String date, Set<String> leftOut, List<Measured> results) {
    /** The rows by name. */
    Map<String, Measured> rows() {
        final Map<String, Measured> rows = new LinkedHashMap<>();
        results.forEach(row -> rows.put(row.key(), row));
        return rows;
    }
}
