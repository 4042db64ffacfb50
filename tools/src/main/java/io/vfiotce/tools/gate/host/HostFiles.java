package io.vfiotce.tools.gate.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What /proc and /sys say. Everything may be absent: another system, a container, an old kernel.
 *
 * @source proc(5); Documentation/admin-guide/cgroup-v2.rst; Documentation/scheduler/sched-stats.rst
 */
public final class HostFiles {
    private final Path root;

    /**
     * Creates a view.
     *
     * @param root directory that holds proc and sys: {@code /}, or a copy for tests
     */
    public HostFiles(final Path root) {
        this.root = root;
    }

    /**
     * Reads a file.
     *
     * @param path path below the root
     * @return its text without white space at the ends; empty if it cannot be read
     */
    Optional<String> text(final String path) {
        try {
            return Optional.of(Files.readString(root.resolve(path)).strip());
        } catch (final IOException e) {
            return Optional.empty();
        }
    }

    /**
     * Says whether there is such a file or directory.
     *
     * @param path path below the root
     * @return whether it exists
     */
    boolean exists(final String path) {
        return Files.exists(root.resolve(path));
    }

    /** {@return load average of one minute; NaN if unknown} */
    public double loadAverage() {
        return text("proc/loadavg")
                .map(text -> Double.parseDouble(text.split(" ")[0]))
                .orElse(Double.NaN);
    }

    /** {@return microseconds that this process's cgroup has been throttled so far; 0 if it has no quota} */
    public double throttledUs() {
        return field(cgroup() + "cpu.stat", "throttled_usec")
                .or(() -> field("sys/fs/cgroup/cpu/cpu.stat", "throttled_time").map(ns -> ns / 1e3))
                .orElse(0.0);
    }

    /** {@return processors' worth of time that the cgroup may use; infinite without a quota} */
    double quotaCpus() {
        final Optional<String> max = text(cgroup() + "cpu.max");
        if (max.isPresent()) {
            final String[] parts = max.get().split(" ");
            return parts[0].equals("max")
                    ? Double.POSITIVE_INFINITY
                    : Double.parseDouble(parts[0]) / Double.parseDouble(parts[1]);
        }
        final double quotaUs = text("sys/fs/cgroup/cpu/cpu.cfs_quota_us")
                .map(Double::parseDouble)
                .orElse(-1.0);
        final double periodUs = text("sys/fs/cgroup/cpu/cpu.cfs_period_us")
                .map(Double::parseDouble)
                .orElse(1.0);
        return quotaUs > 0 ? quotaUs / periodUs : Double.POSITIVE_INFINITY;
    }

    /** {@return number of processors that are online; 1 if unknown} */
    int cores() {
        final long lines = text("proc/stat").stream()
                .flatMap(String::lines)
                .filter(line -> line.matches("cpu\\d+ .*"))
                .count();
        return (int) Math.max(1, lines);
    }

    /** {@return counters of the host and of the calling thread} */
    HostCounters counters() {
        return HostCounters.parse(
                System.nanoTime(),
                text("proc/stat").flatMap(text -> text.lines().findFirst()).orElse(""),
                text("proc/thread-self/schedstat").orElse(""));
    }

    /**
     * Finds where a file of the host is.
     *
     * @param absolute its path on the host
     * @return its path here
     */
    Path path(final String absolute) {
        return root.resolve(absolute.replaceFirst("^/+", ""));
    }

    private Optional<Double> field(final String path, final String name) {
        return text(path)
                .flatMap(text -> text.lines()
                        .filter(line -> line.startsWith(name + ' '))
                        .map(line -> Double.parseDouble(line.substring(name.length() + 1)))
                        .findFirst());
    }

    /** Directory of this process in the unified hierarchy. */
    private String cgroup() {
        final String own = text("proc/self/cgroup").stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith("0::"))
                .map(line -> line.substring("0::".length()))
                .findFirst()
                .orElse("/");
        return "sys/fs/cgroup" + (own.endsWith("/") ? own : own + '/');
    }
}
