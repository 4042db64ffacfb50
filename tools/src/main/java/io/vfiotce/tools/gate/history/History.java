package io.vfiotce.tools.gate.history;

import io.vfiotce.tools.gate.report.Verdict;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a history's file holds.
 *
 * @param runs the runs in the order in which they were appended
 * @param promotions the promotions in the order in which they were appended
 * @param torn what is wrong with the file's end; empty if nothing is. The rest can be used
 */
public record History(List<HistoryRun> runs, List<Promotion> promotions, Optional<String> torn) {
    /**
     * {@return the last run of every commit on a class of machines, in the order in which they were appended}
     *
     * @param hostClass the class
     */
    public List<HistoryRun> runs(final String hostClass) {
        final Map<String, HistoryRun> last = new LinkedHashMap<>();
        for (final HistoryRun run : runs) {
            if (run.hostClass().equals(hostClass)) {
                // What is measured again moves to the end.
                last.remove(run.commit());
                last.put(run.commit(), run);
            }
        }
        return List.copyOf(last.values());
    }

    /**
     * {@return the run that a new one is to be compared with: the last that did not fail, or that was promoted}
     *
     * @param hostClass the class of machines
     */
    public Optional<HistoryRun> comparisonPoint(final String hostClass) {
        final List<HistoryRun> candidates =
                runs(hostClass).stream().filter(this::canBeComparedWith).toList();
        return candidates.isEmpty() ? Optional.empty() : Optional.of(candidates.get(candidates.size() - 1));
    }

    /** A run that failed, or that means nothing, takes somebody's word, given after the run. */
    private boolean canBeComparedWith(final HistoryRun run) {
        return run.verdict().compareTo(Verdict.INVALID) < 0
                || promotions.stream()
                        .anyMatch(promotion -> promotion.commit().equals(run.commit())
                                && promotion.hostClass().equals(run.hostClass())
                                && promotion.timeS() >= run.timeS());
    }
}
