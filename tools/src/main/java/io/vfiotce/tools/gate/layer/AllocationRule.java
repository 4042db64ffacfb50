package io.vfiotce.tools.gate.layer;

import io.vfiotce.tools.gate.report.Layer;
import io.vfiotce.tools.gate.report.LayerResult;
import io.vfiotce.tools.gate.report.Verdict;
import java.util.List;
import java.util.Locale;

/**
 * Judges allocation by the bytes of whole iterations. An iteration of n operations allocates c + k n bytes, where c is what
 * JMH allocates by itself, some 5.7 KB; bytes per operation alone would blame a slow row for c and hide a rare allocation
 * of a fast one.
 */
public final class AllocationRule {
    /** Excess of an iteration over JMH's own that still counts as none, in bytes. */
    public static final double ZERO_TOLERANCE_BYTES = 4_096;

    /** Difference of two rates that still counts as none, in bytes per operation. */
    public static final double RATE_TOLERANCE_BYTES = 0.5;

    private final double constantBytes;

    /**
     * Creates the rule.
     *
     * @param empty forks of the empty row, measured in the same pass
     */
    public AllocationRule(final List<AllocationFork> empty) {
        constantBytes = Figures.median(
                empty.stream().flatMap(fork -> fork.settled().stream()).toList(), AllocationSample::bytes);
    }

    /** {@return what JMH itself allocates in an iteration, in bytes} */
    public double constantBytes() {
        return constantBytes;
    }

    /**
     * The contract that a row allocates nothing: after the first measured iteration all of at least one fork, and the median
     * of every fork, stay within {@link #ZERO_TOLERANCE_BYTES}, and nothing is collected.
     *
     * @param forks the row's forks, at least one
     * @return the verdict; the excess is in bytes per operation
     */
    public LayerResult zero(final List<AllocationFork> forks) {
        final boolean met = allocatesNothing(forks);
        final double worst = most(forks);
        final double collections =
                forks.stream().mapToDouble(AllocationFork::collections).sum();
        final String reason = met
                ? String.format(
                        Locale.ROOT, "allocates nothing: at most %.0f bytes per iteration over JMH's own", worst)
                : String.format(
                        Locale.ROOT,
                        "must not allocate, but an iteration allocates %.0f bytes over JMH's own, and %.0f collections ran",
                        worst,
                        collections);
        return new Figures()
                .with("constantBytes", constantBytes)
                .with("excessBytesPerIteration", worst)
                .with("collections", collections)
                .excess(forks.stream().mapToDouble(this::rate).max().orElseThrow())
                .result(Layer.ALLOCATION, met ? Verdict.PASS : Verdict.FAIL, 0, reason);
    }

    /**
     * The contract that an operation allocates no more than so many bytes: kept if one fork at least keeps it, with the same
     * tolerances as in {@link #compare}.
     *
     * @param forks the row's forks, at least one
     * @param bytes the contract, in bytes per operation
     * @return the verdict; the excess is in bytes per operation over the contract
     */
    public LayerResult bytes(final List<AllocationFork> forks, final double bytes) {
        final double least = Figures.min(rates(forks));
        final boolean met = !isMore(least - bytes, forks);
        return new Figures()
                .with("bytesPerOperation", least)
                .with("constantBytes", constantBytes)
                .excess(Math.max(0, least - bytes))
                .result(
                        Layer.ALLOCATION,
                        met ? Verdict.PASS : Verdict.FAIL,
                        bytes,
                        String.format(
                                Locale.ROOT,
                                met
                                        ? "allocates %.2f bytes per operation, %.2f are allowed"
                                        : "allocates %.2f bytes per operation in every fork, only %.2f are allowed",
                                least,
                                bytes));
    }

    /**
     * Two jars. It fails if every fork of the head allocates more per operation than every fork of the base, by more than
     * {@link #RATE_TOLERANCE_BYTES} and, over an iteration, {@link #ZERO_TOLERANCE_BYTES}, or if the base allocates nothing in the
     * sense of {@link #zero} and every fork of the head does, by more than that over an iteration.
     *
     * @param base the base's forks, at least one
     * @param head the head's forks, at least one
     * @return the verdict; the excess is in bytes per operation
     */
    public LayerResult compare(final List<AllocationFork> base, final List<AllocationFork> head) {
        final double was = Figures.max(rates(base));
        final double is = Figures.min(rates(head));
        final boolean begins = allocatesNothing(base) && least(head) - most(base) > ZERO_TOLERANCE_BYTES;
        final boolean more = isMore(is - was, head);
        final boolean less = isMore(Figures.min(rates(base)) - Figures.max(rates(head)), base);
        final Verdict verdict = more || begins ? Verdict.FAIL : less ? Verdict.IMPROVED : Verdict.PASS;
        final String reason;
        if (begins) {
            reason = "begins to allocate: %.4g bytes per operation, %.4g in the base";
        } else if (more) {
            reason = "allocates %.4g bytes per operation in every fork, the base at most %.4g";
        } else if (less) {
            reason = "allocates less: %.4g bytes per operation, %.4g in the base";
        } else {
            reason = "allocates as before: %.4g bytes per operation, %.4g in the base";
        }
        // A waiver must bound the worst.
        final double worst = Figures.max(rates(head));
        return new Figures()
                .with("baseBytesPerOperation", was)
                .with("headBytesPerOperation", begins ? worst : is)
                .with("constantBytes", constantBytes)
                .excess(Math.max(0, begins ? worst : is - was))
                .result(
                        Layer.ALLOCATION,
                        verdict,
                        RATE_TOLERANCE_BYTES,
                        String.format(Locale.ROOT, reason, begins ? worst : is, was));
    }

    /** Bytes per operation of each fork, in the same order: the median of its iterations without JMH's own bytes, never negative. */
    private List<Double> rates(final List<AllocationFork> forks) {
        return forks.stream().map(this::rate).toList();
    }

    // What a slow row's few operations seem to allocate is mostly the variation of JMH's own bytes.
    private static boolean isMore(final double bytesPerOperation, final List<AllocationFork> forks) {
        final double operations = forks.stream()
                .mapToDouble(fork -> Figures.median(fork.settled(), AllocationSample::operations))
                .min()
                .orElseThrow();
        return bytesPerOperation > RATE_TOLERANCE_BYTES && bytesPerOperation * operations > ZERO_TOLERANCE_BYTES;
    }

    private boolean allocatesNothing(final List<AllocationFork> forks) {
        return forks.stream().anyMatch(fork -> fork.settled().stream().allMatch(this::isNothing))
                && forks.stream().allMatch(this::isClean);
    }

    private boolean isClean(final AllocationFork fork) {
        return medianExcess(fork) <= ZERO_TOLERANCE_BYTES && fork.collections() == 0;
    }

    private double least(final List<AllocationFork> forks) {
        return forks.stream().mapToDouble(this::medianExcess).min().orElseThrow();
    }

    private double most(final List<AllocationFork> forks) {
        return forks.stream().mapToDouble(this::medianExcess).max().orElseThrow();
    }

    private boolean isNothing(final AllocationSample sample) {
        return sample.bytes() - constantBytes <= ZERO_TOLERANCE_BYTES;
    }

    private double medianExcess(final AllocationFork fork) {
        return Figures.median(fork.settled(), AllocationSample::bytes) - constantBytes;
    }

    private double rate(final AllocationFork fork) {
        return Math.max(
                0, Figures.median(fork.settled(), sample -> (sample.bytes() - constantBytes) / sample.operations()));
    }
}
