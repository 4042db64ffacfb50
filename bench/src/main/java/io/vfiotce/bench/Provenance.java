package io.vfiotce.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Where the figures of a run are from.
 *
 * @param machine the machine in words
 * @param commit the commit
 */
record Provenance(String machine, String commit) {
    /** What this machine and the checkout of this build say. */
    static Provenance here() {
        return new Provenance(thisMachine(), thisCommit());
    }

    Provenance withMachine(final String text) {
        return new Provenance(text, commit);
    }

    Provenance withCommit(final String text) {
        return new Provenance(machine, text);
    }

    /** A run of today on this JVM. */
    StoredRun run(final Set<String> leftOut, final Collection<? extends Source> sources) {
        final Map<String, Measured> results = new LinkedHashMap<>();
        for (final Source source : sources) {
            // Two programs may have the same row.
            source.measured().forEach(row -> results.merge(row.key(), row, Measured::plus));
        }
        return new StoredRun(
                machine,
                commit,
                System.getProperty("java.version"),
                LocalDate.now().toString(),
                leftOut,
                List.copyOf(results.values()));
    }

    /** The directory of this module, two above the jar or the classes. */
    static Path module() {
        return Path.of(Provenance.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath())
                .getParent()
                .getParent();
    }

    private static String thisCommit() {
        try {
            final Process git = new ProcessBuilder(
                            "git", "-C", module().toString(), "describe", "--always", "--dirty", "--abbrev=7")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            final String commit = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return commit.isEmpty() ? "unknown" : commit;
        } catch (final IOException e) {
            return "unknown";
        }
    }

    private static String thisMachine() {
        final int processors = Runtime.getRuntime().availableProcessors();
        try {
            final List<String> cpu = Files.readAllLines(Path.of("/proc/cpuinfo"));
            final boolean virtual = field(cpu, "flags").contains(" hypervisor");
            final long kib = Long.parseLong(field(Files.readAllLines(Path.of("/proc/meminfo")), "MemTotal")
                    .replace(" kB", ""));
            return String.format(
                    Locale.ROOT,
                    "%d %s of %s (family %s model %s), %d GiB, Linux %s",
                    processors,
                    virtual ? "vCPUs" : "CPUs",
                    field(cpu, "model name"),
                    field(cpu, "cpu family"),
                    field(cpu, "model"),
                    Math.round(kib / 1048576.0),
                    System.getProperty("os.version").replaceFirst("^(\\d+\\.\\d+).*", "$1"));
        } catch (final IOException e) {
            return processors + " processors, " + System.getProperty("os.name") + " " + System.getProperty("os.arch");
        }
    }

    private static String field(final List<String> lines, final String name) {
        for (final String line : lines) {
            final int colon = line.indexOf(':');
            if (colon > 0 && line.substring(0, colon).strip().equals(name)) {
                return line.substring(colon + 1).strip();
            }
        }
        return "?";
    }
}
