package io.vfiotce.tools.conform;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.IOException;
import java.io.Writer;

/** Writes reports as one JSON object. */
final class JsonReport {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            // The writer may be stdout.
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .build();

    // Every scenario is run; readers of reports rely on the field.
    private static final int SKIPPED = 0;

    private JsonReport() {}

    static void write(final ConformSummary summary, final Writer out) throws IOException {
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            json.useDefaultPrettyPrinter();
            json.writeStartObject();
            json.writeBooleanField("ok", summary.isOk());
            json.writeNumberField("scenarios", summary.scenarios());
            json.writeNumberField("ops", summary.ops());
            json.writeNumberField("mismatches", summary.mismatches());
            json.writeNumberField("skipped", SKIPPED);
            json.writeNumberField("layerDependent", summary.layerDependent());
            json.writeArrayFieldStart("files");
            for (final FileReport file : summary.files()) {
                file(json, file);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        out.write(System.lineSeparator());
        out.flush();
    }

    private static void file(final JsonGenerator json, final FileReport file) throws IOException {
        json.writeStartObject();
        json.writeStringField("file", file.file());
        json.writeBooleanField("ok", file.isOk());
        json.writeStringField(
                "profile", file.profile() == null ? null : file.profile().toString());
        json.writeStringField("layer", file.layer().toString());
        json.writeNumberField("scenarios", file.scenarios());
        json.writeNumberField("ops", file.ops());
        json.writeNumberField("mismatches", file.mismatches());
        json.writeNumberField("skipped", SKIPPED);
        json.writeNumberField("layerDependent", file.layerDependent());
        json.writeNumberField("divergentScenarios", file.divergentScenarios());
        json.writeStringField("error", file.error());
        json.writeArrayFieldStart("divergences");
        for (final Divergence divergence : file.divergences()) {
            json.writeStartObject();
            json.writeStringField("scenario", "scenario " + divergence.scenario());
            json.writeNumberField("line", divergence.line());
            json.writeStringField("call", divergence.subject());
            json.writeStringField("expected", divergence.expected());
            json.writeStringField("got", divergence.got());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
