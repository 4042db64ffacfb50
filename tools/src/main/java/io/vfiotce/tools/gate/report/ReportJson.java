package io.vfiotce.tools.gate.report;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * Writes reports as JSON. Every number has as many digits as it takes to read the same number back; what is not finite is
 * the string {@code NaN}, {@code Infinity} or {@code -Infinity}. The same report gives the same bytes on every JVM and
 * system.
 */
public final class ReportJson {
    private static final String SCHEMA_RESOURCE = "/gate/report.schema.json";

    // Before JDK 19 Double.toString gives more digits than it takes; Jackson's own writer gives the same on all.
    private static final ObjectWriter WRITER = JsonMapper.builder()
            .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
            // Whatever the encoding of stdout.
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .addModule(new SimpleModule()
                    .addSerializer(String.class, new TextSerializer())
                    .addKeySerializer(String.class, new KeySerializer()))
            .build()
            .writer(new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n")));

    private ReportJson() {}

    /**
     * Writes a report.
     *
     * @param report the report
     * @return one JSON object and a line end
     */
    public static String write(final GateReport report) {
        try {
            return WRITER.writeValueAsString(report) + "\n";
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return the JSON Schema of what {@link #write} writes} */
    public static String schema() {
        try (InputStream in = ReportJson.class.getResourceAsStream(SCHEMA_RESOURCE)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Half a surrogate pair, which has no form in UTF-8, becomes U+FFFD, as every encoder of UTF-16 writes it. */
    private static String wellFormed(final String text) {
        return new String(text.getBytes(StandardCharsets.UTF_16BE), StandardCharsets.UTF_16BE);
    }

    private static final class TextSerializer extends StdScalarSerializer<String> {
        private static final long serialVersionUID = 1L;

        TextSerializer() {
            super(String.class);
        }

        @Override
        public void serialize(final String text, final JsonGenerator json, final SerializerProvider provider)
                throws IOException {
            json.writeString(wellFormed(text));
        }
    }

    private static final class KeySerializer extends StdScalarSerializer<String> {
        private static final long serialVersionUID = 1L;

        KeySerializer() {
            super(String.class);
        }

        @Override
        public void serialize(final String key, final JsonGenerator json, final SerializerProvider provider)
                throws IOException {
            json.writeFieldName(wellFormed(key));
        }
    }
}
