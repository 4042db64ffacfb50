package io.vfiotce.tools.gate.config;

import io.vfiotce.tools.gate.report.Layer;
import io.vfiotce.tools.gate.run.Metric;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What holds for one row.
 *
 * @param limit largest slowdown that is acceptable: 0.05 is five percent
 * @param margin bias that nobody should act on; less than the limit
 * @param metric the clock
 * @param layers the layers that judge the row, in the order of {@link Layer}; completeness always does and is not among them
 * @param allocatedBytes contract: bytes that an operation allocates, 0 for none at all; empty without contract
 * @param owner who looks after the row; empty if nobody is named
 */
public record RowSettings(
        double limit, double margin, Metric metric, List<Layer> layers, OptionalDouble allocatedBytes, String owner) {
    /** What holds if the file says nothing. */
    static final RowSettings BUILT_IN = new RowSettings(
            0.05,
            0.01,
            Metric.AUTO,
            List.of(Layer.ALLOCATION, Layer.CODE_SHAPE, Layer.INSTRUCTIONS, Layer.TIME),
            OptionalDouble.empty(),
            "");
}
