package io.vfiotce.tools.replay;

import io.vfiotce.telemetry.Layer;
import io.vfiotce.tools.Progress;
import io.vfiotce.tools.handler.Handlers;
import io.vfiotce.tools.trace.Trace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Replays one recording on both paths and compares them. */
public final class Replay {
    private static final long MAX_TIMING_NS = 1_500_000_000L;

    private final String name;
    private final Trace trace;
    private final ReplayOptions options;
    private Path snapshot;
    private final Handlers handlers;

    /**
     * Prepares a replay.
     *
     * @param name what to call the recording
     * @param trace the recording
     * @param options how to replay it
     * @param handlers where the userspace handlers run
     */
    public Replay(final String name, final Trace trace, final ReplayOptions options, final Handlers handlers) {
        this.name = name;
        this.trace = trace;
        this.options = options;
        this.handlers = handlers;
    }

    /**
     * Also saves the tables that the fast path ends with.
     *
     * @param file the snapshot's file; null for none
     * @return this
     */
    public Replay snapshot(final Path file) {
        snapshot = file;
        return this;
    }

    /**
     * Replays: one verified round of each path, then timed rounds, then the final tables.
     *
     * @return what it showed
     */
    public ReplayResult run() {
        final ReplayPlan plan = new ReplayPlan(trace, options);
        final int fastRounds = options.fastRounds(plan.calls());
        final int slowRounds = options.slowRounds(plan.calls());
        try (Progress progress = Progress.forTerminal(name, fastRounds + slowRounds + 2L);
                PathRun fast = new PathRun(plan, options, handlers, false);
                PathRun slow = new PathRun(plan, options, handlers, true)) {
            fast.verify();
            progress.step(1);
            slow.verify();
            progress.step(2);
            final double fastNs = median(fast, fastRounds, progress, 2);
            final double slowNs = median(slow, slowRounds, progress, 2 + fastRounds);
            return judge(plan, fastRounds, fast, slow, fastNs, slowNs);
        }
    }

    /** Median over the timed rounds; rounds that nobody asked for end when their time is up. */
    private double median(final PathRun path, final int rounds, final Progress progress, final int done) {
        final long start = System.nanoTime();
        final List<Double> ns = new ArrayList<>();
        while (ns.size() < rounds
                && (options.rounds() > 0
                        || ns.size() < ReplayOptions.MIN_ROUNDS
                        || System.nanoTime() - start < MAX_TIMING_NS)) {
            ns.add(path.time());
            progress.step(done + ns.size());
        }
        Collections.sort(ns);
        return ns.get(ns.size() / 2);
    }

    private ReplayResult judge(
            final ReplayPlan plan,
            final int rounds,
            final PathRun fast,
            final PathRun slow,
            final double fastNs,
            final double slowNs) {
        if (snapshot != null) {
            fast.save(snapshot);
        }
        fast.checkHardware();
        slow.checkHardware();
        final Mismatches states = new Mismatches();
        final long entries = TableComparison.compare(fast.tables(), slow.tables(), states);
        final HardwareResult hardware = HardwareComparison.compare(fast, slow, states);
        final List<String> failures = new ArrayList<>(ReplayResult.join(fast.mismatches(), slow.mismatches()));
        failures.addAll(states.first());
        final long mismatches = fast.mismatches().count() + slow.mismatches().count() + states.count();
        final DeviceResult devices = DeviceResult.sum(fast.devices(), slow.devices());
        final ReplayResult.Path fastPath = new ReplayResult.Path(ended(fast), fastNs);
        final ReplayResult.Path slowPath = new ReplayResult.Path(ended(slow), slowNs);
        checkLayers(fastPath, slowPath, fast, slow, failures);
        ReplayResult.prefixed("fast path: ", fast.passThrough().refusals()).forEach(failures::add);
        ReplayResult.prefixed("slow path: ", slow.passThrough().refusals()).forEach(failures::add);
        ReplayResult.prefixed("fast path: ", fast.tearDown()).forEach(failures::add);
        ReplayResult.prefixed("slow path: ", slow.tearDown()).forEach(failures::add);
        return new ReplayResult(
                name,
                trace,
                options.vcpus(),
                rounds,
                fastPath,
                slowPath,
                fast.comparedTranslations() + slow.comparedTranslations(),
                devices,
                entries,
                hardware,
                plan.forcedCalls(),
                plan.skippedCalls(),
                fast.firmwareCalls() + slow.firmwareCalls(),
                failures,
                mismatches);
    }

    private void checkLayers(
            final ReplayResult.Path fast,
            final ReplayResult.Path slow,
            final PathRun fastRun,
            final PathRun slowRun,
            final List<String> failures) {
        final double realPercent = 100.0 * fast.ended().get(Layer.REAL) / Math.max(1, fast.calls());
        if (fast.calls() > 0 && realPercent < options.minRealPercent()) {
            failures.add(String.format(
                    Locale.ROOT,
                    "the fast path ended %.2f%% of its calls in real mode, less than the %.2f%% of --min-real"
                            + " (a guest with more memory than --ram says is one reason)",
                    realPercent,
                    options.minRealPercent()));
        }
        if (slow.ended().get(Layer.USERSPACE) != slow.calls()) {
            failures.add("the slow path ended " + (slow.calls() - slow.ended().get(Layer.USERSPACE))
                    + " calls before the handler");
        }
        final long failedCalls = fastRun.handlerFailures() + slowRun.handlerFailures();
        if (failedCalls != 0) {
            failures.add("the handler ended " + failedCalls + " calls by throwing");
        }
        if (slow.calls() > 0 && !slowRun.wasHandlerUsed() || !slowRun.isHandlerApart()) {
            failures.add("the slow path's handler did not run on a thread or in a process of its own");
        }
    }

    private static Map<Layer, Long> ended(final PathRun path) {
        final Map<Layer, Long> ended = new EnumMap<>(Layer.class);
        for (final Layer layer : Layer.values()) {
            ended.put(layer, path.ended(layer));
        }
        return ended;
    }
}
