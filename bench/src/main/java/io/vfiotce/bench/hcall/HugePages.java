package io.vfiotce.bench.hcall;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** Whether the memory of this process lies in huge pages, which nobody here has asked for. */
final class HugePages {
    private static final Path MAPPINGS = Path.of("/proc/self/smaps_rollup");
    private static final String HUGE = "AnonHugePages:";

    private HugePages() {}

    /** Fails if the host has given huge pages to this process; what no Linux says is taken for no. */
    static void requireNone() {
        try {
            requireNone(Files.readAllLines(MAPPINGS));
        } catch (final NoSuchFileException e) {
            // Not Linux, or an old one.
        } catch (final IOException e) {
            throw new UncheckedIOException(MAPPINGS + " cannot be read", e);
        }
    }

    static void requireNone(final List<String> mappings) {
        for (final String line : mappings) {
            if (line.startsWith(HUGE) && !line.substring(HUGE.length()).trim().startsWith("0 ")) {
                throw new IllegalStateException("this row is measured without huge pages, but the host has given "
                        + line.substring(HUGE.length()).trim()
                        + " of them; set /sys/kernel/mm/transparent_hugepage/enabled to madvise");
            }
        }
    }
}
