package io.vfiotce.tools.chaos;

import io.vfiotce.handoff.AnswerLimit;
import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.ExitCodes;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tce chaos handler}: breaks the handler's process and its file while two vCPUs call. */
@Command(
        name = "handler",
        mixinStandardHelpOptions = true,
        description =
                "Breaks the userspace handler's process and the file it answers in while two vCPUs call, and counts "
                        + "what became of their requests. Each kind of fault has a line of figures.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:nothing lost, doubled, torn or late",
            "1:something is, or too few faults caught a request in flight",
            "2:bad usage"
        })
public final class ChaosHandlerCommand implements Callable<Integer> {
    private static final int MAX_FAULTS = 1_000_000;
    private static final int MAX_DELAY_MICROS = 10_000;
    private static final long PROCESS_DEADLINE_NS = AnswerLimit.PROCESS.timeoutNs();
    private static final long SHORT_DEADLINE_NS = TimeUnit.MILLISECONDS.toNanos(100);
    // Fences and deadlines are what is wanted here; the reference keeps the level.
    private static final Logger EXPECTED = Logger.getLogger("io.vfiotce.handoff");

    @Spec
    private CommandSpec spec;

    @Option(names = "--kills", paramLabel = "N", defaultValue = "0", description = "SIGKILL at random moments.")
    private int kills;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "0",
            description = "Death at each step of its work, at the 1st, 2nd and 100th request.")
    private int steps;

    @Option(
            names = "--stops",
            paramLabel = "N",
            defaultValue = "0",
            description = "SIGSTOP, and SIGCONT up to 200 ms later.")
    private int stops;

    @Option(names = "--truncations", paramLabel = "N", defaultValue = "0", description = "The response file is cut.")
    private int truncations;

    @Option(
            names = "--replacements",
            paramLabel = "N",
            defaultValue = "0",
            description = "Another file takes its place, then the handler is killed.")
    private int replacements;

    @Option(
            names = "--deletions",
            paramLabel = "N",
            defaultValue = "0",
            description = "It is deleted, then the handler is killed.")
    private int deletions;

    @Option(
            names = "--corruptions",
            paramLabel = "N",
            defaultValue = "0",
            description = "Bursts of random words in the response file.")
    private int corruptions;

    @Option(
            names = "--directed",
            paramLabel = "N",
            defaultValue = "0",
            description = "A word of the response file, the next each time, takes all nasty values.")
    private int directed;

    @Option(
            names = "--handler-delay-us",
            paramLabel = "US",
            defaultValue = "300",
            description =
                    "The handler rests up to so many microseconds before it decides and again before it answers, so "
                            + "that faults meet requests under way; not where it dies at a step. Default: 300.")
    private int handlerDelayMicros;

    @Option(names = "--seed", paramLabel = "S", defaultValue = "1", description = "Of what is random. Default: 1.")
    private long seed;

    /** Creates the command; picocli fills in the arguments. */
    public ChaosHandlerCommand() {}

    @Override
    public Integer call() throws IOException {
        checkFlags();
        final PrintWriter out = spec.commandLine().getOut();
        out.println("2 vCPUs call all the time; the handler rests up to " + handlerDelayMicros
                + " us before it decides and again before it answers, unless it is to die at a step");
        final Level level = EXPECTED.getLevel();
        EXPECTED.setLevel(Level.OFF);
        final ChaosRun run = new ChaosRun(seed, handlerDelayMicros, out);
        try {
            breakAll(run);
        } finally {
            EXPECTED.setLevel(level);
        }
        return run.failures() == 0 ? ExitCodes.OK : ExitCodes.FAILED;
    }

    private void checkFlags() {
        long faults = 0;
        for (final int count :
                new int[] {kills, steps, stops, truncations, replacements, deletions, corruptions, directed}) {
            if (count < 0 || count > MAX_FAULTS) {
                throw new BadInputException("there cannot be " + count + " faults, only 0 to " + MAX_FAULTS);
            }
            faults += count;
        }
        if (faults == 0) {
            throw new BadInputException("nothing is to be broken; say how often, as in --kills 100");
        }
        if (handlerDelayMicros < 0 || handlerDelayMicros > MAX_DELAY_MICROS) {
            throw new BadInputException(
                    "the handler cannot rest " + handlerDelayMicros + " microseconds, only 0 to " + MAX_DELAY_MICROS);
        }
    }

    private void breakAll(final ChaosRun run) throws IOException {
        run.series("kills", kills, PROCESS_DEADLINE_NS, (rig, file) -> new ProcessFaults(rig)::kill);
        if (steps > 0) {
            run.steps(steps, PROCESS_DEADLINE_NS);
        }
        run.series("stops", stops, SHORT_DEADLINE_NS, (rig, file) -> new ProcessFaults(rig)::stop);
        run.series("truncations", truncations, SHORT_DEADLINE_NS, (rig, file) -> new FileFaults(rig, file)::truncate);
        run.series("replacements", replacements, SHORT_DEADLINE_NS, (rig, file) -> new FileFaults(rig, file)::replace);
        run.series("deletions", deletions, SHORT_DEADLINE_NS, (rig, file) -> new FileFaults(rig, file)::delete);
        run.series("corruptions", corruptions, SHORT_DEADLINE_NS, (rig, file) -> new WordFaults(rig, file)::random);
        run.series("directed", directed, SHORT_DEADLINE_NS, (rig, file) -> new WordFaults(rig, file)::directed);
    }
}
