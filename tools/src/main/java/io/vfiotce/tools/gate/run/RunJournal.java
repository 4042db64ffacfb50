package io.vfiotce.tools.gate.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vfiotce.tools.BadInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * All forks of a run, one JSON object per line after a line with the {@link RunHeader}. A fork is on disk before the next one
 * begins, so a run that was killed resumes where it stopped; a line that the end cut off is dropped.
 *
 * @threads one
 */
public final class RunJournal {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Path file;
    private final RunHeader header;
    private final List<ForkRecord> records;

    private RunJournal(final Path file, final RunHeader header, final List<ForkRecord> records) {
        this.file = file;
        this.header = header;
        this.records = records;
    }

    /**
     * Begins a journal, or resumes that of the same run.
     *
     * @param file the journal
     * @param header what the run is
     * @return the journal; its start is that of the first begin
     * @throws BadInputException if the file belongs to another run, is damaged or cannot be written
     */
    public static RunJournal open(final Path file, final RunHeader header) {
        if (!Files.exists(file)) {
            final RunJournal journal = new RunJournal(file, header, new ArrayList<>());
            journal.write(header);
            return journal;
        }
        final RunJournal journal = read(file);
        final RunHeader own = journal.header;
        if (own.seed() != header.seed()) {
            throw new BadInputException(file + ": belongs to a run with the seed " + own.seed());
        }
        if (!own.settings().equals(header.settings())) {
            final String name = header.settings().keySet().stream()
                    .filter(key ->
                            !header.settings().get(key).equals(own.settings().get(key)))
                    .findFirst()
                    .orElse("number of settings");
            throw new BadInputException(file + ": belongs to another run, its " + name + " is "
                    + own.settings().getOrDefault(name, "unknown"));
        }
        journal.dropTornLine();
        return journal;
    }

    /**
     * Reads a journal.
     *
     * @param file the journal
     * @return the journal
     * @throws BadInputException if it cannot be read or is damaged before its last line
     */
    public static RunJournal read(final Path file) {
        final String text;
        try {
            text = Files.readString(file);
        } catch (final IOException e) {
            throw new BadInputException(file + ": cannot be read (" + e + ")");
        }
        final List<String> lines =
                text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
        if (lines.isEmpty()) {
            throw new BadInputException(file + ": is no journal of a run");
        }
        final RunHeader header = parse(file, 1, lines.get(0), RunHeader.class);
        if (!RunHeader.SCHEMA.equals(header.schema())) {
            throw new BadInputException(file + ": is no journal of the form " + RunHeader.SCHEMA);
        }
        final List<ForkRecord> records = new ArrayList<>();
        for (int i = 1; i < lines.size(); i++) {
            records.add(parse(file, i + 1, lines.get(i), ForkRecord.class));
        }
        return new RunJournal(file, header, records);
    }

    private static <T> T parse(final Path file, final int number, final String line, final Class<T> type) {
        try {
            return MAPPER.readValue(line, type);
        } catch (final JsonProcessingException e) {
            throw new BadInputException(file + ": line " + number + " is damaged: "
                    + e.getOriginalMessage().lines().findFirst().orElse(""));
        }
    }

    /** {@return what the run is} */
    public RunHeader header() {
        return header;
    }

    /** {@return all forks in the order of their end} */
    public List<ForkRecord> records() {
        return Collections.unmodifiableList(records);
    }

    /**
     * Adds a fork.
     *
     * @param fork the fork
     * @throws BadInputException if it cannot be written
     */
    void append(final ForkRecord fork) {
        write(fork);
        records.add(fork);
    }

    /** All pairs in the order of measurement: forks that stand side by side. What a crash tore apart is no pair. */
    List<ForkPair> pairs() {
        final List<ForkPair> pairs = new ArrayList<>();
        for (int i = 1; i < records.size(); i++) {
            if (ForkPair.isPair(records.get(i - 1), records.get(i))) {
                pairs.add(new ForkPair(records.get(i - 1), records.get(i)));
            }
        }
        return pairs;
    }

    /** The pair of this job of either arm, if it has been measured. */
    Optional<ForkPair> pair(final ForkJob job) {
        return pairs().stream()
                .filter(pair -> pair.job().of(job.arm()).equals(job))
                .findFirst();
    }

    private void write(final Object line) {
        try {
            Files.writeString(
                    file,
                    MAPPER.writeValueAsString(line) + '\n',
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND,
                    StandardOpenOption.DSYNC);
        } catch (final IOException e) {
            throw new BadInputException(file + ": cannot be written (" + e.getMessage() + ")");
        }
    }

    private void dropTornLine() {
        try {
            final String text = Files.readString(file);
            Files.write(file, text.substring(0, text.lastIndexOf('\n') + 1).getBytes(StandardCharsets.UTF_8));
        } catch (final IOException e) {
            throw new BadInputException(file + ": cannot be written (" + e.getMessage() + ")");
        }
    }
}
