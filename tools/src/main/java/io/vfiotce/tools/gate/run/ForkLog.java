package io.vfiotce.tools.gate.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a fork's log says that its result does not. */
final class ForkLog {
    /** Old JMH does not tell its blackhole mode. */
    static final String UNSTATED = "unstated";

    private static final Pattern BLACKHOLE = Pattern.compile("^# Blackhole mode: (\\w+).*", Pattern.MULTILINE);
    private static final Pattern COMPLAINT = Pattern.compile(
            "^(java\\.|\\S+(Exception|Error)\\b|Exception in|Error: |ERROR: |\\[ERROR]|<failure>|# A fatal error).*");

    private final String text;

    private ForkLog(final String text) {
        this.text = text;
    }

    static ForkLog read(final Path log) throws IOException {
        // Not strict: a crashing JVM may leave anything.
        return new ForkLog(new String(Files.readAllBytes(log), StandardCharsets.UTF_8));
    }

    /**
     * Refuses a fork that did not end well.
     *
     * @param who what was run
     * @param code its exit code, or {@link ChildProcess#TIMED_OUT}
     * @param isWhole whether it left its result
     * @param log what it said
     * @param timeoutMs how long it might take, in milliseconds
     * @throws ForkFailedException saying what went wrong
     */
    static void requireEnd(
            final String who, final int code, final boolean isWhole, final Path log, final long timeoutMs)
            throws IOException {
        if (code == ChildProcess.TIMED_OUT) {
            throw new ForkFailedException(who + ": took longer than " + timeoutMs + " ms, see " + log);
        }
        if (code != 0 || !isWhole) {
            throw new ForkFailedException(who + ": ended with code " + code + ", see " + log + ": "
                    + read(log).complaint());
        }
    }

    /** Whether the JVM or the library consumes results: the two cost differently. */
    String blackholeMode() {
        final Matcher matcher = BLACKHOLE.matcher(text);
        return matcher.find() ? matcher.group(1) : UNSTATED;
    }

    /** The line that tells best what went wrong: the first complaint, else the last line. */
    String complaint() {
        final List<String> lines =
                text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
        return lines.stream()
                .filter(line -> COMPLAINT.matcher(line).matches())
                .findFirst()
                .orElse(lines.isEmpty() ? "no output" : lines.get(lines.size() - 1));
    }
}
