package io.vfiotce.tools.gate.config;

import io.vfiotce.tools.gate.report.RowResult;
import java.util.List;

/**
 * The rows after the waivers.
 *
 * @param rows the rows in the order given; what is waived warns
 * @param problems waivers that nothing needed, one sentence each; a run with any ends as with a bad configuration
 */
public record WaivedRows(List<RowResult> rows, List<String> problems) {}
