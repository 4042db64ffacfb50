package io.vfiotce.tools.gate.layer;

import io.vfiotce.tools.gate.config.MethodContract;
import io.vfiotce.tools.gate.report.Layer;
import io.vfiotce.tools.gate.report.LayerResult;
import io.vfiotce.tools.gate.report.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Judges compiled code. The compiler is nearly repeatable but not quite, so something counts only if every fork of the head
 * shows it against every fork of the base. One fork of each will do unless they differ; then measure more of each, up to
 * {@link #REPEATS}, and judge all of them.
 */
public final class CodeShapeRule {
    /**
     * Forks of each jar if they differ. Whether a call is inlined hangs on what was counted when C2 came to it, and may fall either
     * way: three forks of one jar would then stand against three of the other in one run of 64, seven in one of 16,384.
     */
    public static final int REPEATS = 7;

    /**
     * Largest change of the size of machine code, in either direction, that is no finding; and of what is inlined the largest
     * loss, if the compiler refuses nothing that it did not refuse before.
     */
    public static final double SIZE_TOLERANCE = 0.10;

    /** Figure of a FAIL that is only a warning where the row's time passes. */
    public static final String TIME_DECIDES = "timeDecides";

    /** Reasons of the compiler that speak of calls which are not or hardly made. */
    private static final Pattern SELDOM = Pattern.compile(
            ": (never executed|call site not reached|low call site frequency|executed < |exception method)");

    /**
     * What is found about one method.
     *
     * @param text what it is
     * @param excess how far it is beyond what is allowed, as a share; infinite if no share tells
     * @param weight what it proves
     */
    private record Finding(String text, double excess, Weight weight) {
        Finding(final String text, final double excess) {
            this(text, excess, Weight.LOSS);
        }
    }

    private enum Weight {
        /** Another size, which code that is written anew has and which need not be slower. */
        SIZE,
        /** Less code without something that was inlined: a virtual call of it, or it is not needed any more. */
        LESS,
        /** The compiler does not do what it did. */
        LOSS
    }

    private static final String NO_LOOP = "C2 did not compile the loop that JMH makes around the benchmark ";
    private static final String ADVICE =
            "; warm up longer, or leave the layer code-shape out for a row that is so slow";

    private CodeShapeRule() {}

    /**
     * Compares two jars.
     *
     * @param base the base's forks, at least one
     * @param head the head's forks, at least one
     * @param sizeBlocks whether another size alone is a FAIL
     * @return FAIL if a watched method has less inlined into it because the compiler refuses what it did not refuse in the base,
     *     or by more than {@link #SIZE_TOLERANCE} with a method that was inlined and is no more, of which the row's time then
     *     decides ({@link #TIME_DECIDES}); is itself inlined no more, or is
     *     compiled with failures, deoptimised or not compiled as in the base it was not; WARN, or FAIL if sizes block, if its code,
     *     or what is inlined into it, only changed its size by more than {@link #SIZE_TOLERANCE}, or if no recording of either jar
     *     has JMH's loop; MISSING if none of one jar has it, or too few of both to believe a FAIL; else PASS
     */
    public static LayerResult compare(
            final List<ForkShape> base, final List<ForkShape> head, final boolean sizeBlocks) {
        final List<ForkShape> bases = withLoop(base);
        final List<ForkShape> heads = withLoop(head);
        if (bases.isEmpty() && heads.isEmpty()) {
            return new Figures()
                    .result(Layer.CODE_SHAPE, Verdict.WARN, SIZE_TOLERANCE, NO_LOOP + "in neither jar" + ADVICE);
        }
        if (bases.isEmpty() || heads.isEmpty()) {
            return missing();
        }
        final LayerResult result = compared(bases, heads, sizeBlocks);
        final boolean isHalf = 2 * Math.min(bases.size(), heads.size()) > base.size();
        return result.verdict() != Verdict.FAIL || isHalf ? result : missing();
    }

    private static LayerResult compared(
            final List<ForkShape> base, final List<ForkShape> head, final boolean sizeBlocks) {
        final List<Finding> findings = new ArrayList<>();
        final Figures figures = new Figures();
        for (final String name : names(base, head)) {
            final List<MethodShape> was = shapes(base, name);
            final List<MethodShape> is = shapes(head, name);
            compareReached(name, base, head, findings);
            if (!was.isEmpty() && !is.isEmpty()) {
                compareMethod(name, was, is, findings);
                figures.with("baseCodeBytes " + name, most(was, MethodShape::codeBytes))
                        .with("headCodeBytes " + name, most(is, MethodShape::codeBytes))
                        .with("baseInlinedBytes " + name, most(was, MethodShape::inlinedBytes))
                        .with("headInlinedBytes " + name, most(is, MethodShape::inlinedBytes));
            }
        }
        return result(figures, findings, sizeBlocks, "the compiled code has kept its shape");
    }

    /**
     * Judges one jar by itself: every required method is optimised, without failure and deoptimisation, and within its bounds.
     *
     * @param head the forks, at least one
     * @param contracts the contracts that hold in this row
     * @return FAIL if all forks break one; MISSING if no recording has JMH's loop; else PASS
     */
    public static LayerResult check(final List<ForkShape> head, final List<MethodContract> contracts) {
        final List<ForkShape> heads = withLoop(head);
        return heads.isEmpty() ? missing() : checked(heads, contracts);
    }

    private static LayerResult checked(final List<ForkShape> head, final List<MethodContract> contracts) {
        final List<Finding> findings = new ArrayList<>();
        final Figures figures = new Figures();
        for (final String name : new TreeSet<>(head.get(0).required())) {
            final List<MethodShape> is = shapes(head, name);
            if (!isOptimised(head, name)) {
                findings.add(new Finding(name + " is not compiled by C2", Double.POSITIVE_INFINITY));
            }
            compareCount(name, "failed compilations", List.of(), is, MethodShape::failures, findings);
            compareCount(name, "deoptimisations", List.of(), is, MethodShape::deoptimizations, findings);
            figures.with("codeBytes " + name, least(is, MethodShape::codeBytes))
                    .with("inlinedBytes " + name, most(is, MethodShape::inlinedBytes));
        }
        for (final MethodContract contract : contracts) {
            bounds(contract, shapes(head, contract.method()), findings);
        }
        return result(figures, findings, true, "the compiled code is as the contracts want it");
    }

    private static void bounds(
            final MethodContract contract, final List<MethodShape> is, final List<Finding> findings) {
        final double code = least(is, MethodShape::codeBytes);
        contract.maxCodeBytes().ifPresent(max -> {
            if (code > max) {
                findings.add(new Finding(
                        text("%s has %.0f bytes of code, %d are allowed", contract.method(), code, max),
                        code / max - 1));
            }
        });
        final double inlined = most(is, MethodShape::inlinedBytes);
        contract.minInlinedBytes().ifPresent(min -> {
            if (inlined < min) {
                findings.add(new Finding(
                        text("%s has %.0f bytes inlined, %d are wanted", contract.method(), inlined, min),
                        1 - inlined / min));
            }
        });
    }

    private static void compareReached(
            final String name, final List<ForkShape> base, final List<ForkShape> head, final List<Finding> findings) {
        if (isRequired(head, name) && !isOptimised(head, name)) {
            findings.add(new Finding(
                    name + " is not compiled by C2" + (isOptimised(base, name) ? ", in the base it is" : ""),
                    Double.POSITIVE_INFINITY));
        }
    }

    private static boolean isOptimised(final List<ForkShape> forks, final String name) {
        return forks.stream()
                .map(fork -> fork.methods().get(name))
                .anyMatch(shape -> shape != null && shape.isOptimised());
    }

    private static void compareMethod(
            final String name, final List<MethodShape> was, final List<MethodShape> is, final List<Finding> findings) {
        // A method that has no code of its own in some fork is told by whether it is optimised.
        if (least(was, MethodShape::codeBytes) > 0 && least(is, MethodShape::codeBytes) > 0) {
            compareCode(name, was, is, findings);
        }
        if (was.stream().allMatch(MethodShape::inlined) && is.stream().noneMatch(MethodShape::inlined)) {
            findings.add(new Finding(name + " is not inlined any more", 1));
        }
        compareCount(name, "failed compilations", was, is, MethodShape::failures, findings);
        compareCount(name, "deoptimisations", was, is, MethodShape::deoptimizations, findings);
    }

    private static void compareCode(
            final String name, final List<MethodShape> was, final List<MethodShape> is, final List<Finding> findings) {
        final List<String> lost = lost(was, is);
        final String noLonger = ", and it has no longer inlined " + String.join(", ", lost);
        final double leastCode = least(is, MethodShape::codeBytes);
        final double mostCode = most(is, MethodShape::codeBytes);
        final double mostBefore = most(was, MethodShape::codeBytes);
        final double leastBefore = least(was, MethodShape::codeBytes);
        if (leastCode > mostBefore * (1 + SIZE_TOLERANCE)) {
            final double grown = leastCode / mostBefore - 1;
            findings.add(new Finding(text("the code of %s grew by %.1f%%", name, grown * 100), grown, Weight.SIZE));
        } else if (mostCode < leastBefore * (1 - SIZE_TOLERANCE)) {
            final double shrunk = 1 - mostCode / leastBefore;
            findings.add(new Finding(
                    text("the code of %s shrank by %.1f%%", name, shrunk * 100) + (lost.isEmpty() ? "" : noLonger),
                    shrunk,
                    lost.isEmpty() ? Weight.SIZE : Weight.LESS));
        }
        final double before = least(was, MethodShape::inlinedBytes);
        final double now = most(is, MethodShape::inlinedBytes);
        final List<String> refused = refused(was, is);
        if (now < before && !refused.isEmpty() || now < before * (1 - SIZE_TOLERANCE)) {
            findings.add(new Finding(
                    text("%s has %.0f bytes inlined, %.0f in the base", name, now, before)
                            + (refused.isEmpty() ? "" : "; called instead: " + String.join(", ", refused)),
                    1 - now / before,
                    !refused.isEmpty() ? Weight.LOSS : lost.isEmpty() ? Weight.SIZE : Weight.LESS));
        }
    }

    private static void compareCount(
            final String name,
            final String what,
            final List<MethodShape> was,
            final List<MethodShape> is,
            final ToLongFunction<MethodShape> count,
            final List<Finding> findings) {
        if (least(is, count) > most(was, count)) {
            findings.add(new Finding(text("%s has %.0f %s", name, least(is, count), what), Double.POSITIVE_INFINITY));
        }
    }

    /**
     * Methods that every fork of the head calls, with the compiler's reason, where every fork of the base inlined all calls and the
     * head none; or that no fork of the base called, as one of several calls that were all inlined, or a method that was taken out
     * of another that was; unless they are called too seldom to matter.
     */
    private static List<String> refused(final List<MethodShape> was, final List<MethodShape> is) {
        return is.get(0).refuses().stream()
                .filter(refusal -> {
                    final String callee = callee(refusal);
                    final boolean isLost = was.stream()
                                    .allMatch(shape -> shape.inlines().contains(callee))
                            && is.stream().noneMatch(shape -> shape.inlines().contains(callee));
                    final boolean isNew =
                            !SELDOM.matcher(refusal).find() && was.stream().noneMatch(shape -> refuses(shape, callee));
                    return is.stream().allMatch(shape -> refuses(shape, callee)) && (isLost || isNew);
                })
                .toList();
    }

    /** Methods that every fork of the base inlined and none of the head: a virtual call is not even refused. */
    private static List<String> lost(final List<MethodShape> was, final List<MethodShape> is) {
        return was.get(0).inlines().stream()
                .filter(callee -> was.stream().allMatch(shape -> shape.inlines().contains(callee))
                        && is.stream().noneMatch(shape -> shape.inlines().contains(callee)))
                .toList();
    }

    private static boolean refuses(final MethodShape shape, final String callee) {
        return shape.refuses().stream().map(CodeShapeRule::callee).anyMatch(callee::equals);
    }

    private static String callee(final String refusal) {
        return refusal.substring(0, refusal.indexOf(": "));
    }

    private static LayerResult result(
            final Figures figures, final List<Finding> findings, final boolean sizeBlocks, final String kept) {
        final String reason =
                findings.isEmpty() ? kept : findings.stream().map(Finding::text).collect(Collectors.joining("; "));
        final double excess =
                findings.stream().mapToDouble(Finding::excess).max().orElse(0);
        if (Double.isFinite(excess)) {
            figures.excess(excess);
        }
        final Weight heaviest = findings.stream()
                .map(Finding::weight)
                .max(Comparator.naturalOrder())
                .orElse(Weight.SIZE);
        final Verdict worst = sizeBlocks || heaviest != Weight.SIZE ? Verdict.FAIL : Verdict.WARN;
        if (!sizeBlocks && heaviest == Weight.LESS) {
            figures.with(TIME_DECIDES, 1);
        }
        return figures.result(Layer.CODE_SHAPE, findings.isEmpty() ? Verdict.PASS : worst, SIZE_TOLERANCE, reason);
    }

    /** Where there was too little processor time for C2 to come to JMH's loop, a fork shows nothing. */
    private static List<ForkShape> withLoop(final List<ForkShape> forks) {
        return forks.stream()
                .filter(fork -> fork.methods().keySet().stream().anyMatch(WatchedMethods::isStub))
                .toList();
    }

    private static LayerResult missing() {
        return new Figures()
                .result(Layer.CODE_SHAPE, Verdict.MISSING, SIZE_TOLERANCE, NO_LOOP + "in too many forks" + ADVICE);
    }

    private static Set<String> names(final List<ForkShape> base, final List<ForkShape> head) {
        final Set<String> result = new TreeSet<>();
        base.forEach(fork -> result.addAll(fork.methods().keySet()));
        head.forEach(fork -> result.addAll(fork.methods().keySet()));
        return result;
    }

    private static boolean isRequired(final List<ForkShape> forks, final String name) {
        return forks.stream().anyMatch(fork -> fork.required().contains(name));
    }

    /** The method's shapes in the forks; empty unless all forks have it. */
    private static List<MethodShape> shapes(final List<ForkShape> forks, final String name) {
        final List<MethodShape> result = forks.stream()
                .filter(fork -> fork.methods().containsKey(name))
                .map(fork -> fork.methods().get(name))
                .toList();
        return result.size() == forks.size() ? result : List.of();
    }

    private static double least(final List<MethodShape> shapes, final ToLongFunction<MethodShape> figure) {
        return shapes.stream().mapToLong(figure).min().orElse(0);
    }

    private static double most(final List<MethodShape> shapes, final ToLongFunction<MethodShape> figure) {
        return shapes.stream().mapToLong(figure).max().orElse(0);
    }

    private static String text(final String format, final Object... args) {
        return String.format(Locale.ROOT, format, args);
    }
}
