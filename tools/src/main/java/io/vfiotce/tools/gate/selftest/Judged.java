package io.vfiotce.tools.gate.selftest;

import io.vfiotce.tools.gate.report.GateReport;
import io.vfiotce.tools.gate.report.Layer;
import io.vfiotce.tools.gate.report.LayerResult;
import io.vfiotce.tools.gate.report.ReportReader;
import io.vfiotce.tools.gate.stats.JudgeSettings;
import java.util.Map;
import java.util.TreeMap;

/** What reports of runs say, and how rows are judged where verdicts are counted over many draws. */
final class Judged {
    /** The limit of all rows: that of a configuration that says nothing. */
    static final double LIMIT = 0.05;

    /** Rows of the run whose errors are counted as a family. */
    static final int FAMILY_ROWS = 30;

    private Judged() {}

    /** The judge's settings in a run of that many rows. */
    static JudgeSettings family(final Workspace workspace) {
        return JudgeSettings.standard(
                LIMIT,
                FAMILY_ROWS,
                workspace.sizes().judgePairs(),
                workspace.sizes().judgeConfirmPairs(),
                workspace.seed());
    }

    /** A layer's results by row, as a finished run left them. */
    static Map<String, LayerResult> layer(final GateCall call, final Layer layer) {
        final GateReport report = ReportReader.read(call.report());
        final Map<String, LayerResult> results = new TreeMap<>();
        report.rows()
                .forEach(row -> row.layers().stream()
                        .filter(result -> result.layer() == layer)
                        .forEach(result -> results.put(row.row(), result)));
        return results;
    }
}
