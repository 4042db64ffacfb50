package io.vfiotce.snapshot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.support.TestVm;
import io.vfiotce.tce.WindowGeometry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file: whole or not there, and nobody else's. */
class SnapshotFileTest {
    private static final WindowGeometry WINDOW = new WindowGeometry(5, 12, 0, 1000);

    @TempDir
    private Path directory;

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void shouldBeTheOwnersAloneAndReadBackWhenSaved() throws IOException {
        final Path file = directory.resolve("vm.tcesnap");
        try (TestVm vm = SnapshotVms.vm(16, List.of(WINDOW))) {
            SnapshotVms.table(vm, WINDOW).fill(17, 3, 0x2003);
            SnapshotFile.save(vm.vm(), file);
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
            assertArrayEquals(SnapshotVms.save(vm.vm()), Files.readAllBytes(file));
            try (TableSnapshot snapshot = TableSnapshot.read(file, SnapshotVms.LIMIT_BYTES)) {
                assertEquals(SnapshotVms.state(vm.vm()), SnapshotVms.state(snapshot));
            }
            Files.write(file, new byte[1], StandardOpenOption.APPEND);
            assertTrue(assertThrows(SnapshotException.class, () -> TableSnapshot.read(file, SnapshotVms.LIMIT_BYTES))
                    .getMessage()
                    .endsWith("data after the end"));
        }
        assertEquals(List.of("vm.tcesnap"), files());
    }

    @Test
    void shouldKeepWhatWasThereUntilItIsCommitted() throws IOException {
        final Path file = Files.writeString(directory.resolve("vm"), "old");
        final Path link = Files.createSymbolicLink(directory.resolve("link"), file);
        try (SnapshotFile snapshot = new SnapshotFile(link)) {
            snapshot.stream().write(new byte[] {'n', 'e', 'w'});
            assertEquals("old", Files.readString(file));
        }
        assertEquals("old", Files.readString(file));
        assertEquals(List.of("link", "vm"), files());
        try (SnapshotFile snapshot = new SnapshotFile(link)) {
            snapshot.stream().write(new byte[] {'n', 'e', 'w'});
            snapshot.commit();
        }
        assertEquals("new", Files.readString(file));
        assertTrue(Files.isSymbolicLink(link));
        assertEquals(List.of("link", "vm"), files());
    }

    @Test
    void shouldLeaveNothingBehindWhenItCannotBeWritten() throws IOException {
        final Path full =
                Files.createDirectories(directory.resolve("full/inside")).getParent();
        try (TestVm vm = SnapshotVms.vm(16, List.of(WINDOW))) {
            for (final Path path : List.of(full, directory.resolve("absent/file"), Path.of("/"))) {
                assertThrows(IOException.class, () -> SnapshotFile.save(vm.vm(), path));
            }
        }
        assertEquals(List.of("full"), files());
        assertFalse(Files.exists(directory.resolve("absent")));
    }
}
