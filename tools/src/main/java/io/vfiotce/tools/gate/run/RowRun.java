package io.vfiotce.tools.gate.run;

import io.vfiotce.tools.gate.jmh.GateDataException;
import io.vfiotce.tools.gate.jmh.RowName;
import io.vfiotce.tools.gate.report.HostSample;
import io.vfiotce.tools.gate.report.Iterations;
import io.vfiotce.tools.gate.report.Pair;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What one stage measured of one row. Figures are nanoseconds per operation.
 *
 * @param row the row
 * @param key benchmark, parameters, mode and threads as JMH reported them; the row's text if no pair was measured
 * @param metric {@link Metric#CPU} or {@link Metric#WALL}; {@link Metric#AUTO} if no pair was measured
 * @param pairs the pairs that count, in the order of measurement; a rerun stands for its first attempt
 * @param reruns pairs that were measured a second time
 * @param identity how the row was measured, by name
 * @param failure why a fork failed, or why the arms cannot be compared; empty if all is well
 */
public record RowRun(
        RowName row,
        String key,
        Metric metric,
        List<Pair> pairs,
        int reruns,
        SortedMap<String, String> identity,
        String failure) {
    /**
     * Collects the rows of a stage from a journal, measured just now or long ago.
     *
     * @param journal the journal
     * @param stage the stage
     * @param rows the rows
     * @param validity when a fork was disturbed
     * @param metric what is judged
     * @return the rows, sorted by name
     */
    public static List<RowRun> of(
            final RunJournal journal,
            final int stage,
            final Collection<RowName> rows,
            final Validity validity,
            final Metric metric) {
        final List<ForkPair> pairs = journal.pairs();
        final List<RowRun> runs = new ArrayList<>();
        for (final RowName row : new TreeSet<>(rows)) {
            final Map<Integer, ForkPair> last = new LinkedHashMap<>();
            int reruns = 0;
            for (final ForkPair pair : pairs) {
                final ForkJob job = pair.job();
                if (job.stage() == stage && job.row().equals(row)) {
                    reruns += job.attempt();
                    last.put(job.number(), pair);
                }
            }
            final String failure = failure(journal, stage, row, last.keySet());
            runs.add(of(row, List.copyOf(last.values()), reruns, failure, validity, metric));
        }
        return runs;
    }

    private static RowRun of(
            final RowName row,
            final List<ForkPair> pairs,
            final int reruns,
            final String failure,
            final Validity validity,
            final Metric metric) {
        if (pairs.isEmpty()) {
            return new RowRun(row, row.text(), Metric.AUTO, List.of(), reruns, new TreeMap<>(), failure);
        }
        final ForkMeasure any = pairs.get(0).first().measure();
        try {
            final Metric judged = metric.of(pairs, validity);
            final List<Pair> shown =
                    pairs.stream().map(pair -> shown(pair, validity, judged)).toList();
            return new RowRun(row, any.key(), judged, shown, reruns, any.identity(), failure);
        } catch (final GateDataException e) {
            return new RowRun(row, any.key(), Metric.AUTO, List.of(), reruns, any.identity(), e.getMessage());
        }
    }

    private static Pair shown(final ForkPair pair, final Validity validity, final Metric metric) {
        pair.requireComparable();
        final Iterations base = metric.figure(pair.of(Arm.BASE).measure());
        final Iterations head = metric.figure(pair.of(Arm.HEAD).measure());
        final ForkJob job = pair.job();
        return new Pair(
                job.stage(),
                job.number(),
                job.headFirst(),
                pair.first().startMs(),
                base,
                head,
                pair.complaint(validity, metric));
    }

    /** Why a pair is not there, the last of them; a failure that a second try has made good counts no more. */
    private static String failure(
            final RunJournal journal, final int stage, final RowName row, final Set<Integer> measured) {
        String failure = "";
        for (final ForkRecord fork : journal.records()) {
            final ForkJob job = fork.job();
            if (fork.failed() && job.stage() == stage && job.row().equals(row) && !measured.contains(job.number())) {
                failure = fork.failure();
            }
        }
        return failure;
    }

    /**
     * Why forks of a row failed, whatever became of their pairs.
     *
     * @param journal the journal
     * @param row the row
     * @return a text for each, in order
     */
    public static List<String> failures(final RunJournal journal, final RowName row) {
        return journal.records().stream()
                .filter(fork -> fork.failed() && fork.job().row().equals(row))
                .map(ForkRecord::failure)
                .toList();
    }

    /**
     * What a fork took.
     *
     * @param journal the journal
     * @return mean of all forks that gave a result, in milliseconds; empty if there are none
     */
    public static OptionalDouble forkMs(final RunJournal journal) {
        return journal.records().stream()
                .filter(fork -> !fork.failed())
                .mapToLong(fork -> fork.measure().durationMs())
                .average();
    }

    /**
     * The host over all forks of a run.
     *
     * @param journal the journal
     * @return one sample per fork that gave a result, in the order of measurement
     */
    public static List<HostSample> host(final RunJournal journal) {
        return journal.records().stream()
                .filter(fork -> !fork.failed())
                .map(fork -> new HostSample(
                        fork.startMs(),
                        fork.measure().load(),
                        fork.measure().probe().steal(),
                        fork.measure().probe().runDelay()))
                .toList();
    }
}
