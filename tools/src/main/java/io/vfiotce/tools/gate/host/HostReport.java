package io.vfiotce.tools.gate.host;

import io.vfiotce.tools.gate.report.Layer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What {@code tce gate doctor} says.
 *
 * @param facts what the host is
 * @param activity what happened on it
 * @param disturbances why it is not calm, one phrase each; empty if it is calm
 * @param layers what each layer is worth here, in the order of {@link Layer}
 */
public record HostReport(
        HostFacts facts, HostActivity activity, List<String> disturbances, List<LayerReadiness> layers) {
    private static final double CALM_STEAL = 0.005;
    private static final double CALM_RUN_DELAY = 0.05;
    private static final double CALM_OTHERS = 0.10;
    private static final double SLOW_CLOCK_NS = 200;
    private static final int LATENCY_CORES = 4;
    private static final double PERCENT = 100;

    /**
     * Judges a host.
     *
     * @param facts what it is
     * @param activity what happened on it
     * @return the report
     */
    public static HostReport of(final HostFacts facts, final HostActivity activity) {
        final List<String> disturbances = new ArrayList<>();
        addAbove(disturbances, "steal", activity.steal(), CALM_STEAL);
        addAbove(disturbances, "run-queue delay", activity.runDelay(), CALM_RUN_DELAY);
        addAbove(disturbances, "processors used by others", activity.othersBusy(), CALM_OTHERS);
        if (facts.quotaCpus() < facts.cores()) {
            disturbances.add(String.format(
                    Locale.ROOT, "the cgroup may use %.2f of %d processors", facts.quotaCpus(), facts.cores()));
        }
        if (activity.clockCostNs() > SLOW_CLOCK_NS) {
            disturbances.add(String.format(Locale.ROOT, "reading the clock takes %.0f ns", activity.clockCostNs()));
        }
        final List<LayerReadiness> layers = new ArrayList<>();
        for (final Layer layer : Layer.values()) {
            layers.add(readiness(layer, facts, String.join("; ", disturbances)));
        }
        return new HostReport(facts, activity, List.copyOf(disturbances), List.copyOf(layers));
    }

    private static void addAbove(
            final List<String> disturbances, final String what, final double share, final double limit) {
        if (share > limit) {
            disturbances.add(what + ' ' + percent(share));
        }
    }

    private static LayerReadiness readiness(final Layer layer, final HostFacts facts, final String disturbed) {
        return switch (layer) {
            case COMPLETENESS, ALLOCATION, CODE_SHAPE -> new LayerReadiness(layer, Readiness.READY, "");
            case INSTRUCTIONS ->
                facts.valgrind().isEmpty()
                        ? new LayerReadiness(layer, Readiness.NO, "valgrind is not installed")
                        : new LayerReadiness(layer, Readiness.READY, "");
            case RATIO, TIME -> timed(layer, disturbed);
            case LATENCY -> {
                if (facts.cores() < 2) {
                    yield new LayerReadiness(layer, Readiness.NO, "needs two processors");
                }
                yield facts.cores() < LATENCY_CORES
                        ? new LayerReadiness(
                                layer, Readiness.WEAK, "two threads and the JVM share " + facts.cores() + " processors")
                        : timed(layer, disturbed);
            }
        };
    }

    private static LayerReadiness timed(final Layer layer, final String disturbed) {
        return new LayerReadiness(layer, disturbed.isEmpty() ? Readiness.READY : Readiness.WEAK, disturbed);
    }

    /** {@return whether nothing disturbs a measurement here and now} */
    public boolean calm() {
        return disturbances.isEmpty();
    }

    /** {@return the report as lines of text} */
    public String render() {
        final StringBuilder text = new StringBuilder();
        line(text, "processor", facts.cores() + " x " + facts.cpuModel() + ", SMT " + facts.smt());
        line(text, "kernel", facts.kernel());
        line(text, "governor", facts.governor());
        line(text, "huge pages", facts.hugePages());
        line(text, "event counters", facts.pmu() ? "yes" : "no");
        line(text, "valgrind", facts.valgrind().isEmpty() ? "not installed" : facts.valgrind());
        line(
                text,
                "cgroup quota",
                Double.isInfinite(facts.quotaCpus())
                        ? "none"
                        : String.format(Locale.ROOT, "%.2f processors", facts.quotaCpus()));
        line(
                text,
                "clock",
                String.format(
                        Locale.ROOT,
                        "%s, %.0f ns a reading, steps of %.0f ns",
                        facts.clockSource(),
                        activity.clockCostNs(),
                        activity.clockStepNs()));
        line(text, "load average", String.format(Locale.ROOT, "%.2f", activity.load()));
        line(text, "steal", percent(activity.steal()));
        line(text, "run-queue delay", percent(activity.runDelay()));
        line(text, "used by others", percent(activity.othersBusy()) + " of all processors");
        for (final LayerReadiness layer : layers) {
            final String name = layer.layer().name().toLowerCase(Locale.ROOT).replace('_', ' ');
            final String worth = layer.readiness().name().toLowerCase(Locale.ROOT);
            line(text, "layer " + name, layer.why().isEmpty() ? worth : worth + ": " + layer.why());
        }
        line(text, "calm", calm() ? "yes" : "no: " + String.join("; ", disturbances));
        return text.toString();
    }

    private static void line(final StringBuilder text, final String name, final String value) {
        text.append(String.format(Locale.ROOT, "%-20s %s\n", name, value));
    }

    private static String percent(final double share) {
        return Double.isNaN(share) ? "unknown" : String.format(Locale.ROOT, "%.1f %%", share * PERCENT);
    }
}
