package io.vfiotce.tools.gate.probe;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.lang.management.CompilationMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;
import org.openjdk.jmh.runner.IterationType;

/**
 * JMH profiler that says per measured iteration how much processor time the workers used and what disturbed them.
 *
 * <p>It reads its figures before and after an iteration, never during one, and allocates a few kilobytes then. It must stay
 * one class file without nested classes: that is what {@code ProbeJar} carries. A figure that the system does not give is
 * NaN.
 *
 * @source /proc/pid/schedstat: Documentation/scheduler/sched-stats.rst; /proc/stat: proc(5)
 */
public final class IterationProbe implements InternalProfiler {
    private static final String WORKER = "-jmh-worker-";
    private static final File TASKS = new File("/proc/self/task");
    private static final String STAT = "/proc/stat";
    private static final int STEAL_FIELD = 7;
    private static final int STAT_FIELDS = 8;
    private static final double NS_PER_MS = 1e6;

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final List<GarbageCollectorMXBean> collectors = ManagementFactory.getGarbageCollectorMXBeans();
    private final CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
    private final byte[] bytes = new byte[256];
    private final double[] stat = new double[STAT_FIELDS];
    private Thread[] all = new Thread[256];

    private double wallNs;
    private double clockMs;
    private double cpuNs;
    private double delayNs;
    private double stealTicks;
    private double totalTicks;
    private double jitMs;
    private double collections;

    @Override
    public String getDescription() {
        return "CPU time of the workers, and what disturbed them";
    }

    @Override
    public void beforeIteration(final BenchmarkParams benchmark, final IterationParams iteration) {
        sample();
    }

    @Override
    public Collection<? extends Result<?>> afterIteration(
            final BenchmarkParams benchmark, final IterationParams iteration, final IterationResult result) {
        if (iteration.getType() != IterationType.MEASUREMENT) {
            return List.of();
        }
        final double wallBeforeNs = wallNs;
        final double clockBeforeMs = clockMs;
        final double cpuBeforeNs = cpuNs;
        final double delayBeforeNs = delayNs;
        final double stealBefore = stealTicks;
        final double totalBefore = totalTicks;
        final double jitBeforeMs = jitMs;
        final double collectionsBefore = collections;
        sample();
        final double tookNs = wallNs - wallBeforeNs;
        final double usedNs = cpuNs - cpuBeforeNs;
        return List.of(
                // All operations, for the workers spend time on those before and after the measured part too.
                scalar("tce.cpu", usedNs / result.getMetadata().getAllOps(), "ns/op"),
                scalar("tce.busy", usedNs / tookNs / benchmark.getThreads(), "share"),
                scalar("tce.runDelay", Math.max(0, delayNs - delayBeforeNs) / tookNs, "share"),
                scalar("tce.steal", share(stealTicks - stealBefore, totalTicks - totalBefore), "share"),
                scalar("tce.jit", (jitMs - jitBeforeMs) * NS_PER_MS / tookNs, "share"),
                scalar("tce.gc", collections - collectionsBefore, "counts"),
                scalar("tce.clock", Math.abs(clockMs - clockBeforeMs - tookNs / NS_PER_MS), "ms"),
                scalar("tce.from", clockBeforeMs, "ms"),
                scalar("tce.to", clockMs, "ms"));
    }

    private static Result<?> scalar(final String name, final double value, final String unit) {
        return new ScalarResult(name, value, unit, AggregationPolicy.AVG);
    }

    private static double share(final double part, final double whole) {
        return whole > 0 ? Math.max(0, part) / whole : 0;
    }

    private void sample() {
        wallNs = System.nanoTime();
        clockMs = System.currentTimeMillis();
        cpuNs = workersNs();
        delayNs = runDelayNs();
        readStat();
        jitMs = compiler == null ? Double.NaN : compiler.getTotalCompilationTime();
        collections = 0;
        for (final GarbageCollectorMXBean collector : collectors) {
            collections += collector.getCollectionCount();
        }
    }

    /** CPU time of all workers; 0 before they are made, and if there are none, as with virtual threads. */
    private double workersNs() {
        ThreadGroup root = Thread.currentThread().getThreadGroup();
        while (root.getParent() != null) {
            root = root.getParent();
        }
        int count = root.enumerate(all);
        while (count == all.length) {
            all = new Thread[2 * all.length];
            count = root.enumerate(all);
        }
        double sumNs = 0;
        for (int i = 0; i < count; i++) {
            if (all[i].getName().contains(WORKER)) {
                sumNs += Math.max(0, threads.getThreadCpuTime(all[i].getId()));
            }
        }
        return sumNs;
    }

    /** Time in which threads of this JVM were ready to run and had no processor. */
    private double runDelayNs() {
        final String[] tasks = TASKS.list();
        if (tasks == null) {
            return Double.NaN;
        }
        double sumNs = 0;
        for (final String task : tasks) {
            // The second of three numbers; a thread that has just ended counts nothing.
            if (numbers(TASKS + "/" + task + "/schedstat", 2)) {
                sumNs += stat[1];
            }
        }
        return sumNs;
    }

    private void readStat() {
        stealTicks = Double.NaN;
        totalTicks = Double.NaN;
        if (numbers(STAT, STAT_FIELDS)) {
            stealTicks = stat[STEAL_FIELD];
            totalTicks = 0;
            for (final double ticks : stat) {
                totalTicks += ticks;
            }
        }
    }

    /** Reads the first numbers of a file into {@link #stat}. */
    private boolean numbers(final String file, final int wanted) {
        final int length;
        try (FileInputStream in = new FileInputStream(file)) {
            length = in.read(bytes);
        } catch (final IOException e) {
            return false;
        }
        int found = 0;
        boolean inNumber = false;
        for (int i = 0; i < length && (found < wanted || inNumber); i++) {
            final boolean digit = bytes[i] >= '0' && bytes[i] <= '9';
            if (digit && !inNumber) {
                stat[found++] = 0;
            }
            if (digit) {
                stat[found - 1] = stat[found - 1] * 10 + bytes[i] - '0';
            }
            inNumber = digit;
        }
        return found == wanted;
    }
}
