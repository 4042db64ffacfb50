package io.vfiotce.tools.trace;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The binary form of traces: compact, checked, same bytes for same trace. See {@link BinaryTraceDescriptor}. */
public final class BinaryTrace {
    private BinaryTrace() {}

    /**
     * Writes a trace.
     *
     * @param trace the trace
     * @param out where to; flushed, not closed
     * @throws IOException if it cannot be written
     */
    public static void write(final Trace trace, final OutputStream out) throws IOException {
        new BinaryTraceWriter(out).write(trace);
    }

    /**
     * Reads a trace up to the end of the stream.
     *
     * @param in where from; not closed
     * @return the trace, equal to the one written
     * @throws TraceFormatException if the data is not a whole, intact binary trace; the position is the byte offset
     * @throws IOException if it cannot be read
     */
    public static Trace read(final InputStream in) throws IOException {
        return new BinaryTraceReader(in).read();
    }
}
