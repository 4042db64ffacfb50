package io.vfiotce.tools.gate.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Watches a process, with all that it starts, and the host meanwhile: how long its threads waited for a processor, and what the
 * hypervisor took. It looks twice a second, which costs the process next to nothing.
 *
 * @source Documentation/scheduler/sched-stats.rst; proc(5)
 * @threads any
 */
public final class ProcessWatch implements AutoCloseable {
    private static final long PERIOD_MS = 500;
    private static final double NS_PER_MS = 1e6;

    /** The kernel counts steal in hundredths of a second: of less than this, they say nothing about shares. */
    private static final double LEAST_NS = 1e9;

    private final HostFiles files;
    private final Map<String, Double> delaysNs = new HashMap<>();
    private final List<Sample> samples = new ArrayList<>();
    private final Set<ProcessHandle> seen = new HashSet<>();
    private Thread thread;
    private ProcessHandle process;

    /**
     * Creates a watch.
     *
     * @param files the host's files
     */
    public ProcessWatch(final HostFiles files) {
        this.files = files;
    }

    /**
     * Counters at one moment.
     *
     * @param atNs monotonic clock in nanoseconds
     * @param stealTicks time that the hypervisor gave to others
     * @param totalTicks time of all processors
     * @param delayNs time that threads of the process have waited for a processor, in nanoseconds
     */
    record Sample(long atNs, double stealTicks, double totalTicks, double delayNs) {}

    /**
     * What happened; NaN where the system does not tell, or the time was too short to tell.
     *
     * @param steal share of the processors' time that the hypervisor gave to others
     * @param runDelay time that threads waited for a processor, per wall time
     */
    public record Shares(double steal, double runDelay) {
        static Shares between(final Sample from, final Sample to) {
            if (to.atNs - from.atNs < LEAST_NS) {
                return new Shares(Double.NaN, Double.NaN);
            }
            return new Shares(
                    (to.stealTicks - from.stealTicks) / (to.totalTicks - from.totalTicks),
                    (to.delayNs - from.delayNs) / (to.atNs - from.atNs));
        }
    }

    /**
     * Begins to watch.
     *
     * @param watched the process
     */
    public synchronized void start(final ProcessHandle watched) {
        process = watched;
        thread = new Thread(this::watch, "watch of " + watched.pid());
        thread.setDaemon(true);
        thread.start();
    }

    private void watch() {
        try {
            while (true) {
                look(process);
                Thread.sleep(PERIOD_MS);
            }
        } catch (final InterruptedException e) {
            // Closed.
        }
    }

    /** Adds a sample. */
    synchronized void look(final ProcessHandle watched) {
        watched.descendants().forEach(seen::add);
        Stream.concat(Stream.of(watched), seen.stream()).forEach(one -> addDelays("proc/" + one.pid() + "/task"));
        final HostCounters counters = files.counters();
        samples.add(new Sample(counters.atNs(), counters.stealTicks(), counters.totalTicks(), delayNs(delaysNs)));
    }

    /** A thread that has ended keeps what it was last seen to have waited. */
    private void addDelays(final String tasks) {
        try (Stream<Path> all = Files.list(files.path(tasks))) {
            all.map(task -> tasks + '/' + task.getFileName() + "/schedstat").forEach(this::addDelay);
        } catch (final IOException | UncheckedIOException e) {
            // It has ended, or this is another system.
            return;
        }
    }

    private void addDelay(final String schedstat) {
        files.text(schedstat)
                .map(text -> HostCounters.parse(0, "", text).ownDelayNs())
                .ifPresent(delayNs -> delaysNs.put(schedstat, delayNs));
    }

    synchronized List<Sample> samples() {
        return List.copyOf(samples);
    }

    private static double delayNs(final Map<String, Double> delaysNs) {
        return delaysNs.isEmpty()
                ? Double.NaN
                : delaysNs.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    /** Ends the watch, and what the process has started and left behind: whose parent is gone is nobody's descendant. */
    @Override
    public void close() {
        stop();
        seen.forEach(ProcessHandle::destroyForcibly);
    }

    /** Ends the watch with a last look. */
    public synchronized void stop() {
        if (thread != null) {
            thread.interrupt();
            thread = null;
            look(process);
        }
    }

    /**
     * What happened in the last part of the watch. What comes before it is the start of the process, where compilers and the
     * program want the processors too.
     *
     * @param spanMs length of that part in milliseconds
     * @return what happened, at least since the look before
     */
    public synchronized Shares atTheEnd(final double spanMs) {
        return atTheEnd(samples(), spanMs);
    }

    static Shares atTheEnd(final List<Sample> samples, final double spanMs) {
        final Sample last = samples.get(samples.size() - 1);
        Sample from = samples.get(0);
        for (final Sample sample : samples.subList(0, samples.size() - 1)) {
            if (last.atNs - sample.atNs >= spanMs * NS_PER_MS) {
                from = sample;
            }
        }
        return Shares.between(from, last);
    }
}
