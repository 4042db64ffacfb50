package io.vfiotce.bench.latency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.vfiotce.bench.Idle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The latency rows of {@code .ci/gate.json} are what {@link OpenLoopFork} understands, and what their names say. */
class GateLatencyRowsTest {
    private static final Path CONFIGURATION = Path.of("..", ".ci", "gate.json");
    private static final String LIST = "/profiles/nightly/latency/";
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
            .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
            .build();

    /** The values of each row by their place in it. */
    private static Map<String, Map<String, String>> rows() throws IOException {
        final Map<String, Map<String, String>> rows = new TreeMap<>();
        try (JsonParser parser = FACTORY.createParser(CONFIGURATION.toFile())) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                final String place = parser.getParsingContext().pathAsPointer().toString();
                if (token.isScalarValue() && place.startsWith(LIST)) {
                    final String[] parts = place.substring(LIST.length()).split("/", 2);
                    rows.computeIfAbsent(parts[0], row -> new TreeMap<>()).put(parts[1], parser.getText());
                }
            }
        }
        return rows;
    }

    @Test
    void shouldBeWhatTheForkUnderstands() throws IOException {
        assertFalse(rows().isEmpty());
        for (final Map<String, String> row : rows().values()) {
            assertEquals(OpenLoopFork.class.getName(), row.get("main"));
            final Way way = Way.valueOf(row.get("args/0"));
            final Idle idle = Idle.valueOf(row.get("args/1"));
            // Two sides that spin would have two processors to themselves.
            assertNotEquals(Idle.SPIN, idle);
            final int rate = Integer.parseInt(row.get("args/2"));
            assertEquals("slowPath." + way.label() + " idle=" + idle.label() + " rate=" + rate, row.get("row"));
            final int warmupSeconds = Integer.parseInt(row.get("args/3"));
            final int seconds = Integer.parseInt(row.get("args/4"));
            assertEquals(rate * seconds, Integer.parseInt(row.get("samples")));
            assertTrue(warmupSeconds + seconds < Integer.parseInt(row.get("seconds")));
            assertEquals("{log}", row.get("args/5"));
            assertEquals(OpenLoopRig.LATENCY, row.get("tag"));
            assertEquals(OpenLoopRig.SERVICE, row.get("serviceTag"));
        }
    }
}
