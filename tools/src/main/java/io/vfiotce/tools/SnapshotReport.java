package io.vfiotce.tools;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import io.vfiotce.papr.Tce;
import io.vfiotce.snapshot.SavedWindow;
import io.vfiotce.snapshot.SnapshotDescriptor;
import io.vfiotce.snapshot.TableSnapshot;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.Locale;

/** Prints a table snapshot, for people and as JSON. */
final class SnapshotReport {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            // The writer may be stdout.
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .build();

    private SnapshotReport() {}

    static void text(final String name, final TableSnapshot snapshot, final PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%s: table snapshot, version %d, rounds %,d, windows %,d%n",
                name,
                SnapshotDescriptor.VERSION,
                snapshot.rounds(),
                snapshot.windows().size());
        for (final SavedWindow window : snapshot.windows()) {
            out.printf(
                    Locale.ROOT,
                    "%s bypass=%s: entries that are not 0: %,d%n",
                    window.geometry(),
                    window.isBypassed() ? "on" : "off",
                    entries(window));
            for (long entry = window.nextNonZero(0); entry >= 0; entry = window.nextNonZero(entry + 1)) {
                final long tce = window.tce(entry);
                out.println("  " + hex(ioba(window, entry)) + " " + hex(tce) + " " + permissions(tce));
            }
        }
        out.flush();
    }

    static void json(final String name, final TableSnapshot snapshot, final Writer out) throws IOException {
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            json.useDefaultPrettyPrinter();
            json.writeStartObject();
            json.writeStringField("file", name);
            json.writeNumberField("version", SnapshotDescriptor.VERSION);
            json.writeNumberField("rounds", snapshot.rounds());
            json.writeArrayFieldStart("windows");
            for (final SavedWindow window : snapshot.windows()) {
                window(json, window);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        out.write(System.lineSeparator());
        out.flush();
    }

    /** Addresses and words are strings: many readers of JSON have no 64-bit numbers. */
    private static void window(final JsonGenerator json, final SavedWindow window) throws IOException {
        json.writeStartObject();
        json.writeStringField("liobn", hex(window.geometry().liobn()));
        json.writeNumberField("pageShift", window.geometry().pageShift());
        json.writeStringField("startBytes", hex(window.geometry().startBytes()));
        json.writeNumberField("sizePages", window.geometry().sizePages());
        json.writeBooleanField("bypass", window.isBypassed());
        json.writeNumberField("entries", entries(window));
        json.writeArrayFieldStart("tces");
        for (long entry = window.nextNonZero(0); entry >= 0; entry = window.nextNonZero(entry + 1)) {
            json.writeStartObject();
            json.writeStringField("ioba", hex(ioba(window, entry)));
            json.writeStringField("tce", hex(window.tce(entry)));
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static long entries(final SavedWindow window) {
        long entries = 0;
        for (long entry = window.nextNonZero(0); entry >= 0; entry = window.nextNonZero(entry + 1)) {
            entries++;
        }
        return entries;
    }

    private static long ioba(final SavedWindow window, final long entry) {
        return (window.geometry().offsetPages() + entry) << window.geometry().pageShift();
    }

    private static String permissions(final long tce) {
        return ((tce & Tce.READ) != 0 ? "r" : "-") + ((tce & Tce.WRITE) != 0 ? "w" : "-");
    }

    private static String hex(final long value) {
        return "0x" + Long.toHexString(value);
    }
}
