package io.vfiotce.tools.gate.report;

import java.util.List;

/**
 * What the gate says about one row of the benchmarks.
 *
 * @param row the row's key: benchmark, parameters, mode, threads
 * @param unit unit of its figures per operation
 * @param control whether everything that the row can reach is byte-identical in both jars
 * @param layers the layers' results
 */
public record RowResult(String row, String unit, boolean control, List<LayerResult> layers) {}
