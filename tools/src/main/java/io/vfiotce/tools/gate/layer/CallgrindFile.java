package io.vfiotce.tools.gate.layer;

import io.vfiotce.tools.BadInputException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads one file of Callgrind's profile format, version 1.
 *
 * <p>Only generated code is counted, which belongs to no object file: compiled methods, stubs and the interpreter. What runs in
 * {@code libjvm}, the compilers above all, comes at its own times and varies much; it is not the row's.
 */
final class CallgrindFile {
    // "ob=(3) /lib/x.so" defines a name, "ob=(3)" refers to it, "ob=/lib/x.so" does without numbers; cob is of a
    // callee.
    private static final Pattern OBJECT = Pattern.compile("(c?)ob=(?:\\((\\d+)\\))?\\s*(.*)");
    private static final String NO_OBJECT = "???";

    private final Path file;
    private final Map<String, String> names = new HashMap<>();
    private boolean generated;
    private boolean costOfCall;
    private boolean countsInstructions;
    private boolean complete;
    private long instructions;

    private CallgrindFile(final Path file) {
        this.file = file;
    }

    /** Instructions of generated code. */
    static long instructions(final Path file) {
        final CallgrindFile reader = new CallgrindFile(file);
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                reader.line(line);
            }
        } catch (final IOException e) {
            throw new BadInputException(file + ": cannot be read: " + e.getMessage());
        } catch (final NumberFormatException e) {
            throw reader.bad();
        }
        if (!reader.countsInstructions || !reader.complete) {
            throw reader.bad();
        }
        return reader.instructions;
    }

    private void line(final String line) {
        if (line.isEmpty()) {
            return;
        }
        final char first = line.charAt(0);
        if (first == '+' || first == '-' || first == '*' || first >= '0' && first <= '9') {
            cost(line);
        } else if (line.startsWith("calls=")) {
            costOfCall = true;
        } else if (line.startsWith("ob=") || line.startsWith("cob=")) {
            object(line);
        } else if (line.startsWith("events:")) {
            countsInstructions = line.equals("events: Ir");
        } else if (line.startsWith("totals:")) {
            complete = true;
        }
    }

    private void object(final String line) {
        final Matcher matcher = OBJECT.matcher(line);
        if (!matcher.matches()) {
            throw bad();
        }
        final String number = matcher.group(2);
        String name = matcher.group(3);
        if (number != null && !name.isEmpty()) {
            names.put(number, name);
        } else if (number != null) {
            name = names.get(number);
        }
        if (matcher.group(1).isEmpty()) {
            generated = NO_OBJECT.equals(name);
        }
    }

    // "POSITION COST". After "calls=" it is the callee's, which is told by itself.
    private void cost(final String line) {
        final int space = line.indexOf(' ');
        if (!costOfCall && generated && space >= 0) {
            instructions += Long.parseLong(line.substring(space + 1).trim());
        }
        costOfCall = false;
    }

    private BadInputException bad() {
        return new BadInputException(file + ": is no complete file of Callgrind with instructions only");
    }
}
