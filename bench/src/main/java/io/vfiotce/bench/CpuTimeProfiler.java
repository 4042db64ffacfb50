package io.vfiotce.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
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

/** CPU time of the worker threads per operation: time in which somebody else had the processor is not ours. */
public final class CpuTimeProfiler implements InternalProfiler {
    /** Name of the secondary result. */
    static final String LABEL = "cpu";

    private static final String WORKER = "-jmh-worker-";

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private long startNs;

    @Override
    public String getDescription() {
        return "CPU time of the worker threads";
    }

    @Override
    public void beforeIteration(final BenchmarkParams benchmark, final IterationParams iteration) {
        startNs = workersNs();
    }

    @Override
    public Collection<? extends Result<?>> afterIteration(
            final BenchmarkParams benchmark, final IterationParams iteration, final IterationResult result) {
        // All operations, for the workers spend time on those before and after the measured part too.
        final double ns =
                (double) (workersNs() - startNs) / result.getMetadata().getAllOps();
        return List.of(new ScalarResult(LABEL, ns, "ns/op", AggregationPolicy.AVG));
    }

    private long workersNs() {
        long sumNs = 0;
        for (final ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (thread != null && thread.getThreadName().contains(WORKER)) {
                sumNs += Math.max(0, threads.getThreadCpuTime(thread.getThreadId()));
            }
        }
        return sumNs;
    }
}
