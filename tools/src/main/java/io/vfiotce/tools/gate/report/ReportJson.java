package io.vfiotce.tools.gate.report;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectWriter;
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

    private static final ObjectWriter WRITER =
            StrictJson.WRITER.writer(new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n")));

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
}
