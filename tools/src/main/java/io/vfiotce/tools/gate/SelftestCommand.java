package io.vfiotce.tools.gate;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.Termination;
import io.vfiotce.tools.gate.host.HostActivity;
import io.vfiotce.tools.gate.host.HostFacts;
import io.vfiotce.tools.gate.host.HostFiles;
import io.vfiotce.tools.gate.host.HostReport;
import io.vfiotce.tools.gate.layer.CallgrindJvm;
import io.vfiotce.tools.gate.layer.InstructionPlan;
import io.vfiotce.tools.gate.run.Arm;
import io.vfiotce.tools.gate.run.Digests;
import io.vfiotce.tools.gate.run.ForkSettings;
import io.vfiotce.tools.gate.run.JmhForkRunner;
import io.vfiotce.tools.gate.run.RunClock;
import io.vfiotce.tools.gate.run.RunDirectory;
import io.vfiotce.tools.gate.selftest.Part;
import io.vfiotce.tools.gate.selftest.Selftest;
import io.vfiotce.tools.gate.selftest.SelftestResult;
import io.vfiotce.tools.gate.selftest.Sizes;
import io.vfiotce.tools.gate.selftest.SlopeSource;
import io.vfiotce.tools.gate.selftest.Workspace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tce gate selftest}: how often the gate cries wolf on this machine, and what it finds of planted faults. */
@Command(
        name = "selftest",
        mixinStandardHelpOptions = true,
        description = "Measures the gate itself with the planted rows of the module bench, against its limits. What is "
                + "measured stays in the directory; the same command goes on where it stopped.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:all limits of the chosen parts hold",
            "1:a limit is missed",
            "2:bad input",
            "3:not complete: the time was used up, something cannot be measured here, or it was only a trial",
            "4:the host was not calm where it must be",
            "5:data are missing",
            "6:internal error"
        })
final class SelftestCommand implements Callable<Integer> {
    private static final int WARMUP_ITERATIONS = 2;
    private static final int ITERATIONS = 3;
    private static final int ITERATION_MS = 150;
    private static final long FORK_TIMEOUT_MS = TimeUnit.MINUTES.toMillis(2);
    private static final long LOOK_MS = 3_000;

    @Option(names = "--jar", paramLabel = "JAR", required = true, description = "The jar of the module bench.")
    private Path jar;

    @Option(names = "--dir", paramLabel = "DIR", required = true, description = "Keeps all that is measured.")
    private Path dir;

    @Option(
            names = "--part",
            paramLabel = "PART",
            split = ",",
            description = "Only these parts: aa, replay, power, evidence, plants, instructions.")
    private Set<Part> parts = EnumSet.allOf(Part.class);

    @Option(
            names = "--budget",
            paramLabel = "MINUTES",
            defaultValue = "180",
            description =
                    "Time that this session may take, by one measurement more or less. Default: ${DEFAULT-VALUE}.")
    private int budgetMinutes;

    @Option(names = "--trial", description = "As little as possible, to see that all of it runs; proves nothing.")
    private boolean trial;

    @Option(
            names = "--jvm",
            paramLabel = "FILE",
            converter = ProgramFile.class,
            description = "The java program, no script; default the one that runs this.")
    private Path jvm = Path.of(System.getProperty("java.home"), "bin", "java");

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Seed. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--commit",
            paramLabel = "TEXT",
            defaultValue = "unknown",
            description = "What to say about which commit this is.")
    private String commit;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        return Termination.interrupting(termination -> measured());
    }

    private int measured() throws InterruptedException {
        if (budgetMinutes < 1) {
            throw new BadInputException("--budget " + budgetMinutes + " is less than a minute");
        }
        // Forks get no manifest, which would say this itself.
        final ForkSettings forks = new ForkSettings(
                jvm.toString(),
                // With pages of 4 KiB it is a matter of luck how well an array fits in the cache.
                List.of("--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED", "-XX:+UseTransparentHugePages"),
                List.of(),
                WARMUP_ITERATIONS,
                ITERATION_MS,
                ITERATIONS,
                ITERATION_MS,
                FORK_TIMEOUT_MS);
        final Workspace workspace = Workspace.create(dir, jar, trial ? Sizes.TRIAL : Sizes.FULL, forks, seed);
        final Selftest selftest = new Selftest(
                workspace,
                means(workspace),
                TimeUnit.MINUTES.toMillis(budgetMinutes),
                spec.commandLine().getErr());
        final Selftest.End end = selftest.measure(parts);
        final SelftestResult result = selftest.result(facts());
        spec.commandLine().getOut().print(result.text());
        spec.commandLine().getOut().flush();
        final List<String> asked = new ArrayList<>(List.of("all"));
        parts.forEach(part -> asked.add(part.toString()));
        return exitCode(end, result, asked, trial);
    }

    /** What a session ends with. */
    static int exitCode(
            final Selftest.End end, final SelftestResult result, final List<String> parts, final boolean trial) {
        if (trial) {
            return GateExitCodes.INCONCLUSIVE;
        }
        if (result.isMissed(parts)) {
            return GateExitCodes.REGRESSION;
        }
        if (end == Selftest.End.DISTURBED) {
            return GateExitCodes.INVALID;
        }
        return result.isIncomplete(parts) ? GateExitCodes.INCONCLUSIVE : GateExitCodes.OK;
    }

    private static Selftest.Means means(final Workspace workspace) {
        final HostFiles host = new HostFiles(Path.of("/"));
        return new Selftest.Means(
                new CommandCalls(workspace),
                directory -> new JmhForkRunner(directory, workspace.powerForks(), host),
                slopes(workspace, host),
                () -> String.join(
                        "; ",
                        HostReport.of(HostFacts.read(host, ""), HostActivity.watch(host, LOOK_MS))
                                .disturbances()),
                RunClock.SYSTEM);
    }

    private static SlopeSource slopes(final Workspace workspace, final HostFiles host) {
        return number -> {
            final RunDirectory directory =
                    RunDirectory.create(workspace.root().resolve("instructions"), workspace.plain(), workspace.plain());
            final Evidence evidence = new EvidenceForks(directory, workspace.forks(), host, CallgrindJvm.valgrind());
            if (!evidence.countsInstructions()) {
                return Optional.empty();
            }
            final InstructionPlan plan =
                    evidence.instructionPlan(Arm.BASE, workspace.slopeRow()).orElseThrow();
            return Optional.of(evidence.instructions(Arm.BASE, workspace.slopeRow(), number, plan));
        };
    }

    private Map<String, String> facts() {
        final HostFacts facts = HostFacts.read(new HostFiles(Path.of("/")), "");
        final Map<String, String> said = new LinkedHashMap<>();
        said.put("date", RunOptions.today().toString());
        said.put("machine", facts.cores() + " x " + facts.cpuModel());
        said.put("kernel", facts.kernel());
        said.put("java", jvm.toString());
        said.put("commit", commit);
        said.put("jar", Digests.sha256(jar));
        said.put("seed", String.valueOf(seed));
        if (trial) {
            said.put("trial", "proves nothing");
        }
        return said;
    }
}
