package io.vfiotce.tools.gate.config;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.gate.report.LayerResult;
import io.vfiotce.tools.gate.report.RowResult;
import io.vfiotce.tools.gate.report.Verdict;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The reviewed exceptions of the configuration. One that is out of date, or that nothing needs, is an error: exceptions do
 * not outlive their reason.
 *
 * <p>A ceiling is compared with the figure {@link #EXCESS} of a layer's result, or with its effect where that is absent:
 * bytes per operation for allocation, the ratio for ratios, a share for all others.
 *
 * @param rows waivers of rows
 * @param bases waivers of commits that cannot be built
 */
public record Waivers(List<Waiver> rows, List<BaseWaiver> bases) {
    /** Name of the figure that a ceiling bounds. */
    public static final String EXCESS = "excess";

    /** Verdicts by which a layer says that it needs no waiver. */
    private static final Set<Verdict> NEEDS_NONE = Set.of(Verdict.PASS, Verdict.IMPROVED, Verdict.NEW);

    static Waivers read(final ConfigObject root) {
        final Set<Object> seen = new HashSet<>();
        final List<Waiver> rows = new ArrayList<>();
        for (final ConfigObject block : root.objects("waivers")) {
            final Waiver waiver = Waiver.read(block);
            Waiver.refuseTwice(seen, name(waiver), block);
            rows.add(waiver);
        }
        final List<BaseWaiver> bases = new ArrayList<>();
        for (final ConfigObject block : root.objects("baseWaivers")) {
            final BaseWaiver waiver = BaseWaiver.read(block);
            Waiver.refuseTwice(seen, waiver.commit(), block);
            bases.add(waiver);
        }
        return new Waivers(List.copyOf(rows), List.copyOf(bases));
    }

    /**
     * Refuses waivers that are out of date. To be called before anything is measured.
     *
     * @param today the date
     * @throws BadInputException naming the first that is
     */
    public void requireCurrent(final LocalDate today) {
        rows.forEach(waiver -> requireCurrent(name(waiver), waiver.expires(), today));
        bases.forEach(waiver -> requireCurrent("commit " + waiver.commit(), waiver.expires(), today));
    }

    private static void requireCurrent(final String name, final LocalDate expires, final LocalDate today) {
        if (today.isAfter(expires)) {
            throw new BadInputException("the waiver of " + name + " expired on " + expires);
        }
    }

    /**
     * The waiver of a base that did not build.
     *
     * @param commit full hash of the base
     * @return the waiver, if one names this commit
     */
    public Optional<BaseWaiver> ofBase(final String commit) {
        return bases.stream().filter(waiver -> waiver.commit().equals(commit)).findFirst();
    }

    /**
     * Applies the waivers. A FAIL within its ceiling, and what may be MISSING, become WARN; all else stays. A waiver is not needed
     * if its layer passes, or if neither jar has its row; where the layer said nothing, or nothing definite, in this run
     * the waiver is left alone.
     *
     * @param results what the layers say
     * @param known keys of all rows that either jar has, whether they took part or not
     * @return the rows, and what is wrong with the waivers
     */
    public WaivedRows apply(final List<RowResult> results, final Set<String> known) {
        final List<String> problems = new ArrayList<>();
        for (final Waiver waiver : rows) {
            if (!known.contains(waiver.row())) {
                problems.add("the waiver of " + name(waiver) + " names a row that neither jar has");
            } else if (results.stream().anyMatch(result -> isNeedless(waiver, result))) {
                problems.add("the waiver of " + name(waiver) + " is not needed any more");
            }
        }
        return new WaivedRows(results.stream().map(this::waived).toList(), List.copyOf(problems));
    }

    private static boolean isNeedless(final Waiver waiver, final RowResult result) {
        return result.row().equals(waiver.row())
                && result.layers().stream()
                        .anyMatch(layer -> layer.layer() == waiver.layer() && NEEDS_NONE.contains(layer.verdict()));
    }

    private RowResult waived(final RowResult result) {
        return new RowResult(
                result.row(),
                result.unit(),
                result.control(),
                result.layers().stream()
                        .map(layer -> waived(result.row(), layer))
                        .toList());
    }

    private LayerResult waived(final String row, final LayerResult result) {
        return rows.stream()
                .filter(waiver -> waiver.row().equals(row) && waiver.layer() == result.layer())
                .findFirst()
                .map(waiver -> waived(waiver, result))
                .orElse(result);
    }

    private static LayerResult waived(final Waiver waiver, final LayerResult result) {
        final boolean missing = result.verdict() == Verdict.MISSING && waiver.coversMissing();
        if (!missing && result.verdict() != Verdict.FAIL) {
            return result;
        }
        if (missing || excess(result) <= waiver.ceiling()) {
            return with(result, Verdict.WARN, said(waiver) + "; without: " + result.reason());
        }
        final String but = waiver.coversMissing() ? "; missing, not that, is " : "; above the ceiling of what is ";
        return with(result, result.verdict(), result.reason() + but + said(waiver));
    }

    private static String said(final Waiver waiver) {
        return String.format(
                Locale.ROOT, "waived until %s by %s (%s)", waiver.expires(), waiver.owner(), waiver.reason());
    }

    /**
     * What a result exceeds.
     *
     * @param result a result that fails
     * @return what a ceiling bounds; NaN, which no ceiling covers, if the result does not say
     */
    public static double excess(final LayerResult result) {
        final Double excess = result.figures().get(EXCESS);
        if (excess != null) {
            return excess;
        }
        return result.interval() == null ? Double.NaN : result.interval().effect();
    }

    private static LayerResult with(final LayerResult result, final Verdict verdict, final String reason) {
        return new LayerResult(
                result.layer(), verdict, reason, result.interval(), result.limit(), result.figures(), result.pairs());
    }

    private static String name(final Waiver waiver) {
        return waiver.row() + " in layer " + ConfigObject.word(waiver.layer());
    }
}
