package io.vfiotce.tools.gate.probe;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import org.openjdk.jmh.Main;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * JMH's main program for one benchmark, which keeps what its annotations say. Arguments of the VM that the command line appends
 * are added to those of {@code @Fork(jvmArgsAppend)}, which JMH would drop for them. A benchmark of single shots alone keeps its
 * numbers of iterations, for how warm a shot is belongs to what it measures.
 *
 * <p>Like the probe it must stay one class file.
 *
 * @source JMH's Runner.newBenchmarkParams: an option replaces the annotation of its name
 */
public final class ForkMain {
    private static final String APPEND = "-jvmArgsAppend";
    private static final String MODE = "-bm";
    private static final List<String> ITERATIONS = List.of("-wi", "-w", "-i", "-r");

    private ForkMain() {}

    /**
     * Runs JMH.
     *
     * @param args its arguments: options with one value each, and the benchmark's expression at the end
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

    /** The arguments for a benchmark that the list has once for each of its modes; unchanged if it has it not, for JMH says so. */
    static List<String> arguments(final List<String> args, final List<BenchmarkListEntry> benchmark) {
        final List<String> kept = new ArrayList<>(args);
        if (benchmark.isEmpty()) {
            return kept;
        }
        final boolean isShot = benchmark.stream().allMatch(entry -> entry.getMode() == Mode.SingleShotTime);
        if (isShot && !kept.contains(MODE)) {
            ITERATIONS.forEach(option -> take(kept, option));
        }
        final int at = kept.indexOf(APPEND);
        if (at >= 0) {
            kept.set(at + 1, quoted(benchmark.get(0).getJvmArgsAppend().orElse(List.of())) + kept.get(at + 1));
        }
        return kept;
    }

    private static void take(final List<String> args, final String option) {
        final int at = args.indexOf(option);
        if (at >= 0) {
            args.remove(at);
            args.remove(at);
        }
    }

    /** As JMH splits it again: at blanks that are not within quotation marks, which it drops wherever they are. */
    private static String quoted(final Collection<String> args) {
        final StringBuilder text = new StringBuilder();
        for (final String arg : args) {
            if (arg.contains("\"")) {
                throw new IllegalArgumentException("JMH cannot pass on the JVM argument '" + arg
                        + "' of the benchmark's annotation beside others: it has a quotation mark");
            }
            text.append('"').append(arg).append("\" ");
        }
        return text.toString();
    }
}
