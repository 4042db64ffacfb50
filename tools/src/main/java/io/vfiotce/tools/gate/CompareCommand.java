package io.vfiotce.tools.gate;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.OutputFile;
import io.vfiotce.tools.gate.config.GateConfig;
import io.vfiotce.tools.gate.config.Profile;
import io.vfiotce.tools.gate.config.RunSettings;
import io.vfiotce.tools.gate.config.WaivedRows;
import io.vfiotce.tools.gate.jmh.GateDataException;
import io.vfiotce.tools.gate.jmh.JmhFile;
import io.vfiotce.tools.gate.jmh.JmhMatch;
import io.vfiotce.tools.gate.jmh.JmhRow;
import io.vfiotce.tools.gate.report.EnvelopeKeys;
import io.vfiotce.tools.gate.report.GateReport;
import io.vfiotce.tools.gate.report.ReportForm;
import io.vfiotce.tools.gate.run.Digests;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tce gate compare}: judges what JMH stored earlier. */
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        description = {
            "Judges two stored results of JMH (-rf json) by their forks, which are not paired: a drift of the host looks like"
                    + " a change, so this is weaker than ab.",
            "JMH does not say on which machine it ran. Unless --same-machine says that it was one, the base is only a"
                    + " tripwire: it can fail, and it never passes."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:nothing blocks; see the verdict, which may be INCONCLUSIVE",
            "1:a regression",
            "2:bad input, usage or configuration",
            "3:inconclusive, and the configuration says that this blocks",
            "5:a result is damaged, a row is missing, or results cannot be compared",
            "6:internal error"
        })
final class CompareCommand implements Callable<Integer> {
    private static final Pattern PLAIN = Pattern.compile("[\\w./:=@%+,-]+");

    @Spec
    private CommandSpec spec;

    @Option(names = "--base", paramLabel = "FILE", required = true, description = "What is compared with.")
    private Path base;

    @Option(names = "--head", paramLabel = "FILE", required = true, description = "What is judged.")
    private Path head;

    @Option(
            names = "--same-machine",
            description = "Both results come from one machine, with the same settings, not far apart in time.")
    private boolean sameMachine;

    @Option(
            names = "--include",
            paramLabel = "REGEX",
            description =
                    "Only rows in whose names this, or another of these, is found; instead of the configuration's.")
    private List<Pattern> include = List.of();

    @Option(
            names = "--exclude",
            paramLabel = "REGEX",
            description = "No rows in whose names this is found; besides the configuration's.")
    private List<Pattern> exclude = List.of();

    @Mixin
    private ConfigFlags config;

    @Mixin
    private ReportOptions outputs;

    @Override
    public Integer call() {
        final Map<ReportForm, OutputFile> files = outputs.files(base, head, config.file());
        ReportOptions.clear(files, null);
        final GateConfig settings = config.read();
        final Profile profile = settings.profile(config.profile());
        settings.waivers().requireCurrent(LocalDate.now(ZoneOffset.UTC));
        final String baseDigest = Digests.sha256(base);
        final String headDigest = Digests.sha256(head);
        if (baseDigest.equals(headDigest)) {
            throw new BadInputException(base + " and " + head + " are the same result, which says nothing");
        }
        final List<JmhRow> bases = JmhFile.read(base);
        final List<JmhRow> heads = JmhFile.read(head);
        final List<JmhRow> all = Stream.concat(bases.stream(), heads.stream()).toList();
        final StoredResults judge = new StoredResults(profile, sameMachine, all);
        final Set<String> known = all.stream().map(judge::name).collect(Collectors.toSet());
        IdleRules.refuse(profile, known);
        requireFound(wanted(profile.run()), known);
        final JmhMatch match = JmhMatch.of(chosen(bases, judge, profile.run()), chosen(heads, judge, profile.run()));
        requireCommonRows(match);
        final WaivedRows waived = settings.waivers().apply(judge.judge(match), known);
        final RunVerdict verdict = RunVerdict.of(waived, profile.run());
        final List<String> notes = notes(match);
        notes.addAll(waived.problems());
        final GateReport report = new GateReport(
                GateReport.SCHEMA,
                "compare",
                verdict.verdict(),
                verdict.exitCode(),
                0,
                envelope(profile, judge, match, baseDigest, headDigest),
                verdict.rows(),
                List.of(),
                List.copyOf(notes));
        outputs.write(report, files, spec.commandLine().getOut());
        return verdict.exitCode();
    }

    private List<JmhRow> chosen(final List<JmhRow> rows, final StoredResults judge, final RunSettings run) {
        final List<Pattern> wanted = wanted(run);
        final List<Pattern> unwanted = new ArrayList<>(patterns(run.exclude()));
        unwanted.addAll(exclude);
        return rows.stream()
                .filter(row -> {
                    final String name = judge.name(row);
                    return (wanted.isEmpty()
                                    || wanted.stream()
                                            .anyMatch(
                                                    regex -> regex.matcher(name).find()))
                            && unwanted.stream()
                                    .noneMatch(regex -> regex.matcher(name).find());
                })
                .toList();
    }

    private List<Pattern> wanted(final RunSettings run) {
        return include.isEmpty() ? patterns(run.include()) : include;
    }

    /** What asks for rows that neither result has asks for rows that have another name now. */
    private static void requireFound(final List<Pattern> wanted, final Set<String> known) {
        for (final Pattern regex : wanted) {
            if (known.stream().noneMatch(name -> regex.matcher(name).find())) {
                throw new GateDataException("include '" + regex + "' finds none of " + known.size() + " rows");
            }
        }
    }

    private static List<Pattern> patterns(final List<String> regexes) {
        return regexes.stream().map(Pattern::compile).toList();
    }

    /** Two results that share nothing were never meant to be compared. */
    private void requireCommonRows(final JmhMatch match) {
        if (match.both().isEmpty()) {
            if (match.onlyBase().isEmpty() && match.onlyHead().isEmpty()) {
                throw new GateDataException("no row is chosen; see --include and --exclude");
            }
            throw new GateDataException(base + " and " + head + " have no row in common");
        }
    }

    private List<String> notes(final JmhMatch match) {
        final List<String> notes = new ArrayList<>();
        notes.add("The forks are not paired: this is weaker than `ab`, and a drift of the host looks like a change.");
        if (!sameMachine) {
            notes.add(
                    "The base counts as another machine's (see --same-machine): it can fail a row and never pass one.");
        }
        final long scores = match.both().stream()
                .filter(both ->
                        both.base().forks().isEmpty() || both.head().forks().isEmpty())
                .count();
        if (scores > 0) {
            notes.add(String.format(
                    Locale.ROOT, "%d rows have no raw data: JMH's score stands for a single fork.", scores));
        }
        return notes;
    }

    private Map<String, String> envelope(
            final Profile profile,
            final StoredResults judge,
            final JmhMatch match,
            final String baseDigest,
            final String headDigest) {
        final Map<String, String> envelope = new LinkedHashMap<>();
        envelope.put("base", base.toString());
        envelope.put("base.sha256", baseDigest);
        envelope.put("head", head.toString());
        envelope.put("head.sha256", headDigest);
        envelope.put("machine", sameMachine ? "one, says --same-machine" : "not known to be one");
        final Set<String> setups = new TreeSet<>();
        match.both().forEach(both -> setups.add(setup(both.head())));
        envelope.put("measured by", String.join("; ", setups));
        envelope.put("profile", profile.name());
        Assembly.judgedBy(
                envelope,
                profile.run(),
                match.both().stream().map(both -> judge.settings(both.head()).margin()));
        envelope.put(EnvelopeKeys.REPRODUCE, reproduce());
        return envelope;
    }

    private static String setup(final JmhRow row) {
        final Map<String, String> identity = row.setup().identity();
        return "JMH " + identity.get("JMH version") + ", " + identity.get("VM");
    }

    private String reproduce() {
        final List<String> words = new ArrayList<>(List.of("tce", "gate", "compare"));
        // What was written on the command line, without the files that it asked for.
        words.addAll(List.of("--base", base.toString(), "--head", head.toString()));
        if (sameMachine) {
            words.add("--same-machine");
        }
        words.addAll(config.words());
        return words.stream()
                .map(word -> PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" "));
    }
}
