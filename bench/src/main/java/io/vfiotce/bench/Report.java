package io.vfiotce.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Writes the stored runs as a document: the goals of each, and then every row. */
final class Report {
    // The name of a row's score among its parts.
    private static final String WHOLE = "";

    private final StringBuilder text = new StringBuilder();

    private Report() {}

    /** Reads the stored runs of a directory, in the order of their names. */
    static List<StoredRun> read(final Path results) throws IOException {
        final SortedSet<Path> files = new TreeSet<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(results, "*-jdk*.json")) {
            found.forEach(files::add);
        }
        final List<StoredRun> runs = new ArrayList<>();
        for (final Path file : files) {
            runs.add(RunJson.read(file));
        }
        return runs;
    }

    /** The document in Markdown. */
    static String markdown(final List<StoredRun> runs) {
        final Report report = new Report();
        report.line("# Results");
        report.line("");
        report.line(
                "Made by `tce bench report` of the stored runs in [results](results); do not edit. A row's figure is the lower");
        report.line(
                "quartile over its forks (the upper one of throughputs), a fork's the median of its iterations. Where one thread");
        report.line("runs, time is its CPU time. JDKs are different populations: compare rows of one run only.");
        runs.forEach(report::goals);
        report.rows(runs);
        return report.text.toString();
    }

    private void goals(final StoredRun run) {
        line("");
        line("## Goals on JDK " + run.jdk());
        line("");
        line(run.machine() + "; commit " + run.commit() + ", " + run.date() + ".");
        line("");
        line("| figure | ours | limit or peer | ratio | goal | |");
        line("|---|---:|---:|---:|---|---|");
        for (final Verdict verdict : Verdict.of(run)) {
            cells(
                    verdict.question(),
                    verdict.ours(),
                    verdict.limit(),
                    verdict.ratio(),
                    verdict.bound(),
                    verdict.text());
        }
    }

    private void rows(final List<StoredRun> runs) {
        final SortedMap<String, SortedMap<String, Measured>> questions = new TreeMap<>();
        for (final StoredRun run : runs) {
            run.rows()
                    .forEach((key, row) -> questions
                            .computeIfAbsent(question(row), name -> new TreeMap<>(Report::byNumbers))
                            .put(key, row));
        }
        questions.forEach((question, rows) -> {
            line("");
            line("## " + question);
            line("");
            final StringBuilder head = new StringBuilder("| row | |");
            final StringBuilder rule = new StringBuilder("|---|---|");
            for (final StoredRun run : runs) {
                head.append(" JDK ").append(run.jdk()).append(" | limits |");
                rule.append("---:|---|");
            }
            line(head.toString());
            line(rule.toString());
            rows.forEach((key, row) -> row(runs, question, key, row));
        });
    }

    private void row(final List<StoredRun> runs, final String question, final String key, final Measured any) {
        final SortedSet<String> parts = new TreeSet<>(any.parts().keySet());
        parts.add(WHOLE);
        for (final String part : parts) {
            final List<String> cells = new ArrayList<>(List.of(
                    "`" + key.substring(question.length() + 1) + "`" + (part.equals(WHOLE) ? "" : ", " + part),
                    Kind.of(any.benchmark()).name().toLowerCase(Locale.ROOT)));
            for (final StoredRun run : runs) {
                final Measured row = run.rows().get(key);
                final Series series = row == null ? null : part(row, part);
                cells.add(series == null ? "-" : Numbers.figure(row.quartile(series), series.unit()));
                cells.add(series == null ? "-" : limits(run, row, part));
            }
            cells(cells.toArray(String[]::new));
        }
    }

    private static Series part(final Measured row, final String part) {
        return part.equals(WHOLE) ? row.series() : row.parts().get(part);
    }

    /** The row's ratios to the limits of its own class that are measured alike and have no parameter of another value. */
    private static String limits(final StoredRun run, final Measured row, final String part) {
        final StringBuilder ratios = new StringBuilder();
        for (final Measured limit : run.results()) {
            if (Kind.of(row.benchmark()) != Kind.LIMIT && isLimit(limit, row) && part(limit, part) != null) {
                final double ratio = row.quartile(part(row, part)) / limit.quartile(part(limit, part));
                ratios.append(ratios.isEmpty() ? "" : ", ")
                        .append(Numbers.ratio(ratio))
                        .append(" ")
                        .append(limit.benchmark().substring(limit.benchmark().lastIndexOf('.') + 1));
            }
        }
        return ratios.toString();
    }

    private static boolean isLimit(final Measured limit, final Measured row) {
        return Kind.of(limit.benchmark()) == Kind.LIMIT
                && question(limit).equals(question(row))
                && limit.mode().equals(row.mode())
                && limit.threads() == row.threads()
                && limit.params().entrySet().stream()
                        .allMatch(param ->
                                param.getValue().equals(row.params().getOrDefault(param.getKey(), param.getValue())));
    }

    private static String question(final Measured row) {
        final String name = Measured.key(row.benchmark(), Map.of());
        return name.substring(0, name.lastIndexOf('.'));
    }

    /** The order of names in which 8 comes before 64. */
    private static int byNumbers(final String a, final String b) {
        return padded(a).compareTo(padded(b));
    }

    private static String padded(final String key) {
        return Pattern.compile("\\d+").matcher(key).replaceAll(number -> String.format("%12s", number.group()));
    }

    private void cells(final String... cells) {
        line("| " + String.join(" | ", cells) + " |");
    }

    private void line(final String line) {
        text.append(line).append('\n');
    }
}
