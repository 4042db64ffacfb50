package io.vfiotce.tools.replay;

import io.vfiotce.telemetry.Layer;
import io.vfiotce.tools.trace.Trace;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What replaying one recording showed.
 *
 * @param name the recording
 * @param trace its records
 * @param vcpus replaying vCPU threads
 * @param rounds timed rounds of the fast path
 * @param fast the fast path: real mode first
 * @param slow the slow path: every call to the handler
 * @param translations translations compared on both paths together
 * @param devices what devices did with the recorded translations on both paths together
 * @param comparedEntries table entries compared at the end
 * @param hardware what was compared behind VFIO
 * @param forcedCalls calls of one round that the handler answers on both paths, because the layers differ there
 * @param skippedCalls calls of one round of which too little was recorded
 * @param firmwareCalls H_RTAS calls of all rounds on both paths, by which the guest made and removed windows
 * @param failures what differed or was not as it must be, the first few in words
 * @param mismatches how many differed
 */
public record ReplayResult(
        String name,
        Trace trace,
        int vcpus,
        int rounds,
        Path fast,
        Path slow,
        long translations,
        DeviceResult devices,
        long comparedEntries,
        HardwareResult hardware,
        long forcedCalls,
        long skippedCalls,
        long firmwareCalls,
        List<String> failures,
        long mismatches) {
    /**
     * One path.
     *
     * @param ended calls that ended in each layer, of all rounds
     * @param nsPerHcall nanoseconds per call, median over the timed rounds
     */
    public record Path(Map<Layer, Long> ended, double nsPerHcall) {
        /**
         * Adds up paths; the speed is weighted by calls.
         *
         * @param paths at least one
         * @return the sum
         */
        static Path sum(final List<Path> paths) {
            final Map<Layer, Long> ended = new EnumMap<>(Layer.class);
            double ns = 0;
            long calls = 0;
            for (final Path path : paths) {
                path.ended().forEach((layer, count) -> ended.merge(layer, count, Long::sum));
                ns += path.nsPerHcall() * path.calls();
                calls += path.calls();
            }
            return new Path(ended, ns / Math.max(1, calls));
        }

        /** {@return calls that ended in all layers} */
        public long calls() {
            return ended.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /** {@return whether nothing differed and every rule held} */
    public boolean isOk() {
        return failures.isEmpty();
    }

    /** {@return how many times slower the slow path is} */
    public double slowOverFast() {
        return over(slow, fast);
    }

    /** How many times slower one path is than another; 0 if there was nothing to time. */
    static double over(final Path slower, final Path faster) {
        return faster.nsPerHcall() > 0 ? slower.nsPerHcall() / faster.nsPerHcall() : 0;
    }

    static List<String> join(final Mismatches a, final Mismatches b) {
        final List<String> all = new ArrayList<>();
        prefixed("fast path: ", a.first()).forEach(all::add);
        prefixed("slow path: ", b.first()).forEach(all::add);
        return all;
    }

    static Stream<String> prefixed(final String path, final Collection<String> what) {
        return what.stream().map(path::concat);
    }
}
