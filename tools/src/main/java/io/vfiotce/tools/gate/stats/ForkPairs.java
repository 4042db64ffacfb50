package io.vfiotce.tools.gate.stats;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.gate.report.Pair;
import java.util.List;
import java.util.Locale;

/**
 * The figures of paired forks of one row, as natural logarithms.
 *
 * <p>Every logarithm is rounded to a multiple of 2^-44 (about 6e-14). Sums and differences of such numbers are exact in a
 * {@code double} as long as figures lie between 1e-27 and 1e27, so equal ratios are equal, exchanging the arms negates every
 * effect to the last bit, and no verdict hangs on how a subtraction was rounded.
 *
 * @threads immutable
 */
public final class ForkPairs {
    private static final double GRID = 0x1p44;
    private static final double LARGEST_LOG = 64;

    private final double[] base;
    private final double[] head;
    private final double[] differences;
    private final boolean[] disturbed;

    private ForkPairs(final double[] base, final double[] head, final double[] differences, final boolean[] disturbed) {
        this.base = base;
        this.head = head;
        this.differences = differences;
        this.disturbed = disturbed;
    }

    /**
     * Takes figures as they were measured.
     *
     * @param base the base forks' figures per operation, in any unit, smaller is better
     * @param head the head forks' figures in the same unit, in the same order
     * @return the pairs
     * @throws BadInputException if the arms differ in length or a figure is not positive and finite
     */
    public static ForkPairs of(final double[] base, final double[] head) {
        if (base.length != head.length) {
            throw new BadInputException(String.format(
                    Locale.ROOT, "%d forks of base and %d of head do not make pairs", base.length, head.length));
        }
        final double[] ratios = new double[base.length];
        for (int i = 0; i < base.length; i++) {
            ratios[i] = head[i] / base[i];
        }
        return new ForkPairs(logs(base), logs(head), logs(ratios), new boolean[base.length]);
    }

    /**
     * Takes recorded pairs, of whatever stage.
     *
     * @param pairs the pairs
     * @return the same in their order
     * @throws BadInputException if a figure is not positive and finite
     */
    public static ForkPairs of(final List<Pair> pairs) {
        final ForkPairs figures = of(
                pairs.stream().mapToDouble(pair -> pair.base().value()).toArray(),
                pairs.stream().mapToDouble(pair -> pair.head().value()).toArray());
        for (int i = 0; i < pairs.size(); i++) {
            figures.disturbed[i] = !pairs.get(i).contaminated().isEmpty();
        }
        return figures;
    }

    /**
     * Takes the pairs of one stage.
     *
     * @param pairs pairs of any stages
     * @param stage the stage to take, 1 or 2
     * @return its pairs in their order; none if that stage was not run
     * @throws BadInputException if a figure is not positive and finite
     */
    public static ForkPairs ofStage(final List<Pair> pairs, final int stage) {
        return of(pairs.stream().filter(pair -> pair.stage() == stage).toList());
    }

    /** Logarithms of figures, on the grid. */
    static double[] logs(final double[] figures) {
        final double[] logs = new double[figures.length];
        for (int i = 0; i < figures.length; i++) {
            if (!(figures[i] > 0 && Math.abs(Math.log(figures[i])) <= LARGEST_LOG)) {
                throw new BadInputException("a fork's figure of " + figures[i] + " is no time per operation");
            }
            logs[i] = onGrid(Math.log(figures[i]));
        }
        return logs;
    }

    /** The logarithm of {@code 1 + share}, on the grid. */
    static double logOf(final double share) {
        return onGrid(Math.log1p(share));
    }

    /** The nearest multiple of 2^-44. */
    static double onGrid(final double log) {
        return Math.rint(log * GRID) / GRID;
    }

    /** {@return number of pairs} */
    public int size() {
        return base.length;
    }

    /** {@return number of pairs that the host disturbed} */
    public int disturbed() {
        int count = 0;
        for (final boolean is : disturbed) {
            count += is ? 1 : 0;
        }
        return count;
    }

    /** {@return the same pairs with the arms exchanged: every effect changes its sign and nothing else} */
    public ForkPairs exchanged() {
        return new ForkPairs(head, base, shifted(differences, -1, 0), disturbed);
    }

    /**
     * What would have been measured had the head been slower: every figure of head is multiplied.
     *
     * @param slowdown share by which head becomes slower: 0.05 is five percent
     * @return the pairs with that slowdown
     */
    public ForkPairs slowed(final double slowdown) {
        return movedBy(logOf(slowdown));
    }

    /** {@return the same pairs without their broad effect: the noise alone} */
    public ForkPairs centred() {
        return movedBy(onGrid(-SignedRank.estimate(differences)));
    }

    /** Adds to the logarithm of every figure of head. */
    ForkPairs movedBy(final double log) {
        return new ForkPairs(base, shifted(head, 1, log), shifted(differences, 1, log), disturbed);
    }

    /** Exchanges the figures of each pair for which a coin says so. */
    ForkPairs flipped(final Coins coins) {
        final double[] flippedBase = base.clone();
        final double[] flippedHead = head.clone();
        final double[] flippedDifferences = differences.clone();
        for (int i = 0; i < base.length; i++) {
            if (coins.toss()) {
                flippedBase[i] = head[i];
                flippedHead[i] = base[i];
                flippedDifferences[i] = -differences[i];
            }
        }
        return new ForkPairs(flippedBase, flippedHead, flippedDifferences, disturbed);
    }

    /** Takes pairs by their index. */
    ForkPairs at(final int[] indexes, final int from, final int count) {
        final double[] chosenBase = new double[count];
        final double[] chosenHead = new double[count];
        final double[] chosenDifferences = new double[count];
        final boolean[] chosenDisturbed = new boolean[count];
        for (int i = 0; i < count; i++) {
            chosenBase[i] = base[indexes[from + i]];
            chosenHead[i] = head[indexes[from + i]];
            chosenDifferences[i] = differences[indexes[from + i]];
            chosenDisturbed[i] = disturbed[indexes[from + i]];
        }
        return new ForkPairs(chosenBase, chosenHead, chosenDifferences, chosenDisturbed);
    }

    /** Draws pairs with replacement. */
    ForkPairs drawn(final Coins coins, final int count) {
        final int[] indexes = new int[count];
        for (int i = 0; i < count; i++) {
            indexes[i] = coins.below(base.length);
        }
        return at(indexes, 0, count);
    }

    /** Logarithms of the base forks' figures; not to be written. */
    double[] base() {
        return base;
    }

    /** Logarithms of the head forks' figures; not to be written. */
    double[] head() {
        return head;
    }

    /** Logarithms of head / base of each pair; not to be written. */
    double[] differences() {
        return differences;
    }

    private static double[] shifted(final double[] logs, final int sign, final double shift) {
        final double[] result = new double[logs.length];
        for (int i = 0; i < logs.length; i++) {
            result[i] = sign * logs[i] + shift;
        }
        return result;
    }
}
