package io.vfiotce.tools.gate.run;

import io.vfiotce.tools.gate.jmh.RowName;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A row that is no JMH benchmark: a program in the jar that makes calls at fixed times and writes how long each took from when it
 * was due, as an interval log of HdrHistogram in nanoseconds.
 *
 * @param name what the row is called
 * @param main the class with the program's {@code main}
 * @param args its arguments, in which {@link #LOG} stands for the file to write
 * @param tag tag of the response times in the log; empty for intervals without a tag
 * @param serviceTag tag of the service times, from when a call was made; empty if they are not recorded
 * @param samples fewest response times that a fork records
 * @param seconds how long a fork takes, for the budget
 */
public record LatencyRow(
        RowName name,
        String main,
        List<String> args,
        Optional<String> tag,
        Optional<String> serviceTag,
        int samples,
        int seconds) {
    /** Stands for the log in the arguments. */
    public static final String LOG = "{log}";

    private static final long MS_PER_SECOND = 1000;
    private static final int TIMEOUT_FACTOR = 10;

    /** Keeps a copy that nobody can change. */
    public LatencyRow {
        args = List.copyOf(args);
    }

    /** {@return how long a fork takes, in milliseconds} */
    public long forkMs() {
        return seconds * MS_PER_SECOND;
    }

    /** {@return after how many milliseconds a fork has surely failed} */
    long timeoutMs() {
        return TIMEOUT_FACTOR * forkMs();
    }

    /** {@return the entry of the jar that has the program} */
    public String entry() {
        return main.replace('.', '/') + ".class";
    }

    /** The arguments of one fork. */
    List<String> args(final Path log) {
        return args.stream().map(arg -> arg.replace(LOG, log.toString())).toList();
    }
}
