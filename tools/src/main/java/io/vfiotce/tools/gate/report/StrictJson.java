package io.vfiotce.tools.gate.report;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * JSON as the gate writes and reads its own: no number changes, no text acts, nothing unknown, missing or doubled is let pass. What is
 * not finite is the string {@code NaN}, {@code Infinity} or {@code -Infinity}.
 */
public final class StrictJson {
    /** Writes records; the same bytes on every JVM and system. */
    public static final JsonMapper WRITER = writer();

    /** Reads records. */
    public static final JsonMapper READER = reader();

    private static final int MAX_QUOTE_CHARS = 120;
    private static final Pattern MISSING = Pattern.compile("Missing required creator property '(\\w+)'");

    private StrictJson() {}

    // Before JDK 19 Double.toString gives more digits than it takes; Jackson's own writer gives the same on all.
    private static JsonMapper writer() {
        return JsonMapper.builder()
                .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
                // Whatever the encoding of stdout.
                .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                .addModule(new SimpleModule()
                        .addSerializer(String.class, new TextSerializer())
                        .addKeySerializer(String.class, new KeySerializer()))
                .build();
    }

    private static JsonMapper reader() {
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

    /**
     * {@return what is wrong and where, in one line}
     *
     * @param e what Jackson says
     */
    public static String problem(final JsonMappingException e) {
        return path(e) + ": " + cause(e);
    }

    private static String path(final JsonMappingException e) {
        final String path = e.getPath().stream()
                .map(step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : "." + step.getFieldName())
                .collect(Collectors.joining());
        return path.isEmpty() ? "the document" : Text.start(path.substring(1), MAX_QUOTE_CHARS);
    }

    private static String cause(final JsonMappingException e) {
        if (e instanceof UnrecognizedPropertyException) {
            return "there is no such field";
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

    static String quote(final JsonProcessingException e) {
        return Text.start(e.getOriginalMessage().lines().findFirst().orElse(""), 2 * MAX_QUOTE_CHARS);
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
