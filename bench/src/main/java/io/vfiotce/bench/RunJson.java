package io.vfiotce.bench;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Stored runs as JSON: an envelope around an array that has the form of JMH's own. */
final class RunJson {
    private static final JsonFactory FACTORY = new JsonFactory();
    // More digits than the noise lets count.
    private static final MathContext DIGITS = new MathContext(6);

    private RunJson() {}

    /** Reads a stored run. */
    static StoredRun read(final Path file) throws IOException {
        final Map<?, ?> run = (Map<?, ?>) tree(file);
        final TreeSet<String> leftOut = new TreeSet<>();
        ((List<?>) run.get("leftOut")).forEach(name -> leftOut.add((String) name));
        return new StoredRun(
                (String) run.get("machine"),
                (String) run.get("commit"),
                (String) run.get("jdk"),
                (String) run.get("date"),
                leftOut,
                results((List<?>) run.get("results")));
    }

    /** Reads an array as JMH writes it. */
    static List<Measured> readResults(final Path file) throws IOException {
        return results((List<?>) tree(file));
    }

    private static List<Measured> results(final List<?> array) {
        return array.stream().map(result -> measured((Map<?, ?>) result)).toList();
    }

    private static Measured measured(final Map<?, ?> result) {
        final SortedMap<String, String> params = new TreeMap<>();
        object(result.get("params")).forEach((name, value) -> params.put((String) name, value.toString()));
        final SortedMap<String, Series> secondary = new TreeMap<>();
        object(result.get("secondaryMetrics"))
                .forEach((name, metric) -> secondary.put((String) name, series((Map<?, ?>) metric)));
        return new Measured(
                (String) result.get("benchmark"),
                (String) result.get("mode"),
                Integer.parseInt(result.get("threads").toString()),
                params,
                series((Map<?, ?>) result.get("primaryMetric")),
                secondary);
    }

    private static Map<?, ?> object(final Object value) {
        return value == null ? Map.of() : (Map<?, ?>) value;
    }

    private static Series series(final Map<?, ?> metric) {
        final List<List<Double>> forks = new ArrayList<>();
        for (final Object fork : (List<?>) metric.get("rawData")) {
            forks.add(((List<?>) fork)
                    .stream().map(value -> Double.valueOf(value.toString())).toList());
        }
        return new Series((String) metric.get("scoreUnit"), forks);
    }

    private static Object tree(final Path file) throws IOException {
        try (JsonParser parser = FACTORY.createParser(file.toFile())) {
            parser.nextToken();
            return value(parser);
        }
    }

    private static Object value(final JsonParser parser) throws IOException {
        if (parser.currentToken() == JsonToken.START_ARRAY) {
            final List<Object> array = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                array.add(value(parser));
            }
            return array;
        }
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            final Map<String, Object> object = new LinkedHashMap<>();
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                parser.nextToken();
                object.put(name, value(parser));
            }
            return object;
        }
        return parser.getText();
    }

    /** Writes a run. */
    static void write(final Path file, final StoredRun run) throws IOException {
        try (JsonGenerator json = FACTORY.createGenerator(file.toFile(), JsonEncoding.UTF8)) {
            json.writeStartObject();
            json.writeStringField("machine", run.machine());
            json.writeStringField("commit", run.commit());
            json.writeStringField("jdk", run.jdk());
            json.writeStringField("date", run.date());
            json.writeArrayFieldStart("leftOut");
            for (final String name : run.leftOut()) {
                json.writeString(name);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("results");
            for (final Measured row : run.results()) {
                // A row on a line, for those who compare two runs.
                json.writeRaw('\n');
                write(json, row);
            }
            json.writeEndArray();
            json.writeEndObject();
            json.writeRaw('\n');
        }
    }

    private static void write(final JsonGenerator json, final Measured row) throws IOException {
        json.writeStartObject();
        json.writeStringField("benchmark", row.benchmark());
        json.writeStringField("mode", row.mode());
        json.writeNumberField("threads", row.threads());
        json.writeNumberField("forks", row.primary().forks().size());
        json.writeObjectFieldStart("params");
        for (final Map.Entry<String, String> param : row.params().entrySet()) {
            json.writeStringField(param.getKey(), param.getValue());
        }
        json.writeEndObject();
        json.writeFieldName("primaryMetric");
        write(json, row, row.primary());
        json.writeObjectFieldStart("secondaryMetrics");
        for (final Map.Entry<String, Series> metric : row.secondary().entrySet()) {
            json.writeFieldName(metric.getKey());
            write(json, row, metric.getValue());
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void write(final JsonGenerator json, final Measured row, final Series series) throws IOException {
        json.writeStartObject();
        json.writeFieldName("score");
        write(json, row.quartile(series));
        json.writeStringField("scoreUnit", series.unit());
        json.writeArrayFieldStart("rawData");
        for (final List<Double> fork : series.forks()) {
            json.writeStartArray();
            for (final double value : fork) {
                write(json, value);
            }
            json.writeEndArray();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void write(final JsonGenerator json, final double value) throws IOException {
        if (Double.isFinite(value)) {
            json.writeNumber(
                    new BigDecimal(value).round(DIGITS).stripTrailingZeros().toPlainString());
        } else {
            json.writeString("NaN");
        }
    }
}
