package io.vfiotce.tools.trace;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/** Opens recordings of any form, told apart by their first byte, not their name. */
public final class TraceReader {
    private TraceReader() {}

    /**
     * Opens a recording: binary trace, or QEMU log, plain or gzip.
     *
     * @param path a regular file
     * @param overrides window shapes by LIOBN, for logs only; see {@link QemuLogImporter#importLog}
     * @return the trace
     * @throws TraceFormatException if it is not a regular file, cannot be understood, or is binary and overrides are
     *     given
     * @throws IOException if it cannot be read; like the above, one line that names the file
     */
    public static Trace open(final Path path, final Map<Long, WindowGeometry> overrides) throws IOException {
        if (!Files.exists(path)) {
            throw new NoSuchFileException(path + ": no such file");
        }
        if (!Files.isRegularFile(path)) {
            throw TraceFormatException.of("not a regular file").inSource(path.toString());
        }
        try {
            return read(() -> Files.newInputStream(path), overrides);
        } catch (final TraceFormatException e) {
            throw e.inSource(path.toString());
        } catch (final IOException e) {
            throw new IOException(path + ": cannot be read: " + e.getClass().getSimpleName(), e);
        }
    }

    /**
     * Reads a recording of any form.
     *
     * @param source the recording, opened more than once
     * @param overrides window shapes by LIOBN, for logs only
     * @return the trace
     * @throws TraceFormatException if it cannot be understood, or is binary and overrides are given
     * @throws IOException if it cannot be read
     */
    public static Trace read(final LogSource source, final Map<Long, WindowGeometry> overrides) throws IOException {
        try (InputStream in = new BufferedInputStream(source.open())) {
            in.mark(1);
            final boolean binary = in.read() == BinaryTraceDescriptor.MAGIC_FIRST_BYTE;
            if (binary) {
                if (!overrides.isEmpty()) {
                    throw TraceFormatException.of("a binary trace has its windows inside, --window is for logs only");
                }
                in.reset();
                return BinaryTrace.read(in);
            }
        }
        return QemuLogImporter.importLog(source, overrides);
    }
}
