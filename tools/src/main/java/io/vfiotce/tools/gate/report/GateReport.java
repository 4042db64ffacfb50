package io.vfiotce.tools.gate.report;

import java.util.List;
import java.util.Map;

/**
 * A run of the gate.
 *
 * @param schema name and version of the JSON form
 * @param command the command that made it: ab, check, compare, aa
 * @param verdict the gravest of the blocking verdicts
 * @param exitCode exit code that belongs to it
 * @param seed seed of coins, order and resampling
 * @param envelope what was compared and where: jars with their digests, revisions, JVM, machine, options; in order
 * @param rows the rows, gravest first
 * @param host the host over time
 * @param notes what else a reader must know, one sentence each
 */
public record GateReport(
        String schema,
        String command,
        Verdict verdict,
        int exitCode,
        long seed,
        Map<String, String> envelope,
        List<RowResult> rows,
        List<HostSample> host,
        List<String> notes) {
    /** Name and version of the JSON form. */
    public static final String SCHEMA = "tce.gate.report.v1";
}
