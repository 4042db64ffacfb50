package io.vfiotce.tools.gate.host;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the host is. Text is "unknown" where the system does not tell.
 *
 * @param cpuModel the processor's name
 * @param cores processors that are online
 * @param smt on, off or unknown: whether two of them may be one core
 * @param kernel the kernel's release
 * @param clockSource what the kernel's clock reads
 * @param hugePages always, madvise or never: transparent huge pages
 * @param governor what sets the processors' frequency
 * @param pmu whether the processor's event counters can be read
 * @param valgrind path of valgrind; empty if it is not installed
 * @param quotaCpus processors' worth of time that the cgroup may use; infinite without a quota
 */
public record HostFacts(
        String cpuModel,
        int cores,
        String smt,
        String kernel,
        String clockSource,
        String hugePages,
        String governor,
        boolean pmu,
        String valgrind,
        double quotaCpus) {
    private static final String UNKNOWN = "unknown";
    private static final Pattern CHOSEN = Pattern.compile("\\[(\\w+)]");
    private static final Pattern MODEL =
            Pattern.compile("^(?:model name|cpu|Processor)\\s*:\\s*(.+)$", Pattern.MULTILINE);
    private static final List<String> PMUS = List.of("cpu", "cpu_core", "armv8_pmuv3_0", "armv8_pmuv3");

    /**
     * Reads the facts.
     *
     * @param files the host's files
     * @param searchPath directories with programs, separated by colons
     * @return the facts
     */
    public static HostFacts read(final HostFiles files, final String searchPath) {
        return new HostFacts(
                files.text("proc/cpuinfo").flatMap(text -> first(MODEL, text)).orElse(UNKNOWN),
                files.cores(),
                files.text("sys/devices/system/cpu/smt/active")
                        .map(active -> active.equals("1") ? "on" : "off")
                        .orElse(UNKNOWN),
                files.text("proc/sys/kernel/osrelease").orElse(UNKNOWN),
                files.text("sys/devices/system/clocksource/clocksource0/current_clocksource")
                        .orElse(UNKNOWN),
                files.text("sys/kernel/mm/transparent_hugepage/enabled")
                        .flatMap(text -> first(CHOSEN, text))
                        .orElse(UNKNOWN),
                files.text("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
                        .orElse(UNKNOWN),
                PMUS.stream().anyMatch(name -> files.exists("sys/bus/event_source/devices/" + name)),
                program(files, searchPath, "valgrind"),
                files.quotaCpus());
    }

    private static Optional<String> first(final Pattern pattern, final String text) {
        final Matcher matcher = pattern.matcher(text);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    private static String program(final HostFiles files, final String searchPath, final String name) {
        for (final String directory : searchPath.split(":")) {
            final Path file = files.path(directory).resolve(name);
            if (directory.startsWith("/") && Files.isExecutable(file)) {
                return directory + '/' + name;
            }
        }
        return "";
    }
}
