package io.vfiotce.tools.gate;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.gate.config.Profile;
import io.vfiotce.tools.gate.config.RowSettings;
import io.vfiotce.tools.gate.jmh.JmhMatch;
import io.vfiotce.tools.gate.jmh.JmhMode;
import io.vfiotce.tools.gate.jmh.JmhRow;
import io.vfiotce.tools.gate.jmh.RowKey;
import io.vfiotce.tools.gate.jmh.RowName;
import io.vfiotce.tools.gate.jmh.SampleHistogram;
import io.vfiotce.tools.gate.report.Layer;
import io.vfiotce.tools.gate.report.LayerResult;
import io.vfiotce.tools.gate.report.RowResult;
import io.vfiotce.tools.gate.report.Verdict;
import io.vfiotce.tools.gate.run.Metric;
import io.vfiotce.tools.gate.stats.Judgement;
import io.vfiotce.tools.gate.stats.UnpairedJudge;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Judges the rows of two stored JMH results. A fork is one figure, as the iterations of a fork are alike for reasons of their
 * own: of wall time the lower quartile of its iterations, of a sampled row the mean of its samples but for the slowest hundredth.
 */
final class StoredResults {
    private final Profile profile;
    private final boolean sameMachine;
    private final Map<RowName, Long> keysByName;

    /**
     * Creates a judge.
     *
     * @param profile limits of the rows, and which of them the clock judges
     * @param sameMachine whether one machine gave both results
     * @param all the rows of both results, whether they are judged or not
     */
    StoredResults(final Profile profile, final boolean sameMachine, final Collection<JmhRow> all) {
        this.profile = profile;
        this.sameMachine = sameMachine;
        keysByName = all.stream()
                .map(JmhRow::key)
                .distinct()
                .collect(Collectors.groupingBy(RowKey::name, Collectors.counting()));
    }

    /**
     * What a row is called: benchmark and parameters, as in every other command; with mode and threads if the results have
     * it in several.
     *
     * @param row the row
     * @return its name
     */
    String name(final JmhRow row) {
        final RowKey key = row.key();
        return keysByName.get(key.name()) == 1 ? key.name().text() : key.text();
    }

    /**
     * What holds for a row.
     *
     * @param row the row
     * @return its settings
     */
    RowSettings settings(final JmhRow row) {
        return profile.row(name(row));
    }

    /**
     * Judges rows.
     *
     * @param match the rows of both results
     * @return the rows: those of both, then those that are missing, then those that are new
     * @throws BadInputException if the clock judges none of them
     */
    List<RowResult> judge(final JmhMatch match) {
        final long timed =
                match.both().stream().filter(both -> isTimed(both.base())).count();
        if (timed == 0 && !match.both().isEmpty()) {
            throw new BadInputException("profile " + profile.name()
                    + ": no row has the layer time, the only one that stored results tell of");
        }
        final List<RowResult> rows = new ArrayList<>();
        for (final JmhMatch.Both both : match.both()) {
            final List<LayerResult> layers = new ArrayList<>();
            layers.add(completeness(Verdict.PASS, "both results have the row, measured in the same way"));
            if (isTimed(both.base())) {
                layers.add(time(both, (int) timed));
            }
            rows.add(row(both.base(), layers));
        }
        match.onlyBase()
                .forEach(row -> rows.add(row(
                        row, List.of(completeness(Verdict.MISSING, "the base has the row and the head does not")))));
        match.onlyHead()
                .forEach(row -> rows.add(row(row, List.of(completeness(Verdict.NEW, "only the head has the row")))));
        return List.copyOf(rows);
    }

    private boolean isTimed(final JmhRow row) {
        return settings(row).layers().contains(Layer.TIME);
    }

    private RowResult row(final JmhRow row, final List<LayerResult> layers) {
        return new RowResult(name(row), "ns/op", false, List.copyOf(layers));
    }

    private static LayerResult completeness(final Verdict verdict, final String reason) {
        return LayerResults.plain(Layer.COMPLETENESS, verdict, reason);
    }

    private LayerResult time(final JmhMatch.Both both, final int timed) {
        final RowSettings settings = settings(both.base());
        final UnpairedJudge judge = new UnpairedJudge(
                settings.limit(), settings.margin(), profile.run().familyLevel(), timed);
        final double[] base = forksNs(both.base());
        final double[] head = forksNs(both.head());
        final Judgement judgement = sameMachine ? judge.sameMachine(base, head) : judge.otherMachine(base, head);
        return new LayerResult(
                Layer.TIME,
                judgement.verdict(),
                judgement.reason(),
                judgement.interval(),
                settings.limit(),
                judgement.figures(),
                List.of());
    }

    /**
     * One figure per fork, in nanoseconds per operation; JMH's score where a file has nothing else.
     *
     * @param row the row
     * @return at least one figure
     */
    static double[] forksNs(final JmhRow row) {
        if (row.forks().isEmpty()) {
            return new double[] {row.nsPerOp()};
        }
        if (row.key().mode() == JmhMode.SAMPLE) {
            return row.histograms().stream()
                    .mapToDouble(fork -> SampleHistogram.sum(fork).trimmedMeanNs())
                    .toArray();
        }
        return row.forks().stream().mapToDouble(Metric::wallFigureNs).toArray();
    }
}
