package io.vfiotce.tools.gate.config;

import io.vfiotce.tools.gate.report.Layer;
import io.vfiotce.tools.gate.run.Metric;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Some settings of rows; null is one that is not said.
 *
 * @param limit largest acceptable slowdown
 * @param margin bias that nobody should act on
 * @param metric the clock
 * @param layers the layers that judge
 * @param allocatedBytes contract on allocation; empty means that there is none
 * @param owner who looks after the rows
 */
record RowOverrides(
        Double limit, Double margin, Metric metric, List<Layer> layers, OptionalDouble allocatedBytes, String owner) {
    private static final double MAX_LIMIT = 10.0;
    private static final double MAX_BYTES = 1e12;
    private static final String ALLOC = "alloc";

    /** Layers that can be chosen; completeness always judges, ratios and latency have rows of their own. */
    private static final Set<Layer> CHOICE =
            EnumSet.of(Layer.ALLOCATION, Layer.CODE_SHAPE, Layer.INSTRUCTIONS, Layer.TIME);

    static RowOverrides read(final ConfigObject from) {
        return new RowOverrides(
                from.percent("limit", MAX_LIMIT, null),
                from.percent("margin", MAX_LIMIT, null),
                from.choice("metric", Metric.class, null),
                layers(from),
                allocatedBytes(from),
                from.text("owner", null));
    }

    private static List<Layer> layers(final ConfigObject from) {
        final List<Layer> said = from.choices("layers", Layer.class, CHOICE);
        if (said == null) {
            return null;
        }
        final Set<Layer> sorted = EnumSet.noneOf(Layer.class);
        sorted.addAll(said);
        return List.copyOf(sorted);
    }

    private static OptionalDouble allocatedBytes(final ConfigObject from) {
        if (!from.isText(ALLOC)) {
            final Double bytes = from.number(ALLOC, 0, MAX_BYTES, null);
            return bytes == null ? null : OptionalDouble.of(bytes);
        }
        return switch (from.text(ALLOC, "")) {
            case "zero" -> OptionalDouble.of(0);
            case "any" -> OptionalDouble.empty();
            default -> throw from.wrong(ALLOC, "is neither \"zero\" nor \"any\" nor a number of bytes per operation");
        };
    }

    RowSettings over(final RowSettings fallback) {
        return new RowSettings(
                Objects.requireNonNullElse(limit, fallback.limit()),
                Objects.requireNonNullElse(margin, fallback.margin()),
                Objects.requireNonNullElse(metric, fallback.metric()),
                Objects.requireNonNullElse(layers, fallback.layers()),
                Objects.requireNonNullElse(allocatedBytes, fallback.allocatedBytes()),
                Objects.requireNonNullElse(owner, fallback.owner()));
    }
}
