package io.vfiotce.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What came of a goal.
 *
 * @param question the goal's question
 * @param ours our figure in words
 * @param limit the other's
 * @param ratio the ratio in words
 * @param bound the goal in words
 * @param text met or not, and why
 * @param fails whether the run fails by it
 */
record Verdict(String question, String ours, String limit, String ratio, String bound, String text, boolean fails) {
    /** What the harness may differ from itself between iterations; a row that allocates does it a million times. */
    static final double MAX_EXCESS_BYTES = 4096;

    /** Judges all goals by a run. */
    static List<Verdict> of(final StoredRun run) {
        final List<Verdict> verdicts = new ArrayList<>();
        final Map<String, Measured> results = run.rows();
        Goals.all().forEach(goal -> verdicts.add(of(goal, results, run.leftOut())));
        verdicts.add(allocation(results));
        return verdicts;
    }

    static Verdict of(final Goal goal, final Map<String, Measured> results, final Set<String> leftOut) {
        for (final String row : goal.rows()) {
            if (leftOut.contains(String.valueOf(Goals.programOf(row)))) {
                return without(goal, "left out: " + Goals.programOf(row) + " cannot run here", false);
            }
            if (!results.containsKey(row)) {
                return without(goal, "NOT MEASURED: " + row, true);
            }
        }
        final double ours = goal.ours().value(results);
        final double limit = goal.limit().value(results);
        final double ratio = ours / limit;
        final boolean holds = goal.sense().holds(ratio, goal.bound());
        String text = goal.sense() == Goal.Sense.NONE ? "no goal" : holds ? "met" : "MISSED";
        boolean fails = !holds;
        final Goal.Band band = goal.band();
        if (band != null) {
            final double peer = band.peer().value(results) / band.unit().value(results);
            if (!(peer >= band.atLeast() && peer <= band.atMost())) {
                text = String.format(
                        Locale.ROOT,
                        "INVALID: the peer costs %.2f exchanges, not %s to %s",
                        peer,
                        Numbers.plain(band.atLeast()),
                        Numbers.plain(band.atMost()));
                fails = true;
            }
        }
        return new Verdict(
                goal.question(),
                Numbers.figure(ours, goal.ours().unit()),
                Numbers.figure(limit, goal.limit().unit()),
                Numbers.ratio(ratio),
                goal.boundText(),
                text,
                fails);
    }

    private static Verdict without(final Goal goal, final String text, final boolean fails) {
        return new Verdict(goal.question(), "-", "-", "-", goal.boundText(), text, fails);
    }

    /** The row of ours that allocates most in an iteration, beyond what the harness does. */
    private static Verdict allocation(final Map<String, Measured> results) {
        final String question = "allocation, every row";
        final double harness = allocated(results.get(Rows.EMPTY));
        String worst = null;
        double excess = Double.NaN;
        int rows = 0;
        for (final Map.Entry<String, Measured> row : results.entrySet()) {
            final double bytes = allocated(row.getValue()) - harness;
            if (Kind.mustNotAllocate(row.getValue().benchmark()) && !Double.isNaN(bytes)) {
                rows++;
                if (worst == null || bytes > excess) {
                    worst = row.getKey();
                    excess = bytes;
                }
            }
        }
        if (worst == null) {
            return new Verdict(question, "-", "-", "-", "0 bytes", "NOT MEASURED", true);
        }
        final boolean holds = excess <= MAX_EXCESS_BYTES;
        return new Verdict(
                question,
                (holds ? "0" : String.format(Locale.ROOT, "%,.0f", excess)) + " bytes",
                Numbers.figure(harness, "bytes"),
                "-",
                "0 bytes",
                holds ? "met, " + rows + " rows" : "MISSED: " + worst,
                !holds);
    }

    private static double allocated(final Measured row) {
        final Series bytes = row == null ? null : row.secondary().get(Measured.ALLOCATED);
        return bytes == null ? Double.NaN : bytes.overForks(0.5);
    }
}
