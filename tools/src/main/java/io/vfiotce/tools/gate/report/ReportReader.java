package io.vfiotce.tools.gate.report;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.vfiotce.tools.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads reports that {@link ReportJson} wrote. What the schema does not allow is refused as a whole. */
public final class ReportReader {
    private static final int MAX_QUOTE_CHARS = 120;
    private static final int MAX_EXIT_CODE = 6;

    private ReportReader() {}

    /**
     * Reads a report.
     *
     * @param file where it is
     * @return the report
     * @throws BadInputException if the file cannot be read, is cut off, is of another version or breaks the schema
     */
    public static GateReport read(final Path file) {
        final byte[] json;
        try {
            json = Files.readAllBytes(file);
        } catch (final IOException e) {
            throw new BadInputException(
                    file + ": cannot be read: " + e.getClass().getSimpleName());
        }
        return parse(file.toString(), json);
    }

    /**
     * Reads a report.
     *
     * @param name what messages call it
     * @param json the JSON, in UTF-8
     * @return the report
     * @throws BadInputException if it is cut off, of another version or breaks the schema
     */
    public static GateReport parse(final String name, final byte[] json) {
        try {
            final JsonNode tree = StrictJson.READER.readTree(json);
            final JsonNode schema = tree.path("schema");
            if (!schema.isTextual()) {
                throw new BadInputException(name + ": not a report of tce gate: it names no schema");
            }
            if (!schema.textValue().equals(GateReport.SCHEMA)) {
                throw new BadInputException(
                        name + ": a report of version '" + Text.start(schema.textValue(), MAX_QUOTE_CHARS)
                                + "'; this tce reads only " + GateReport.SCHEMA);
            }
            final GateReport report = StrictJson.READER.treeToValue(tree, GateReport.class);
            checkRanges(name, report);
            return report;
        } catch (final JsonMappingException e) {
            throw new BadInputException(name + ": " + StrictJson.problem(e));
        } catch (final JsonProcessingException e) {
            throw new BadInputException(name + ": not whole JSON: " + place(e.getLocation()) + StrictJson.quote(e));
        } catch (final IOException e) {
            throw new BadInputException(
                    name + ": cannot be read: " + e.getClass().getSimpleName());
        }
    }

    /** Checks what the types of the records do not. */
    private static void checkRanges(final String name, final GateReport report) {
        check(name, report.exitCode() >= 0 && report.exitCode() <= MAX_EXIT_CODE, "exitCode: not in 0 to 6");
        report.host().forEach(sample -> check(name, sample.startMs() >= 0, "host: a negative startMs"));
        for (final RowResult row : report.rows()) {
            for (final LayerResult layer : row.layers()) {
                for (final Pair pair : layer.pairs()) {
                    check(name, pair.stage() == 1 || pair.stage() == 2, "pairs: a stage that is not 1 or 2");
                    check(name, pair.number() >= 0, "pairs: a negative number");
                    check(name, pair.startMs() >= 0, "pairs: a negative startMs");
                }
            }
        }
    }

    private static void check(final String name, final boolean holds, final String problem) {
        if (!holds) {
            throw new BadInputException(name + ": " + problem);
        }
    }

    private static String place(final JsonLocation location) {
        return location == null ? "" : "line " + location.getLineNr() + ", column " + location.getColumnNr() + ": ";
    }
}
