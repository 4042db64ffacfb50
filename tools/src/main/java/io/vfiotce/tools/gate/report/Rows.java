package io.vfiotce.tools.gate.report;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Questions that every form asks about rows. */
final class Rows {
    /** The layer whose effect speaks for a row, if the row has it. */
    private static final List<Layer> HEADLINES =
            List.of(Layer.TIME, Layer.LATENCY, Layer.RATIO, Layer.INSTRUCTIONS, Layer.ALLOCATION);

    private Rows() {}

    /** The gravest verdict of a row's layers; MISSING if it has none, for then nothing was shown. */
    static Verdict verdict(final RowResult row) {
        return row.layers().stream()
                .map(LayerResult::verdict)
                .max(Comparator.naturalOrder())
                .orElse(Verdict.MISSING);
    }

    /** A report's rows, gravest first and otherwise in the report's order. */
    static List<RowResult> gravestFirst(final GateReport report) {
        return report.rows().stream()
                .sorted(Comparator.comparing(Rows::verdict).reversed())
                .toList();
    }

    /** A row's layers, gravest first and otherwise in the row's order. */
    static List<LayerResult> layersGravestFirst(final RowResult row) {
        return row.layers().stream()
                .sorted(Comparator.comparing(LayerResult::verdict).reversed())
                .toList();
    }

    /** The layer whose effect speaks for the row: the clock if there is one; empty if no layer has an effect. */
    static Optional<LayerResult> headline(final RowResult row) {
        return HEADLINES.stream()
                .flatMap(layer -> row.layers().stream().filter(result -> result.layer() == layer))
                .filter(result -> result.interval() != null)
                .findFirst();
    }

    /** Pairs that keep the validity rules. */
    static long usedPairs(final LayerResult layer) {
        return layer.pairs().stream()
                .filter(pair -> pair.contaminated().isEmpty())
                .count();
    }

    /** Pairs that break the validity rules. */
    static long droppedPairs(final LayerResult layer) {
        return layer.pairs().size() - usedPairs(layer);
    }

    /** Pairs used, and dropped if any were: {@code 24 (2 dropped)}; a dash in layers without pairs. */
    static String pairs(final LayerResult layer) {
        final long dropped = droppedPairs(layer);
        return layer.pairs().isEmpty() ? "-" : usedPairs(layer) + (dropped == 0 ? "" : " (" + dropped + " dropped)");
    }

    /** A pair's effect, head / base - 1. */
    static double effect(final Pair pair) {
        return pair.head().value() / pair.base().value() - 1;
    }
}
