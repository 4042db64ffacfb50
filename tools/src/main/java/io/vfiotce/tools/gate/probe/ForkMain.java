package io.vfiotce.tools.gate.probe;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.openjdk.jmh.Main;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * JMH's main program for one benchmark, which keeps what its annotations say. Arguments of the VM that the command line appends
 * are added to those of {@code @Fork(jvmArgsAppend)}, which JMH would drop for them. If it is asked to, a benchmark of single shots
 * alone keeps its numbers of iterations, for how warm a shot is belongs to what it measures.
 *
 * <p>Like the probe it must stay one class file.
 *
 * @source JMH's Runner.newBenchmarkParams: an option replaces the annotation of its name
 */
public final class ForkMain {
    private static final String KEEP_SHOTS = "--keep-shots";
    private static final String APPEND = "-jvmArgsAppend";
    private static final String MODE = "-bm";
    private static final List<String> ITERATIONS = List.of("-wi", "-w", "-i", "-r");

    private ForkMain() {}

    /**
     * Runs JMH.
     *
     * @param args {@code --keep-shots} or nothing, then JMH's arguments: options with one value each, and the benchmark's expression at
     *     the end
     * @throws Exception as JMH does
     */
    public static void main(final String[] args) throws Exception {
        final Collection<BenchmarkListEntry> all = BenchmarkList.defaultList()
                .getAll(OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT), List.of());
        final Pattern wanted = Pattern.compile(args[args.length - 1]);
        final List<BenchmarkListEntry> own = all.stream()
                .filter(entry -> wanted.matcher(entry.getUsername()).find())
                .toList();
        Main.main(arguments(List.of(args), own).toArray(String[]::new));
    }

    /** JMH's arguments for a benchmark that the list has once for each of its modes, or has not: JMH says so. */
    static List<String> arguments(final List<String> args, final List<BenchmarkListEntry> benchmark) {
        final List<String> kept = new ArrayList<>(args);
        final boolean keepShots = kept.remove(KEEP_SHOTS);
        if (benchmark.isEmpty()) {
            return kept;
        }
        final boolean isShot = benchmark.stream().allMatch(entry -> entry.getMode() == Mode.SingleShotTime);
        if (keepShots && isShot && !kept.contains(MODE)) {
            ITERATIONS.forEach(option -> take(kept, option));
        }
        final StringBuilder appended = new StringBuilder();
        for (int at = kept.indexOf(APPEND); at >= 0; at = kept.indexOf(APPEND)) {
            // JMH would not split them at blanks if there were several.
            appended.append(' ').append(take(kept, APPEND));
        }
        if (appended.length() > 0) {
            final String all = quoted(benchmark.get(0).getJvmArgsAppend().orElse(List.of())) + appended;
            kept.addAll(0, List.of(APPEND, all.strip()));
        }
        return kept;
    }

    private static String take(final List<String> args, final String option) {
        final int at = args.indexOf(option);
        if (at < 0) {
            return "";
        }
        args.remove(at);
        return args.remove(at);
    }

    /** As JMH splits it again: at blanks that are not within quotation marks, which it drops wherever they are. */
    private static String quoted(final Collection<String> args) {
        for (final String arg : args) {
            if (arg.contains("\"")) {
                throw new IllegalArgumentException("JMH cannot pass on the JVM argument '" + arg
                        + "' of the benchmark's annotation beside others: it has a quotation mark");
            }
        }
        return args.stream().map(arg -> '"' + arg + '"').collect(Collectors.joining(" "));
    }
}
