package io.vfiotce.tools.gate;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.gate.config.GateConfig;
import io.vfiotce.tools.gate.config.Profile;
import io.vfiotce.tools.gate.config.RunSettings;
import io.vfiotce.tools.gate.layer.CallgrindJvm;
import io.vfiotce.tools.gate.run.ForkSettings;
import io.vfiotce.tools.gate.run.RowFilter;
import io.vfiotce.tools.gate.run.RunJournal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** Options of all commands that measure. What the command line says goes before the profile. */
final class RunOptions {
    private static final long LEAST_TIMEOUT_MS = 120_000;
    private static final int TIMEOUT_FACTOR = 10;
    private static final Path USUAL = Path.of(GateConfig.FILE_NAME);

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Configuration; default " + GateConfig.FILE_NAME + " of this directory if it is there.")
    private Path config;

    @Option(
            names = "--profile",
            paramLabel = "NAME",
            defaultValue = "pr",
            description = "Profile of the configuration: smoke, pr (default), nightly, or one of the file's.")
    private String profile;

    @Option(names = "--include", paramLabel = "REGEX", description = "Rows in whose text this is found; repeatable.")
    private List<Pattern> include = new ArrayList<>();

    @Option(names = "--exclude", paramLabel = "REGEX", description = "Rows to leave out; repeatable.")
    private List<Pattern> exclude = new ArrayList<>();

    @Option(
            names = "--param",
            paramLabel = "NAME=VALUE",
            description = "Of rows with such a parameter only those with this value; once per name.")
    private List<String> params = new ArrayList<>();

    @Option(
            names = "--jvm",
            paramLabel = "FILE",
            converter = ProgramFile.class,
            description = "The java program, no script; default the one that runs this.")
    private Path jvm = Path.of(System.getProperty("java.home"), "bin", "java");

    @Option(names = "--jvm-arg", paramLabel = "ARG", description = "Further argument of every fork; repeatable.")
    private List<String> jvmArgs = new ArrayList<>();

    @Option(names = "--jmh-arg", paramLabel = "ARG", description = "Further argument of JMH, as -bm; repeatable.")
    private List<String> jmhArgs = new ArrayList<>();

    @Option(names = "--pairs", paramLabel = "N", description = "Pairs of forks per row.")
    private Integer pairs;

    @Option(names = "--confirm-pairs", paramLabel = "N", description = "Fresh pairs per flagged row.")
    private Integer confirmPairs;

    @Option(names = "--budget", paramLabel = "MINUTES", description = "Time that the run may take.")
    private Integer budgetMinutes;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of coins and order; default drawn.")
    private Long seed;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Keeps every fork here, and the report; the same command resumes an unfinished run.")
    private Path out;

    /** The directory that the user named; null if none. */
    Path out() {
        return out;
    }

    /** The configuration that is read; null if none is. */
    Path config() {
        return config != null || !Files.exists(USUAL) ? config : USUAL;
    }

    /**
     * Reads the configuration and puts both together.
     *
     * @param today the date: a waiver that is out of date ends the run here
     */
    RunPlan plan(final LocalDate today) {
        final GateConfig read = readConfig();
        read.waivers().requireCurrent(today);
        final Profile chosen = read.profile(profile);
        final RunSettings run = overridden(chosen.run());
        return new RunPlan(
                read,
                chosen,
                run,
                new RowFilter(include(chosen), exclude(run), params()),
                forks(run),
                seed(),
                CallgrindJvm.valgrind());
    }

    static LocalDate today() {
        return LocalDate.now(ZoneOffset.UTC);
    }

    private GateConfig readConfig() {
        return config() == null ? GateConfig.builtIn() : GateConfig.read(config());
    }

    /** Latency rows are asked for by being listed; what else is wanted, the expressions say. */
    private List<Pattern> include(final Profile chosen) {
        final List<String> listed = chosen.run().include();
        if (!include.isEmpty() || listed.isEmpty()) {
            return List.copyOf(include);
        }
        return Stream.concat(
                        listed.stream(),
                        chosen.latency().keySet().stream().map(row -> '^' + Pattern.quote(row.text()) + '$'))
                .map(Pattern::compile)
                .toList();
    }

    private SortedMap<String, String> params() {
        final SortedMap<String, String> values = new TreeMap<>();
        for (final String param : params) {
            final int at = param.indexOf('=');
            if (at < 1) {
                throw new BadInputException("--param " + param + ": is not like NAME=VALUE");
            }
            if (values.put(param.substring(0, at), param.substring(at + 1)) != null) {
                throw new BadInputException("--param " + param + ": has another value already, and only one counts");
            }
        }
        return values;
    }

    /** What the configuration leaves out stays out. */
    private List<Pattern> exclude(final RunSettings run) {
        final List<Pattern> all = new ArrayList<>(exclude);
        run.exclude().forEach(regex -> all.add(Pattern.compile(regex)));
        return List.copyOf(all);
    }

    private ForkSettings forks(final RunSettings run) {
        final List<String> args = new ArrayList<>(run.jvmArgs());
        args.addAll(jvmArgs);
        final long measuredMs =
                (long) run.warmupIterations() * run.warmupMs() + (long) run.iterations() * run.iterationMs();
        return new ForkSettings(
                jvm.toString(),
                args,
                jmhArgs,
                run.warmupIterations(),
                run.warmupMs(),
                run.iterations(),
                run.iterationMs(),
                Math.max(LEAST_TIMEOUT_MS, TIMEOUT_FACTOR * measuredMs));
    }

    /** That of the run which is to resume, if there is one and no other is wanted. */
    private long seed() {
        if (seed != null) {
            return seed;
        }
        final Path journal = out == null ? null : out.resolve("forks.jsonl");
        return journal != null && Files.exists(journal)
                ? RunJournal.read(journal).header().seed()
                : new SecureRandom().nextInt(Integer.MAX_VALUE);
    }

    private RunSettings overridden(final RunSettings run) {
        return new RunSettings(
                pairs == null ? run.pairs() : pairs,
                confirmPairs == null ? run.confirmPairs() : confirmPairs,
                run.familyLevel(),
                budgetMinutes == null ? run.budgetMinutes() : budgetMinutes,
                run.warmupIterations(),
                run.warmupMs(),
                run.iterations(),
                run.iterationMs(),
                run.include(),
                run.exclude(),
                run.jvmArgs(),
                run.allocationBaseline(),
                run.onInconclusive(),
                run.onInvalid(),
                run.instructionsBlock(),
                run.codeSizeBlocks());
    }

    /** What repeats this run but for its rows and jars, as words of a command line. */
    List<String> words(final RunPlan plan) {
        final List<String> words = new ArrayList<>();
        if (config != null) {
            words.addAll(List.of("--config", config.toString()));
        }
        words.addAll(List.of("--profile", profile, "--jvm", jvm.toString()));
        jvmArgs.forEach(arg -> words.add("--jvm-arg=" + arg));
        jmhArgs.forEach(arg -> words.add("--jmh-arg=" + arg));
        words.addAll(List.of(
                "--pairs",
                "" + plan.run().pairs(),
                "--confirm-pairs",
                "" + plan.run().confirmPairs()));
        words.addAll(List.of("--budget", "" + plan.run().budgetMinutes(), "--seed", "" + plan.seed()));
        return words;
    }
}
