package io.vfiotce.tools.gate;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.OutputFile;
import io.vfiotce.tools.Termination;
import io.vfiotce.tools.gate.config.RatioContract;
import io.vfiotce.tools.gate.host.HostFacts;
import io.vfiotce.tools.gate.host.HostFiles;
import io.vfiotce.tools.gate.jmh.RowName;
import io.vfiotce.tools.gate.report.EnvelopeKeys;
import io.vfiotce.tools.gate.report.GateReport;
import io.vfiotce.tools.gate.report.ReportForm;
import io.vfiotce.tools.gate.run.Arm;
import io.vfiotce.tools.gate.run.Digests;
import io.vfiotce.tools.gate.run.ForkRunner;
import io.vfiotce.tools.gate.run.JmhForkRunner;
import io.vfiotce.tools.gate.run.LatencyForkRunner;
import io.vfiotce.tools.gate.run.LatencyForks;
import io.vfiotce.tools.gate.run.LatencyRow;
import io.vfiotce.tools.gate.run.RunClock;
import io.vfiotce.tools.gate.run.RunDirectory;
import io.vfiotce.tools.gate.run.RunHeader;
import io.vfiotce.tools.gate.run.RunJournal;
import io.vfiotce.tools.gate.run.TemporaryDirectory;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The directory of one run, and what its forks need. A run without a directory of its own leaves none if all was well. */
final class RunSession {
    /** Name of the report in the directory. */
    static final String REPORT = "report.json";

    private final RunPlan plan;
    private final Path root;
    private final boolean temporary;
    private final HostFiles host = new HostFiles(Path.of("/"));
    private RunDirectory directory;

    /**
     * Creates the session.
     *
     * @param plan how the run is made
     * @param out its directory; null for a temporary one
     */
    private RunSession(final RunPlan plan, final Path out) {
        this.plan = plan;
        temporary = out == null;
        try {
            root = temporary ? TemporaryDirectory.create() : out;
            Files.createDirectories(root);
        } catch (final IOException e) {
            throw new BadInputException(
                    (temporary ? "a temporary directory" : out) + ": cannot be written (" + e + ")");
        }
    }

    Path root() {
        return root;
    }

    RunClock clock() {
        return RunClock.SYSTEM;
    }

    /** Takes copies of the jars, which must still be those whose rows were listed. */
    void take(final Jars.Listed base, final Jars.Listed head) {
        directory = RunDirectory.create(root, base.path(), head.path());
        base.requireSame(directory.jar(Arm.BASE));
        head.requireSame(directory.jar(Arm.HEAD));
    }

    Path jar(final Arm arm) {
        return directory.jar(arm);
    }

    Evidence evidence() {
        return new PairedEvidence(new EvidenceForks(directory, plan.forks(), host, plan.valgrind()));
    }

    ForkRunner forks() {
        return new JmhForkRunner(directory, plan.forks(), host);
    }

    /** The journal of the clock's layer. */
    RunJournal journal(final RowSelection selection) {
        return RunJournal.open(directory.journal(), header(selection, new TreeMap<>()));
    }

    /** The forks of the latency rows; empty if none of them is wanted. */
    Optional<Clocked<LatencyForks>> latency(final RowSelection selection) {
        final SortedMap<RowName, LatencyRow> rows = new TreeMap<>(plan.profile().latency());
        rows.keySet().retainAll(selection.both());
        if (rows.isEmpty()) {
            return Optional.empty();
        }
        final SortedMap<String, String> settings = new TreeMap<>();
        settings.put("latency rows", rows.values().toString());
        return Optional.of(new Clocked<>(
                new LatencyForkRunner(directory, plan.forks(), host, rows),
                RunJournal.open(directory.latencyJournal(), header(selection, settings))));
    }

    /** The journal of a ratio. Its number says only where it stands in the configuration, so it names the rows and bounds. */
    RunJournal ratioJournal(final RowSelection selection, final int number) {
        final RatioContract ratio = plan.config().contracts().ratios().get(number);
        final SortedMap<String, String> settings = new TreeMap<>();
        settings.put("ratio", ratio.row() + " to " + ratio.to());
        ratio.min().ifPresent(min -> settings.put("min", String.valueOf(min)));
        ratio.max().ifPresent(max -> settings.put("max", String.valueOf(max)));
        return RunJournal.open(directory.root().resolve("ratio-" + number + ".jsonl"), header(selection, settings));
    }

    private RunHeader header(final RowSelection selection, final SortedMap<String, String> settings) {
        settings.put("base", Digests.sha256(directory.jar(Arm.BASE)));
        settings.put("head", Digests.sha256(directory.jar(Arm.HEAD)));
        settings.put("forks", plan.forks().toString());
        settings.put("pairs", plan.run().pairs() + " + " + plan.run().confirmPairs());
        settings.put("familyLevel", String.valueOf(plan.run().familyLevel()));
        // Whoever has seen the pairs shall not choose by what they are judged.
        settings.put(
                "limits",
                Digests.sha256(selection.both().stream()
                        .map(row -> plan.profile().row(row.text()))
                        .map(row -> row.limit() + " " + row.margin() + " " + row.metric())
                        .collect(Collectors.joining("\n"))));
        settings.put(
                "rows",
                Digests.sha256(selection.both().stream().map(RowName::text).collect(Collectors.joining("\n"))));
        return new RunHeader(RunHeader.SCHEMA, plan.seed(), clock().nowMs(), settings);
    }

    /** What was compared and where. */
    Map<String, String> envelope(final List<String> again) {
        final HostFacts facts = HostFacts.read(host, "");
        final Map<String, String> envelope = new LinkedHashMap<>();
        envelope.put("base.sha256", Digests.sha256(directory.jar(Arm.BASE)));
        envelope.put("head.sha256", Digests.sha256(directory.jar(Arm.HEAD)));
        envelope.put("profile", plan.profile().name());
        envelope.put("pairs", plan.run().pairs() + " + " + plan.run().confirmPairs());
        envelope.put("machine", facts.cores() + " x " + facts.cpuModel());
        envelope.put("kernel", facts.kernel());
        envelope.put("jvm", plan.forks().java());
        envelope.put("jvmArgs", String.join(" ", plan.forks().jvmArgs()));
        envelope.put(
                EnvelopeKeys.REPRODUCE, again.stream().map(RunSession::quoted).collect(Collectors.joining(" ")));
        return envelope;
    }

    private static String quoted(final String word) {
        return word.matches("[\\w@%+=:,./^-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    /** What is done in a session. */
    @FunctionalInterface
    interface Work {
        /**
         * Measures and tells.
         *
         * @param session the session
         * @return the exit code
         * @throws BadInputException if nothing is worth keeping but forks that were run
         */
        int in(RunSession session) throws IOException, InterruptedException;
    }

    /**
     * Does something in a session. A temporary directory is removed at the end if all was well or nothing was done, and also if
     * the process is asked to end; else it is said where it is.
     *
     * @param plan how the run is made
     * @param out its directory; null for a temporary one
     * @param err hears of a temporary directory that stays
     * @param work what is done
     * @return the exit code
     */
    static int during(final RunPlan plan, final Path out, final PrintWriter err, final Work work)
            throws IOException, InterruptedException {
        return Termination.interrupting(termination -> {
            final RunSession session = new RunSession(plan, out);
            boolean keep = true;
            try {
                final int exitCode = work.in(session);
                keep = exitCode != GateExitCodes.OK;
                return exitCode;
            } catch (final BadInputException e) {
                keep = session.directory != null && hasLogs(session.directory.forks());
                throw e;
            } finally {
                session.leave(keep && !termination.isRequested(), err);
            }
        });
    }

    /** Keeps the report in the directory. */
    void store(final GateReport report) {
        ReportOptions.write(report, ReportForm.JSON, new OutputFile(root.resolve(REPORT)));
    }

    /** A directory that the user named stays; so does a temporary one with forks, if they may be looked at. */
    private void leave(final boolean keep, final PrintWriter err) {
        if (!temporary) {
            return;
        }
        if (keep && hasLogs(root)) {
            err.println("forks and logs are kept in " + root);
            err.flush();
        } else {
            TemporaryDirectory.remove(root);
        }
    }

    private static boolean hasLogs(final Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.anyMatch(file -> file.toString().endsWith(".log"));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
