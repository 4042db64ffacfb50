package io.vfiotce.tools;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import picocli.CommandLine;

/**
 * One run of the command line in this JVM.
 *
 * @param exitCode what the shell would see
 * @param out all of stdout
 * @param err all of stderr
 */
record TceRun(int exitCode, String out, String err) {
    /** Runs {@code tce} with these arguments. */
    static TceRun of(final Object... arguments) {
        final StringWriter out = new StringWriter();
        final StringWriter err = new StringWriter();
        final CommandLine tce = Tce.commandLine();
        tce.setOut(new PrintWriter(out, true));
        tce.setErr(new PrintWriter(err, true));
        final int exitCode =
                tce.execute(Stream.of(arguments).map(Object::toString).toArray(String[]::new));
        return new TceRun(exitCode, out.toString(), err.toString());
    }

    List<String> errLines() {
        return err.lines().toList();
    }

    /** The scalars of the one JSON object on stdout by path, as in {@code traces[0].paths.real}. */
    Map<String, String> json() {
        return scalars(out);
    }

    static Map<String, String> scalars(final String document) {
        final Map<String, String> scalars = new TreeMap<>();
        final JsonFactory strict = JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build();
        try (JsonParser parser = strict.createParser(document)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new AssertionError("no JSON object: " + document);
            }
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token.isScalarValue()) {
                    scalars.put(path(parser), parser.getText());
                } else if (token == JsonToken.START_OBJECT
                        && parser.getParsingContext().getParent().inRoot()) {
                    throw new AssertionError("a second JSON object: " + document);
                }
            }
        } catch (final IOException e) {
            throw new AssertionError("no JSON: " + document, e);
        }
        return scalars;
    }

    private static String path(final JsonParser parser) {
        // Jackson's form is /traces/0/paths/real.
        return parser.getParsingContext()
                .pathAsPointer()
                .toString()
                .substring(1)
                .replaceAll("/(\\d+)", "[$1]")
                .replace('/', '.');
    }

    /** The values of a JSON array of scalars. */
    List<String> array(final String name) {
        return json().entrySet().stream()
                .filter(scalar -> scalar.getKey().startsWith(name + "["))
                .map(Map.Entry::getValue)
                .toList();
    }
}
