package io.vfiotce.tools.trace;

import static io.vfiotce.tools.trace.Logs.PCI;
import static io.vfiotce.tools.trace.Logs.newTable;
import static io.vfiotce.tools.trace.Logs.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceReaderTest {
    private static final byte[] LOG = Logs.text(newTable(PCI), put(PCI, 0xf000, 1, 0));
    private static final Map<Long, WindowGeometry> SMALL = Map.of(PCI, new WindowGeometry(12, 0, 16));

    @TempDir
    Path folder;

    private Path file(final byte[] bytes) throws IOException {
        return Files.write(folder.resolve("trace.any"), bytes);
    }

    @Test
    void shouldOpenEveryFormWhenNameSaysNothing() throws IOException {
        final Trace trace = TraceReader.open(file(LOG), Map.of());
        assertEquals(1, trace.hcalls());
        assertEquals(trace, TraceReader.open(file(Logs.gzip(LOG)), Map.of()));
        assertEquals(trace, TraceReader.open(file(Logs.binary(trace)), Map.of()));
    }

    @Test
    void shouldApplyOverrideWhenFileIsALog() throws IOException {
        assertEquals(16, TraceReader.open(file(LOG), SMALL).windowEntries(0));
    }

    @Test
    void shouldRefuseOverrideWhenFileIsBinary() throws IOException {
        final Path binary = file(Logs.binary(Logs.ofBytes(LOG, Map.of())));
        refused(binary, SMALL, "--window is for logs only");
    }

    @Test
    void shouldNamePathWhenFileCannotBeRead() throws IOException {
        refused(folder, Map.of(), "not a regular file");
        final Path missing = folder.resolve("missing");
        final IOException e = assertThrows(IOException.class, () -> TraceReader.open(missing, Map.of()));
        assertEquals(missing + ": no such file", e.getMessage());
    }

    @Test
    void shouldNamePathAndPlaceWhenContentsAreBad() throws IOException {
        refused(file(new byte[0]), Map.of(), "the file is empty");
        refused(file(new byte[] {(byte) 0x89, 'T'}), Map.of(), "byte 2: truncated");
        refused(file(Logs.text("x")), Map.of(), "no TCE hypercall events");
        final Path bad = file(Logs.text(put(PCI, 0, 1, 0), put(PCI, 1, 1, 0)));
        assertEquals(2, refused(bad, Map.of(), "line 2: ").position());
    }

    private static TraceFormatException refused(
            final Path path, final Map<Long, WindowGeometry> overrides, final String what) {
        final TraceFormatException e =
                assertThrows(TraceFormatException.class, () -> TraceReader.open(path, overrides));
        assertTrue(e.getMessage().startsWith(path + ": "), e.getMessage());
        assertTrue(e.getMessage().contains(what), e.getMessage());
        assertFalse(e.getMessage().contains("\n"), e.getMessage());
        return e;
    }
}
