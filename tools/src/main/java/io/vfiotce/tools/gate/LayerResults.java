package io.vfiotce.tools.gate;

import io.vfiotce.tools.gate.config.Waivers;
import io.vfiotce.tools.gate.layer.CodeShapeRule;
import io.vfiotce.tools.gate.report.Layer;
import io.vfiotce.tools.gate.report.LayerResult;
import io.vfiotce.tools.gate.report.Verdict;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Results of layers that no rule gives. */
final class LayerResults {
    private static final Set<Verdict> PASSES = Set.of(Verdict.PASS, Verdict.IMPROVED, Verdict.NEW);

    /** Figures that tell what may be done about a verdict, and so nothing about another. */
    private static final Set<String> OF_THE_VERDICT = Set.of(Waivers.EXCESS, CodeShapeRule.TIME_DECIDES);

    private LayerResults() {}

    /** A result without figures. */
    static LayerResult plain(final Layer layer, final Verdict verdict, final String reason) {
        return new LayerResult(layer, verdict, reason, null, 0, Map.of(), List.of());
    }

    /** The same figures with another verdict. */
    static LayerResult with(final LayerResult result, final Verdict verdict, final String reason) {
        return new LayerResult(
                result.layer(), verdict, reason, result.interval(), result.limit(), result.figures(), result.pairs());
    }

    /**
     * What a layer says of which forks failed and were run once more: it does not pass without a word, for a jar that crashes now
     * and then is no better than one that is slower.
     */
    static LayerResult retried(final LayerResult result, final List<String> failures) {
        if (failures.isEmpty() || result.verdict() == Verdict.MISSING) {
            return result;
        }
        return with(
                result,
                PASSES.contains(result.verdict()) ? Verdict.WARN : result.verdict(),
                String.format(
                        Locale.ROOT,
                        "%s; forks that failed and were run once more: %d, the first: %s",
                        result.reason(),
                        failures.size(),
                        failures.get(0)));
    }

    /**
     * What a layer says whose head is compared with the base and held to a contract: the graver of both, the contract if they
     * are equally grave, for it is the one that says what must be. Where neither passes both are told, and a waiver has to
     * cover the larger excess.
     */
    static LayerResult joined(final LayerResult contract, final LayerResult compared) {
        final boolean byContract = contract.verdict().compareTo(compared.verdict()) >= 0;
        final LayerResult graver = byContract ? contract : compared;
        final LayerResult other = byContract ? compared : contract;
        if (PASSES.contains(other.verdict())) {
            return graver;
        }
        final Map<String, Double> figures = new LinkedHashMap<>(graver.figures());
        other.figures().forEach((name, figure) -> {
            if (!OF_THE_VERDICT.contains(name)) {
                figures.putIfAbsent(name, figure);
            }
        });
        if (other.verdict() == Verdict.FAIL) {
            figures.put(Waivers.EXCESS, Math.max(Waivers.excess(graver), Waivers.excess(other)));
        }
        return new LayerResult(
                graver.layer(),
                graver.verdict(),
                "by the contract, " + contract.verdict() + ": " + contract.reason() + "; against the base, "
                        + compared.verdict() + ": " + compared.reason(),
                graver.interval(),
                graver.limit(),
                figures,
                graver.pairs());
    }
}
