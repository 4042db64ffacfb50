package io.vfiotce.tools.gate.run;

import java.util.SortedMap;

/**
 * The first line of a journal: what the run compares and how.
 *
 * @param schema name and version of the journal
 * @param seed seed of coins and order
 * @param startEpochMs when the run began, in milliseconds since 1970
 * @param settings all else that must be the same for the run to resume, by name: digests of the jars, arguments, lengths
 */
public record RunHeader(String schema, long seed, long startEpochMs, SortedMap<String, String> settings) {
    /** Name and version of the journal. */
    public static final String SCHEMA = "tce.gate.run.v1";
}
