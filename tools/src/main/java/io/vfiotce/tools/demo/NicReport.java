package io.vfiotce.tools.demo;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Prints what the modes showed, for people and as JSON. */
final class NicReport {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            // The writer may be stdout.
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .build();

    private NicReport() {}

    static void begin(final NicOptions options, final PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "nic: 2 vCPUs and a card on %d processors; %s, packets of %,d bytes on %s, %,d in flight per vCPU, %s%n",
                Runtime.getRuntime().availableProcessors(),
                count(options.windows(), "DMA window"),
                options.packetBytes(),
                count(options.pages(), "page"),
                options.inFlight(),
                "work per packet: driver " + options.driverNs() + " ns, card " + options.deviceNs() + " ns; link "
                        + (options.linkMbps() == 0 ? "without limit" : options.linkMbps() + " Mb/s"));
        out.flush();
    }

    private static String count(final int number, final String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    static void mode(final NicResult result, final PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "  %-17s %,11.0f packets/s %,9.1f MB/s; %,9.0f ns per hypercall, %4.1f %% of the vCPUs' time"
                        + " (%.1f %% of the calls in real mode); %,d checksum errors%n",
                result.mode().title(),
                result.packetsPerSecond(),
                result.megabytesPerSecond(),
                result.nsPerHcall(),
                100 * result.hcallShare(),
                100 * result.realShare(),
                result.badChecksums());
        out.flush();
    }

    static void end(final NicOptions options, final List<NicResult> results, final PrintWriter out) {
        final Optional<NicResult> fast = of(results, NicMode.FAST);
        for (final NicMode mode : List.of(NicMode.SLOW, NicMode.PROCESS)) {
            final Optional<NicResult> slower = of(results, mode);
            if (fast.isPresent() && slower.isPresent()) {
                out.printf(
                        Locale.ROOT,
                        "  fast path over %s: %.2f times the packets%n",
                        mode.title(),
                        over(fast.get(), slower.get()));
            }
        }
        if (fast.isPresent() && results.size() > 1) {
            out.printf(
                    Locale.ROOT,
                    "  published for a 10 Gb card: 750 to 1020 MB/s in the kernel, 220 MB/s through userspace, 3.4 to 4.6"
                            + " times; ours is a model%n  on this machine, without a guest's exits, interrupts and TCP,"
                            + " and every %dth hypercall timed (the clock's share taken off)%n",
                    HcallTimer.EVERY);
        }
        final List<String> failures = failures(results);
        if (failures.isEmpty()) {
            out.printf(
                    Locale.ROOT,
                    "OK: %,d packets in %.1f s, 0 checksum errors, all counters balanced%n",
                    results.stream().mapToLong(NicResult::packets).sum(),
                    (double) options.runNs() * results.size() / TimeUnit.SECONDS.toNanos(1));
        } else {
            out.println("FAILED: " + String.join("; ", failures));
        }
        out.flush();
    }

    /** Everything that is not as it must be, with the mode's name. */
    static List<String> failures(final List<NicResult> results) {
        return results.stream()
                .flatMap(result ->
                        result.failures().stream().map(failure -> result.mode().title() + ": " + failure))
                .toList();
    }

    private static Optional<NicResult> of(final List<NicResult> results, final NicMode mode) {
        return results.stream().filter(result -> result.mode() == mode).findAny();
    }

    private static double over(final NicResult faster, final NicResult slower) {
        return slower.packetsPerSecond() > 0 ? faster.packetsPerSecond() / slower.packetsPerSecond() : 0;
    }

    static void json(final NicOptions options, final List<NicResult> results, final Writer out) throws IOException {
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            json.useDefaultPrettyPrinter();
            json.writeStartObject();
            json.writeBooleanField("ok", failures(results).isEmpty());
            json.writeNumberField("processors", Runtime.getRuntime().availableProcessors());
            json.writeNumberField("runNs", options.runNs());
            json.writeNumberField("windows", options.windows());
            json.writeNumberField("packetBytes", options.packetBytes());
            json.writeNumberField("pages", options.pages());
            json.writeNumberField("inFlight", options.inFlight());
            json.writeNumberField("driverNs", options.driverNs());
            json.writeNumberField("deviceNs", options.deviceNs());
            json.writeNumberField("linkMbps", options.linkMbps());
            json.writeNumberField("seed", options.seed());
            json.writeArrayFieldStart("modes");
            for (final NicResult result : results) {
                mode(json, result);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        out.write(System.lineSeparator());
        out.flush();
    }

    private static void mode(final JsonGenerator json, final NicResult result) throws IOException {
        json.writeStartObject();
        json.writeStringField("mode", result.mode().toString());
        json.writeNumberField("packetsPerSecond", result.packetsPerSecond());
        json.writeNumberField("megabytesPerSecond", result.megabytesPerSecond());
        json.writeNumberField("nsPerHcall", result.nsPerHcall());
        json.writeNumberField("hcallShare", result.hcallShare());
        json.writeNumberField("realShare", result.realShare());
        json.writeNumberField("packets", result.packets());
        json.writeNumberField("checksumErrors", result.badChecksums());
        json.writeArrayFieldStart("failures");
        for (final String failure : result.failures()) {
            json.writeString(failure);
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
