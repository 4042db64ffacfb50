package io.vfiotce.tools.gate.report;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.vfiotce.tools.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads reports that {@link ReportJson} wrote. What the schema does not allow is refused as a whole. */
public final class ReportReader {
    private static final int MAX_QUOTE_CHARS = 120;
    private static final int MAX_EXIT_CODE = 6;

    private static final Pattern MISSING = Pattern.compile("Missing required creator property '(\\w+)'");

    private static final JsonMapper MAPPER = mapper();

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
            final JsonNode tree = MAPPER.readTree(json);
            final JsonNode schema = tree.path("schema");
            if (!schema.isTextual()) {
                throw new BadInputException(name + ": not a report of tce gate: it names no schema");
            }
            if (!schema.textValue().equals(GateReport.SCHEMA)) {
                throw new BadInputException(
                        name + ": a report of version '" + Text.start(schema.textValue(), MAX_QUOTE_CHARS)
                                + "'; this tce reads only " + GateReport.SCHEMA);
            }
            final GateReport report = MAPPER.treeToValue(tree, GateReport.class);
            checkRanges(name, report);
            return report;
        } catch (final JsonMappingException e) {
            throw new BadInputException(name + ": " + path(e) + ": " + problem(e));
        } catch (final JsonProcessingException e) {
            throw new BadInputException(name + ": not whole JSON: " + place(e.getLocation()) + quote(e));
        } catch (final IOException e) {
            throw new BadInputException(
                    name + ": cannot be read: " + e.getClass().getSimpleName());
        }
    }

    private static JsonMapper mapper() {
        final JsonMapper mapper = JsonMapper.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .addModule(new SimpleModule()
                        .addDeserializer(Double.class, new FigureDeserializer())
                        .addDeserializer(double.class, new FigureDeserializer())
                        .addDeserializer(String.class, new TextDeserializer()))
                .defaultSetterInfo(JsonSetter.Value.forValueNulls(Nulls.FAIL, Nulls.FAIL))
                .build();
        // The only null that a report may have: there is nothing to estimate.
        mapper.configOverride(Interval.class).setSetterInfo(JsonSetter.Value.forValueNulls(Nulls.SET));
        return mapper;
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

    private static String path(final JsonMappingException e) {
        final String path = e.getPath().stream()
                .map(step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : "." + step.getFieldName())
                .collect(Collectors.joining());
        return path.isEmpty() ? "the document" : Text.start(path.substring(1), MAX_QUOTE_CHARS);
    }

    private static String problem(final JsonMappingException e) {
        if (e instanceof UnrecognizedPropertyException) {
            return "no such field in " + GateReport.SCHEMA;
        }
        if (e instanceof InvalidFormatException format) {
            return "'" + Text.start(String.valueOf(format.getValue()), MAX_QUOTE_CHARS) + "' is not allowed here";
        }
        final Matcher missing = MISSING.matcher(String.valueOf(e.getOriginalMessage()));
        // Jackson's other messages tell of its own and our classes.
        return missing.lookingAt()
                ? "the field '" + missing.group(1) + "' is missing"
                : "null or a value of the wrong kind";
    }

    private static String quote(final JsonProcessingException e) {
        return Text.start(e.getOriginalMessage().lines().findFirst().orElse(""), 2 * MAX_QUOTE_CHARS);
    }

    private static String place(final JsonLocation location) {
        return location == null ? "" : "line " + location.getLineNr() + ", column " + location.getColumnNr() + ": ";
    }

    /** A number, or one of the three strings for what is not finite; not the other spellings that Jackson knows. */
    private static final class FigureDeserializer extends StdScalarDeserializer<Double> {
        private static final long serialVersionUID = 1L;

        FigureDeserializer() {
            super(Double.class);
        }

        @Override
        public Double deserialize(final JsonParser json, final DeserializationContext context) throws IOException {
            if (json.currentToken().isNumeric()) {
                return json.getDoubleValue();
            }
            return switch (json.getText()) {
                case "NaN" -> Double.NaN;
                case "Infinity" -> Double.POSITIVE_INFINITY;
                case "-Infinity" -> Double.NEGATIVE_INFINITY;
                default -> (Double) context.handleWeirdStringValue(Double.class, json.getText(), "not a number");
            };
        }
    }

    /** A string; not a number in its place. */
    private static final class TextDeserializer extends StdScalarDeserializer<String> {
        private static final long serialVersionUID = 1L;

        TextDeserializer() {
            super(String.class);
        }

        @Override
        public String deserialize(final JsonParser json, final DeserializationContext context) throws IOException {
            return json.currentToken() == JsonToken.VALUE_STRING
                    ? json.getText()
                    : (String) context.handleUnexpectedToken(String.class, json);
        }
    }
}
