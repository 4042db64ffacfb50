package io.vfiotce.tools.gate.jmh;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vfiotce.tools.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reader of JMH's JSON files ({@code -rf json}) of any mode and of JMH 1.0 to 1.37.
 *
 * @source JMH's JSONResultFormat
 */
public final class JmhFile {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private JmhFile() {}

    /**
     * Reads a file.
     *
     * @param file the file
     * @return its rows in the file's order, at least one, no key twice
     * @throws BadInputException if the file cannot be read
     * @throws GateDataException if it is not whole, is no JMH result, has no rows, has a row twice, or a figure is not a number
     */
    public static List<JmhRow> read(final Path file) {
        final byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (final IOException e) {
            throw new BadInputException(
                    file + ": cannot be read (" + e.getClass().getSimpleName() + ")");
        }
        try {
            return rows(bytes);
        } catch (final GateDataException e) {
            throw new GateDataException(file + ": " + e.getMessage());
        }
    }

    private static List<JmhRow> rows(final byte[] bytes) {
        final JsonNode root = tree(bytes);
        if (!root.isArray()) {
            throw new GateDataException("is no JMH result: not an array of rows");
        }
        if (root.isEmpty()) {
            throw new GateDataException("has no rows");
        }
        final List<JmhRow> rows = new ArrayList<>();
        final Set<RowKey> keys = new HashSet<>();
        for (final JsonNode node : root) {
            final JmhRow row = new JmhRowReader(node).read();
            if (!keys.add(row.key())) {
                throw new GateDataException("has the row " + row.key().text() + " twice");
            }
            rows.add(row);
        }
        return List.copyOf(rows);
    }

    private static JsonNode tree(final byte[] bytes) {
        final JsonNode root;
        try {
            root = MAPPER.readTree(bytes);
        } catch (final JsonProcessingException e) {
            final String where =
                    e.getLocation() == null ? "" : " at line " + e.getLocation().getLineNr();
            throw new GateDataException("is not whole or no JSON" + where + ": "
                    + e.getOriginalMessage().lines().findFirst().orElse(""));
        } catch (final IOException e) {
            throw new GateDataException("is not whole or no JSON: " + e.getMessage());
        }
        if (root.isMissingNode()) {
            throw new GateDataException("is empty");
        }
        return root;
    }
}
