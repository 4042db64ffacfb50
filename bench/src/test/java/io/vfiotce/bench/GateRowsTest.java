package io.vfiotce.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the goals are about, the gate guards: {@code .ci/gate.json} names these rows and no other. */
class GateRowsTest {
    private static final Path CONFIGURATION = Path.of("..", ".ci", "gate.json");
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
            .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
            .build();

    /** The texts whose places in the configuration begin with a prefix and end with a suffix. */
    private static List<Pattern> patterns(final String prefix, final String suffix) throws IOException {
        final List<Pattern> found = new ArrayList<>();
        try (JsonParser parser = FACTORY.createParser(CONFIGURATION.toFile())) {
            while (parser.nextToken() != null) {
                final String place = parser.getParsingContext().pathAsPointer().toString();
                if (parser.currentToken() == JsonToken.VALUE_STRING
                        && place.startsWith(prefix)
                        && place.endsWith(suffix)) {
                    found.add(Pattern.compile(parser.getText()));
                }
            }
        }
        return found;
    }

    /** A row as the gate writes it. */
    private static String text(final String key) {
        return "io.vfiotce.bench." + key.replace('[', ' ').replace(',', ' ').replace("]", "");
    }

    /** Rows of the module in whose texts one of the patterns is found. */
    private static TreeSet<String> matched(final List<Pattern> patterns, final Predicate<String> among) {
        final TreeSet<String> rows = new TreeSet<>();
        new Rows()
                .keys().stream()
                        .filter(among)
                        .filter(key -> patterns.stream()
                                .anyMatch(pattern -> pattern.matcher(text(key)).find()))
                        .forEach(rows::add);
        return rows;
    }

    @Test
    void shouldGateTheRowsOfTheGoalsAndNoOther() throws IOException {
        assertEquals(new TreeSet<>(Goals.jmhRows()), matched(patterns("/defaults/include/", ""), key -> true));
    }

    @Test
    void shouldForbidAllocationInAllRowsOfOurs() throws IOException {
        final List<String> goals = Goals.jmhRows();
        final TreeSet<String> ours = new TreeSet<>(goals);
        ours.removeIf(key -> !Kind.mustNotAllocate(new Row(key, 1).benchmark()));

        assertEquals(ours, matched(patterns("/rows/", "/match"), goals::contains));
    }
}
