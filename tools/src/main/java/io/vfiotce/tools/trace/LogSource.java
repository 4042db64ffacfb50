package io.vfiotce.tools.trace;

import java.io.IOException;
import java.io.InputStream;

/** A log that can be read from its start more than once, plain or gzip. */
@FunctionalInterface
public interface LogSource {
    /**
     * Opens the log at its first byte.
     *
     * @return a stream the caller closes
     * @throws IOException if it cannot be opened
     */
    InputStream open() throws IOException;
}
