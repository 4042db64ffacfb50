package io.vfiotce.tools;

import io.vfiotce.tools.trace.Trace;
import io.vfiotce.tools.trace.TraceReader;
import io.vfiotce.tools.trace.WindowGeometry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** The option that says what a recording leaves out: the geometry of its windows. */
final class WindowFlags {
    @Option(
            names = "--window",
            paramLabel = "LIOBN=SHIFT,START,BYTES",
            description = "Geometry of a window that the log does not tell; may be repeated.")
    private List<String> windows = List.of();

    /** Opens a recording of any form. */
    Trace open(final Path file) {
        final Map<Long, WindowGeometry> overrides = new HashMap<>();
        for (final String window : windows) {
            try {
                final Map.Entry<Long, WindowGeometry> override = WindowGeometry.parseOverride(window);
                overrides.put(override.getKey(), override.getValue());
            } catch (final IllegalArgumentException e) {
                throw new BadInputException("--" + e.getMessage());
            }
        }
        try {
            return TraceReader.open(file, overrides);
        } catch (final IOException e) {
            final String message = String.valueOf(e.getMessage());
            throw new BadInputException(message.contains(file.toString()) ? message : file + ": " + message);
        }
    }
}
