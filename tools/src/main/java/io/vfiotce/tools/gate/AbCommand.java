package io.vfiotce.tools.gate;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.gate.config.BaseWaiver;
import io.vfiotce.tools.gate.jmh.GateDataException;
import io.vfiotce.tools.gate.jmh.RowName;
import io.vfiotce.tools.gate.report.GateReport;
import io.vfiotce.tools.gate.run.BaseBuildException;
import io.vfiotce.tools.gate.run.ClassClosure;
import io.vfiotce.tools.gate.run.RevisionBuild;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tce gate ab}: compares two jars. */
@Command(
        name = "ab",
        mixinStandardHelpOptions = true,
        description =
                "Compares two JMH jars row by row: allocation, compiled code, instructions, and time in pairs of forks.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:no regression",
            "1:a regression, confirmed",
            "2:bad input, configuration or waiver",
            "3:inconclusive, where the configuration blocks that",
            "4:the measurement is invalid",
            "5:data are missing or cannot be compared",
            "6:internal error"
        })
final class AbCommand extends MeasuringCommand {
    private static final long BUILD_TIMEOUT_MS = TimeUnit.MINUTES.toMillis(30);

    /** Where the base comes from. */
    private static final class Base {
        @Option(names = "--base", paramLabel = "JAR", required = true, description = "The jar to compare with.")
        private Path jar;

        @Option(
                names = "--base-ref",
                paramLabel = "REV",
                required = true,
                description = "The git revision to build and compare with.")
        private String revision;
    }

    @ArgGroup(multiplicity = "1")
    private Base base;

    @Option(names = "--head", paramLabel = "JAR", required = true, description = "The jar that is judged.")
    private Path head;

    @Option(
            names = "--build",
            paramLabel = "COMMAND",
            description = "Shell command that builds the base's jar in its checkout; default Maven, module bench.")
    private String build;

    @Option(names = "--build-jar", paramLabel = "FILE", description = "Where that leaves the jar.")
    private Path buildJar = RevisionBuild.MAVEN_JAR;

    @Override
    Path[] inputs() {
        return new Path[] {base.jar, head};
    }

    @Override
    Optional<GateReport> measured(final RunPlan plan, final RunSession session)
            throws IOException, InterruptedException {
        final Jars.Listed headJar = Jars.list(plan, head);
        IdleRules.refuse(plan.config().contracts(), headJar.rows());
        final Jars.Listed baseJar;
        try {
            baseJar = Jars.list(plan, base.jar == null ? built(plan, session) : base.jar);
        } catch (final BaseBuildException e) {
            final BaseWaiver waiver = plan.config().waivers().ofBase(e.commit()).orElseThrow(() -> e);
            return CheckCommand.withoutBase(plan, session, headJar, words(plan), waiver, this::isDry);
        }
        IdleRules.refuseLatency(plan.profile(), List.of(baseJar, headJar));
        final RowSelection selection = RowSelection.of(baseJar.rows(), headJar.rows(), plan.filter());
        final SortedSet<RowName> controls = controls(plan, baseJar.path(), selection.both());
        final boolean differs = controls.size() < selection.both().size();
        if (!differs
                && base.jar != null
                && selection.onlyBase().isEmpty()
                && selection.onlyHead().isEmpty()) {
            throw new GateDataException(
                    "no row reaches anything that differs between the jars; to compare a jar with itself there is aa");
        }
        final AbRun run = AbRun.ofTwo(plan, selection, controls);
        if (isDry(run.listing())) {
            return Optional.empty();
        }
        session.take(baseJar, headJar);
        final Assembly assembly = new Assembly("ab", plan, session.envelope(words(plan)));
        final int ratios = plan.config().contracts().ratios().size();
        if (ratios > 0) {
            assembly.note("Of the configuration's contracts, ratios (" + ratios + ") are judged by check alone.");
        }
        return Optional.of(run.run(
                session.evidence(),
                new Clocked<>(session.forks(), session.journal(selection)),
                session.latency(selection),
                session.clock(),
                assembly));
    }

    private SortedSet<RowName> controls(final RunPlan plan, final Path baseJar, final SortedSet<RowName> both) {
        final Map<RowName, List<String>> programs = new TreeMap<>();
        plan.profile().latency().values().forEach(row -> {
            final List<String> program = new ArrayList<>(List.of(row.main()));
            program.addAll(row.args());
            programs.put(row.name(), program);
        });
        return ClassClosure.controls(
                ClassClosure.read(baseJar, plan.forks().args()),
                ClassClosure.read(head, plan.forks().args()),
                both,
                programs);
    }

    private Path built(final RunPlan plan, final RunSession session) throws IOException, InterruptedException {
        final List<String> command = build == null ? RevisionBuild.MAVEN : List.of("sh", "-c", build);
        final RevisionBuild builder =
                new RevisionBuild(Path.of("").toAbsolutePath(), command, buildJar, BUILD_TIMEOUT_MS);
        final String commit = builder.commit(base.revision);
        final Path jar = session.root().resolve("base-" + commit + ".jar");
        if (!Files.exists(jar)) {
            builder.build(commit, jar, session.root().resolve("base-build.log"));
        }
        if (plan.config().waivers().ofBase(commit).isPresent()) {
            throw new BadInputException("the waiver of commit " + commit + " is not needed any more: it builds");
        }
        return jar;
    }

    private List<String> words(final RunPlan plan) {
        final List<String> words = new ArrayList<>(List.of("tce", "gate", "ab"));
        words.addAll(base.jar == null ? List.of("--base-ref", base.revision) : List.of("--base", base.jar.toString()));
        if (build != null) {
            words.addAll(List.of("--build", build));
        }
        if (!buildJar.equals(RevisionBuild.MAVEN_JAR)) {
            words.addAll(List.of("--build-jar", buildJar.toString()));
        }
        words.addAll(List.of("--head", head.toString()));
        words.addAll(options().words(plan));
        return words;
    }
}
