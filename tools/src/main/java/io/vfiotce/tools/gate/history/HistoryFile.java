package io.vfiotce.tools.gate.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.gate.report.StrictJson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A file of one JSON object per line, to which runs and promotions are only ever appended. A line is whole when its line end is there:
 * what a crash leaves behind the last line end is torn, is not read, and has to be repaired before anything is appended.
 */
public final class HistoryFile {
    /** Name and version of the form. */
    public static final String SCHEMA = "tce.gate.history.v1";

    private static final String RUN = "run";
    private static final String PROMOTION = "promotion";

    private final Path file;

    /**
     * Names a file.
     *
     * @param file where it is; it need not be there yet
     */
    public HistoryFile(final Path file) {
        this.file = file;
    }

    /**
     * {@return what the file holds; nothing if there is no file}
     *
     * @throws BadInputException if it cannot be read, or a whole line is not of this form
     */
    public History read() {
        return parse(bytes());
    }

    /**
     * Appends a run.
     *
     * @param run the run
     * @throws BadInputException if the file's end is torn or it cannot be written
     */
    public void append(final HistoryRun run) {
        append(RUN, run);
    }

    /**
     * Appends a promotion.
     *
     * @param promotion the promotion
     * @throws BadInputException if it gives no reason, there is no such run, the file's end is torn or it cannot be written
     */
    public void promote(final Promotion promotion) {
        if (promotion.reason().isBlank()) {
            throw new BadInputException("a promotion needs a reason");
        }
        if (read().runs(promotion.hostClass()).stream()
                .noneMatch(run -> run.commit().equals(promotion.commit()))) {
            throw new BadInputException(file + ": there is no run of commit '" + promotion.commit() + "' on '"
                    + promotion.hostClass() + "'");
        }
        append(PROMOTION, promotion);
    }

    /**
     * Cuts off what a crash left behind the last whole line.
     *
     * @return how many bytes were cut off; 0 if the file was whole
     * @throws BadInputException if the file cannot be read or written
     */
    public long repair() {
        final byte[] bytes = bytes();
        final int whole = wholeBytes(bytes);
        if (whole < bytes.length) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(whole);
                channel.force(true);
            } catch (final IOException e) {
                throw unwritable(e);
            }
        }
        return bytes.length - whole;
    }

    private void append(final String kind, final Object value) {
        final Map<String, Object> line = new LinkedHashMap<>();
        line.put("schema", SCHEMA);
        line.put(kind, value);
        final byte[] json;
        try {
            json = (StrictJson.WRITER.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (final JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            channel.lock();
            parse(Files.readAllBytes(file)).torn().ifPresent(torn -> {
                throw new BadInputException(file + ": " + torn + "; repair it before anything is appended");
            });
            // One write, whose last byte makes the line whole.
            final ByteBuffer bytes = ByteBuffer.wrap(json);
            long at = channel.size();
            while (bytes.hasRemaining()) {
                at += channel.write(bytes, at);
            }
            channel.force(true);
        } catch (final IOException e) {
            throw unwritable(e);
        }
    }

    private byte[] bytes() {
        try {
            return Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
        } catch (final IOException e) {
            throw new BadInputException(
                    file + ": cannot be read: " + e.getClass().getSimpleName());
        }
    }

    private BadInputException unwritable(final IOException e) {
        return new BadInputException(
                file + ": cannot be written: " + e.getClass().getSimpleName());
    }

    private static int wholeBytes(final byte[] bytes) {
        int length = bytes.length;
        while (length > 0 && bytes[length - 1] != '\n') {
            length--;
        }
        return length;
    }

    private History parse(final byte[] bytes) {
        final int whole = wholeBytes(bytes);
        final List<HistoryRun> runs = new ArrayList<>();
        final List<Promotion> promotions = new ArrayList<>();
        int number = 0;
        int start = 0;
        for (int end = 0; end < whole; end++) {
            if (bytes[end] == '\n') {
                number++;
                line(number, Arrays.copyOfRange(bytes, start, end), runs, promotions);
                start = end + 1;
            }
        }
        final int torn = bytes.length - whole;
        return new History(
                runs,
                promotions,
                torn == 0
                        ? Optional.empty()
                        : Optional.of("line " + (number + 1) + " is torn: " + torn + " bytes without a line end"));
    }

    private void line(
            final int number, final byte[] line, final List<HistoryRun> runs, final List<Promotion> promotions) {
        try {
            final JsonNode tree = StrictJson.READER.readTree(line);
            if (!tree.path("schema").asText().equals(SCHEMA)) {
                throw new BadInputException(file + ": line " + number + ": not of " + SCHEMA);
            }
            if (tree.size() == 2 && tree.has(RUN)) {
                runs.add(StrictJson.READER.treeToValue(tree.get(RUN), HistoryRun.class));
            } else if (tree.size() == 2 && tree.has(PROMOTION)) {
                promotions.add(StrictJson.READER.treeToValue(tree.get(PROMOTION), Promotion.class));
            } else {
                throw new BadInputException(file + ": line " + number + ": neither one run nor one promotion");
            }
        } catch (final JsonMappingException e) {
            throw new BadInputException(file + ": line " + number + ": " + StrictJson.problem(e));
        } catch (final IOException e) {
            throw new BadInputException(file + ": line " + number + ": not JSON");
        }
    }
}
