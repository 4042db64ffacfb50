package io.vfiotce.tools.gate.run;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes the jar that carries the probe to JMH. The class goes by its name: loading it here would need JMH. */
public final class ProbeJar {
    /** Name of JMH's profiler that the jar holds. */
    public static final String PROFILER = "io.vfiotce.tools.gate.probe.IterationProbe";

    private static final String ENTRY = PROFILER.replace('.', '/') + ".class";

    private ProbeJar() {}

    /**
     * Writes the jar, the same bytes every time.
     *
     * @param jar the file
     * @throws IOException if it cannot be written
     */
    public static void write(final Path jar) throws IOException {
        try (InputStream probe = ProbeJar.class.getResourceAsStream('/' + ENTRY);
                ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
            final ZipEntry entry = new ZipEntry(ENTRY);
            entry.setLastModifiedTime(FileTime.fromMillis(0));
            out.putNextEntry(entry);
            probe.transferTo(out);
        }
    }
}
