package io.vfiotce.bench.replay;

import io.vfiotce.tce.WindowGeometry;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.InflaterOutputStream;

/**
 * A recording of a real guest, read from the binary trace that comes with the tools; the form is described in {@code
 * tools/docs/trace-format.md}. What is not replayed is read over.
 */
final class Recording {
    static final int WINDOW_CREATE = 0;
    static final int WINDOW_REMOVE = 1;
    static final int PUT = 2;
    static final int GET = 3;
    static final int INDIRECT = 4;
    static final int STUFF = 5;
    static final int XLATE = 6;
    static final int KINDS = 7;

    private static final int HEADER_BYTES = 168;
    private static final int VERSION_OFFSET = 8;
    private static final int HCALLS_OFFSET = 16 + 17 * Long.BYTES;
    private static final int BLOCK_HEADER_BYTES = 24;
    private static final int BLOCK_TAG = 0x4b43_4c42;

    /**
     * One record.
     *
     * @param kind what it is
     * @param isExact whether nothing of it is lost
     * @param liobn logical I/O bus number
     * @param ioba bus address; of XLATE the offset in the window; of window events the window's start
     * @param value TCE, value stored or list address; of XLATE where it led; of window events the number of entries
     * @param aux pages of INDIRECT and STUFF, log2 of the page size of window events
     * @param permission of XLATE
     * @param status of hypercalls
     * @param list words of INDIRECT
     */
    record Event(
            int kind,
            boolean isExact,
            long liobn,
            long ioba,
            long value,
            long aux,
            int permission,
            long status,
            long[] list) {
        boolean isHcall() {
            return kind >= PUT && kind <= STUFF;
        }

        WindowGeometry geometry() {
            return new WindowGeometry(liobn, (int) aux, ioba >>> aux, value);
        }
    }

    private Recording() {}

    /**
     * Reads a recording.
     *
     * @param name its name without the suffix
     * @return its events in order
     */
    static List<Event> read(final String name) throws IOException {
        final String resource = "/traces/" + name + ".tcetrace";
        try (InputStream in = Recording.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new FileNotFoundException("resource " + resource + " is missing");
            }
            return read(ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN));
        }
    }

    private static List<Event> read(final ByteBuffer file) throws IOException {
        if (file.getShort(VERSION_OFFSET) != 1) {
            throw new IOException("only version 1 of binary traces is known here");
        }
        final List<Event> events = new ArrayList<>();
        int block = HEADER_BYTES;
        while (file.getInt(block) == BLOCK_TAG) {
            final int storedBytes = file.getInt(block + 20);
            final ByteArrayOutputStream raw = new ByteArrayOutputStream();
            try (InflaterOutputStream inflater = new InflaterOutputStream(raw)) {
                inflater.write(file.array(), block + BLOCK_HEADER_BYTES, storedBytes);
            }
            new RecordedBlock(raw.toByteArray(), file.getInt(block + 8), file.getInt(block + 12)).addTo(events);
            block += BLOCK_HEADER_BYTES + storedBytes + Integer.BYTES;
        }
        final long hcalls = events.stream().filter(Event::isHcall).count();
        if (hcalls != file.getLong(HCALLS_OFFSET)) {
            throw new IOException("not as many hypercalls as the header says");
        }
        return events;
    }
}
