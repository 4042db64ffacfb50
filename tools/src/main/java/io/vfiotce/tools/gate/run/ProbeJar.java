package io.vfiotce.tools.gate.run;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes the jar that carries the probe to JMH. Its classes go by their names: loading them here would need JMH. */
public final class ProbeJar {
    /** Name of JMH's profiler that the jar holds. */
    public static final String PROFILER = "io.vfiotce.tools.gate.probe.IterationProbe";

    /** Name of the class that runs JMH for a fork. */
    public static final String MAIN = "io.vfiotce.tools.gate.probe.ForkMain";

    private ProbeJar() {}

    /**
     * Writes the jar, the same bytes every time.
     *
     * @param jar the file
     * @throws IOException if it cannot be written
     */
    public static void write(final Path jar) throws IOException {
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
            for (final String name : List.of(PROFILER, MAIN)) {
                final ZipEntry entry = new ZipEntry(name.replace('.', '/') + ".class");
                entry.setLastModifiedTime(FileTime.fromMillis(0));
                out.putNextEntry(entry);
                try (InputStream bytes = ProbeJar.class.getResourceAsStream('/' + entry.getName())) {
                    bytes.transferTo(out);
                }
            }
        }
    }
}
