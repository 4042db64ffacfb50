package io.vfiotce.tools.replay;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import io.vfiotce.telemetry.Layer;
import io.vfiotce.tools.trace.Trace;
import io.vfiotce.tools.trace.TraceGrade;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/** Prints what replays showed, for people and as JSON. */
public final class ReplayReport {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            // The writer may be stdout.
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .build();

    private ReplayReport() {}

    /**
     * Prints one result.
     *
     * @param result the result
     * @param out where to
     */
    public static void text(final ReplayResult result, final PrintWriter out) {
        final Trace trace = result.trace();
        out.printf(
                Locale.ROOT,
                "%s: %,d hypercalls of %,d records, %s, %d timed rounds%n",
                result.name(),
                trace.hcalls(),
                trace.size(),
                count(result.vcpus(), "vCPU"),
                result.rounds());
        path("fast path", result.fast(), out);
        path("slow path", result.slow(), out);
        out.printf(
                Locale.ROOT,
                "  slow over fast %.1f; %,d translations and %,d table entries compared; %,d mismatches%n",
                result.slowOverFast(),
                result.translations(),
                result.comparedEntries(),
                result.mismatches());
        devices(result.devices(), out);
        if (result.hardware().groups() > 0) {
            hardware(result.hardware(), out);
        }
        if (trace.countOfGrade(TraceGrade.EXACT) != trace.size()) {
            out.printf(
                    Locale.ROOT,
                    "  records: %,d exact, %,d reconstructed, %,d lossy (not compared); %,d calls left out%n",
                    trace.countOfGrade(TraceGrade.EXACT),
                    trace.countOfGrade(TraceGrade.RECONSTRUCTED),
                    trace.countOfGrade(TraceGrade.LOSSY),
                    result.skippedCalls());
        }
        if (result.forcedCalls() != 0) {
            out.printf(
                    Locale.ROOT,
                    "  %,d calls whose outcome depends on the layer went to the handler on both paths%n",
                    result.forcedCalls());
        }
        result.failures().forEach(failure -> out.println("  FAILED " + failure));
        out.flush();
    }

    private static void devices(final DeviceResult devices, final PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "  DMA: %,d accesses of devices through the guest view and %,d through VFIO groups, %,d by a hint%n",
                devices.guestAccesses(),
                devices.hardwareAccesses(),
                devices.hintHits());
    }

    private static void hardware(final HardwareResult hardware, final PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "  VFIO: %s in %s with %s; %,d hardware entries and %s of %,d mappings compared; %s%n",
                count(hardware.groups(), "group"),
                count(hardware.containers(), "container"),
                count(hardware.tables(), "IOMMU table"),
                hardware.entries(),
                count(hardware.counts(), "mapped count"),
                hardware.mapped(),
                count(hardware.failedNotifications(), "refused notification"));
    }

    private static String count(final long number, final String what) {
        return String.format(Locale.ROOT, "%,d %s%s", number, what, number == 1 ? "" : "s");
    }

    private static void path(final String name, final ReplayResult.Path path, final PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "  %s %,11.1f ns per call; calls that ended in real mode %,d, virtual mode %,d, the handler %,d%n",
                name,
                path.nsPerHcall(),
                path.ended().get(Layer.REAL),
                path.ended().get(Layer.VIRTUAL),
                path.ended().get(Layer.USERSPACE));
    }

    /**
     * Prints the last line.
     *
     * @param results all results
     * @param out where to
     */
    public static void summary(final List<ReplayResult> results, final PrintWriter out) {
        final ReplayResult.Path fast = sum(results, true);
        final ReplayResult.Path slow = sum(results, false);
        out.printf(
                Locale.ROOT,
                "%s: %,d hypercalls, fast %.1f ns, slow %.1f ns, slow over fast %.1f, %,d mismatches%n",
                isOk(results) ? "OK" : "FAILED",
                total(results, result -> result.trace().hcalls()),
                fast.nsPerHcall(),
                slow.nsPerHcall(),
                ReplayResult.over(slow, fast),
                total(results, ReplayResult::mismatches));
        out.flush();
    }

    /**
     * Writes all results as one JSON object.
     *
     * @param results all results
     * @param out where to; stays open
     * @throws IOException if it cannot be written
     */
    public static void json(final List<ReplayResult> results, final Writer out) throws IOException {
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            json.useDefaultPrettyPrinter();
            json.writeStartObject();
            json.writeBooleanField("ok", isOk(results));
            json.writeNumberField(
                    "records", total(results, result -> result.trace().size()));
            json.writeNumberField(
                    "hcalls", total(results, result -> result.trace().hcalls()));
            json.writeNumberField("mismatches", total(results, ReplayResult::mismatches));
            paths(json, sum(results, true), sum(results, false));
            json.writeArrayFieldStart("traces");
            for (final ReplayResult result : results) {
                trace(json, result);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        out.write(System.lineSeparator());
        out.flush();
    }

    private static void trace(final JsonGenerator json, final ReplayResult result) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", result.name());
        json.writeBooleanField("ok", result.isOk());
        json.writeNumberField("records", result.trace().size());
        json.writeNumberField("hcalls", result.trace().hcalls());
        json.writeNumberField("vcpus", result.vcpus());
        json.writeNumberField("rounds", result.rounds());
        json.writeNumberField("mismatches", result.mismatches());
        json.writeNumberField("translations", result.translations());
        json.writeNumberField("entries", result.comparedEntries());
        devices(json, result.devices());
        hardware(json, result.hardware());
        json.writeNumberField("layerDependent", result.forcedCalls());
        json.writeNumberField("skipped", result.skippedCalls());
        json.writeNumberField("firmwareCalls", result.firmwareCalls());
        json.writeObjectFieldStart("grades");
        for (final TraceGrade grade : TraceGrade.values()) {
            json.writeNumberField(
                    grade.name().toLowerCase(Locale.ROOT), result.trace().countOfGrade(grade));
        }
        json.writeEndObject();
        paths(json, result.fast(), result.slow());
        json.writeArrayFieldStart("failures");
        for (final String failure : result.failures()) {
            json.writeString(failure);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void devices(final JsonGenerator json, final DeviceResult devices) throws IOException {
        json.writeObjectFieldStart("dma");
        json.writeNumberField("guestAccesses", devices.guestAccesses());
        json.writeNumberField("hardwareAccesses", devices.hardwareAccesses());
        json.writeNumberField("hintHits", devices.hintHits());
        json.writeEndObject();
    }

    private static void hardware(final JsonGenerator json, final HardwareResult hardware) throws IOException {
        json.writeObjectFieldStart("vfio");
        json.writeNumberField("groups", hardware.groups());
        json.writeNumberField("containers", hardware.containers());
        json.writeNumberField("tables", hardware.tables());
        json.writeNumberField("hardwareEntries", hardware.entries());
        json.writeNumberField("mappedCounts", hardware.counts());
        json.writeNumberField("mapped", hardware.mapped());
        json.writeNumberField("failedNotifications", hardware.failedNotifications());
        json.writeEndObject();
    }

    private static void paths(final JsonGenerator json, final ReplayResult.Path fast, final ReplayResult.Path slow)
            throws IOException {
        layers(json, "paths", fast);
        layers(json, "slowPaths", slow);
        json.writeNumberField("fastNsPerHcall", fast.nsPerHcall());
        json.writeNumberField("slowNsPerHcall", slow.nsPerHcall());
        json.writeNumberField("slowOverFast", ReplayResult.over(slow, fast));
    }

    private static void layers(final JsonGenerator json, final String name, final ReplayResult.Path path)
            throws IOException {
        json.writeObjectFieldStart(name);
        for (final Layer layer : Layer.values()) {
            json.writeNumberField(
                    layer.name().toLowerCase(Locale.ROOT), path.ended().get(layer));
        }
        json.writeEndObject();
    }

    private static ReplayResult.Path sum(final List<ReplayResult> results, final boolean fast) {
        return ReplayResult.Path.sum(results.stream()
                .map(result -> fast ? result.fast() : result.slow())
                .toList());
    }

    private static long total(final List<ReplayResult> results, final ToLongFunction<ReplayResult> figure) {
        return results.stream().mapToLong(figure).sum();
    }

    private static boolean isOk(final List<ReplayResult> results) {
        return results.stream().allMatch(ReplayResult::isOk);
    }
}
