package io.vfiotce.tools.gate.selftest;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vfiotce.tools.BadInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a selftest found.
 *
 * @param schema name and version of the JSON form
 * @param facts date, machine, commit and the like, by name and in order
 * @param figures the figures
 */
public record SelftestResult(String schema, Map<String, String> facts, List<Figure> figures) {
    /** Name and version of the JSON form. */
    static final String SCHEMA = "tce.gate.selftest.v1";

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    /** {@return whether any limit among these parts is missed} */
    public boolean isMissed(final List<String> parts) {
        return has(parts, Figure.State.MISSED);
    }

    /** {@return whether anything among these parts was not measured} */
    public boolean isIncomplete(final List<String> parts) {
        return has(parts, Figure.State.MISSING);
    }

    private boolean has(final List<String> parts, final Figure.State state) {
        return figures.stream().anyMatch(figure -> parts.contains(figure.part()) && figure.state() == state);
    }

    /** {@return a line per figure} */
    public String text() {
        final StringBuilder text = new StringBuilder();
        for (final Figure figure : figures) {
            text.append(String.format(
                    Locale.ROOT,
                    "%-8s %-13s %s: %s%s\n",
                    verdict(figure),
                    figure.part(),
                    figure.name(),
                    figure.value(),
                    figure.limit().isEmpty() ? "" : " (limit: " + figure.limit() + ")"));
        }
        return text.toString();
    }

    /** {@return a table in Markdown} */
    public String markdown() {
        final StringBuilder text = new StringBuilder();
        facts.forEach((name, value) ->
                text.append("- ").append(name).append(": ").append(value).append('\n'));
        text.append('\n');
        text.append("| Part | Figure | Measured | Limit | |\n|---|---|---|---|---|\n");
        for (final Figure figure : figures) {
            text.append(String.format(
                    "| %s | %s | %s | %s | %s |\n",
                    figure.part(), figure.name(), cell(figure.value()), figure.limit(), verdict(figure)));
        }
        return text.toString();
    }

    private static String cell(final String value) {
        return value.replace("|", "\\|").replace('\n', ' ');
    }

    private static String verdict(final Figure figure) {
        return switch (figure.state()) {
            case MET -> figure.limit().isEmpty() ? "" : "ok";
            case MISSED -> "MISSED";
            case MISSING -> "MISSING";
        };
    }

    /** Writes {@code selftest.json} and {@code selftest.md}. */
    void write(final Path root) {
        try {
            Files.write(
                    root.resolve("selftest.json"),
                    MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(this));
            Files.write(root.resolve("selftest.md"), markdown().getBytes(StandardCharsets.UTF_8));
        } catch (final IOException e) {
            throw new BadInputException(root + ": cannot be written (" + e + ")");
        }
    }
}
