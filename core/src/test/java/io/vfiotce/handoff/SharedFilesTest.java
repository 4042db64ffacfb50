package io.vfiotce.handoff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vfiotce.papr.HStatus;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;
import org.agrona.concurrent.AgentTerminationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The files of a hand-off: what they look like, and that nothing else is taken for them, by either side, with one line. */
class SharedFilesTest {
    private interface Damage {
        void to(Path directory) throws IOException;
    }

    private static final Map<String, Damage> DAMAGES = new TreeMap<>(Map.ofEntries(
            Map.entry("directory .* its mode is rwxr-x---, not rwx------", d -> mode(d, "rwxr-x---")),
            Map.entry("directory .* it is a symbolic link", SharedFilesTest::linkDirectory),
            Map.entry("directory .* it belongs to user 7, not .*", d -> chown(d)),
            Map.entry("file .*request .* its mode is rw-r-----, not rw-------", d -> mode(request(d), "rw-r-----")),
            Map.entry("file .*response .* its mode is rw-rw----, not rw-------", d -> mode(response(d), "rw-rw----")),
            Map.entry("file .*request .* it belongs to user 7, not .*", d -> chown(request(d))),
            Map.entry("file .*response .* it belongs to user 7, not .*", d -> chown(response(d))),
            Map.entry("file .*request .* it is a symbolic link", d -> link(request(d))),
            Map.entry("file .*response .* it is a symbolic link", d -> link(response(d))),
            Map.entry("file .*request .* it is not a regular file", d -> replaceByDirectory(request(d))),
            Map.entry("file .*response .* it is not a regular file", d -> replaceByDirectory(response(d)))));

    private static final Map<String, Damage> HEADER_DAMAGES = new TreeMap<>(Map.of(
            "file .*request .* it is no file of a hand-off", d -> put(request(d), 0, 1),
            "file .*request .* its version is 2, not 1", d -> put(request(d), 1, 2),
            "file .*request .* it has \\d+ bytes, which its header does not say", d -> put(request(d), 3, 5),
            "file .*request .* it has 8192 bytes, which .*", d -> cut(request(d), 8192),
            "file .*request .* it has 100 bytes", d -> cut(request(d), 100),
            "file .*request .* the checksum of its header is wrong", d -> put(request(d), 6, 1)));

    private static final Map<String, Damage> RESPONSE_DAMAGES = new TreeMap<>(Map.of(
            "file .*response .* it is no file of a hand-off", d -> put(response(d), 0, 1),
            "file .*response .* its version is 2, not 1", d -> put(response(d), 1, 2),
            "file .*response .* it has 4096 bytes, which .*", d -> cut(response(d), 4096),
            "file .*response .* the checksum of its header is wrong", d -> put(response(d), 4, 1),
            "file .*response .* it is not the one that the request file names", d -> replace(response(d)),
            "file .*response .* NoSuchFileException .*", d -> Files.delete(response(d))));

    private static final long HANG_NS = 20_000_000_000L;

    @TempDir
    Path temporary;

    private Path directory;

    @BeforeEach
    void name() {
        directory = temporary.resolve("handoff");
    }

    private SharedHandoff create() {
        return SharedHandoff.create(
                directory, new SharedHandoffConfig().maxVcpus(2).maxRecords(3).wallClock(() -> 1_000));
    }

    private SharedHandler serve() {
        return SharedHandler.open(directory, (windows, bridges) -> (request, answer) -> answer.end(HStatus.H_SUCCESS));
    }

    private static Path request(final Path directory) {
        return directory.resolve("request");
    }

    private static Path response(final Path directory) {
        return directory.resolve("response");
    }

    private static void mode(final Path path, final String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    private static void chown(final Path path) throws IOException {
        assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "only root can give files away");
        Files.setAttribute(path, "unix:uid", 7, LinkOption.NOFOLLOW_LINKS);
    }

    private static void link(final Path path) throws IOException {
        final Path real = path.resolveSibling("real");
        Files.move(path, real);
        Files.createSymbolicLink(path, real);
    }

    private static void linkDirectory(final Path directory) throws IOException {
        link(directory);
    }

    private static void replaceByDirectory(final Path path) throws IOException {
        Files.delete(path);
        Files.createDirectory(path);
    }

    private static void replace(final Path path) throws IOException {
        final Path copy = path.resolveSibling("copy");
        Files.copy(path, copy);
        mode(copy, "rw-------");
        Files.delete(path);
        Files.move(copy, path);
    }

    private static void put(final Path path, final int word, final long value) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.seek(word * 8L);
            file.writeLong(ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? value : Long.reverseBytes(value));
        }
    }

    private static void cut(final Path path, final long bytes) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(bytes);
        }
    }

    static Iterable<String> damages() {
        return DAMAGES.keySet();
    }

    static Iterable<String> headerDamages() {
        return HEADER_DAMAGES.keySet();
    }

    static Iterable<String> responseDamages() {
        return RESPONSE_DAMAGES.keySet();
    }

    private static void assertRefused(final String line, final Executable open) {
        final HandoffRefusedException refused = assertThrows(HandoffRefusedException.class, open);
        assertTrue(refused.getMessage().matches(line), refused.getMessage());
        assertFalse(refused.getMessage().contains("\n"));
    }

    @ParameterizedTest
    @MethodSource("damages")
    void shouldRefuseOnBothSidesWhenTheFilesAreNotOnesOwn(final String line) throws IOException {
        create().close();
        DAMAGES.get(line).to(directory);
        assertRefused(line, this::create);
        // The handler reads the request file before it looks at the response file.
        assertRefused(line, this::serve);
    }

    @ParameterizedTest
    @MethodSource("headerDamages")
    void shouldRefuseOnBothSidesWhenTheRequestFileIsAnother(final String line) throws IOException {
        create().close();
        HEADER_DAMAGES.get(line).to(directory);
        assertRefused(line, this::create);
        assertRefused(line, this::serve);
    }

    @ParameterizedTest
    @MethodSource("responseDamages")
    void shouldRefuseToServeWhenTheResponseFileIsAnother(final String line) throws IOException {
        try (SharedHandoff handoff = create()) {
            RESPONSE_DAMAGES.get(line).to(directory);
            assertRefused(line, this::serve);
            assertFalse(handoff.isFenced());
        }
    }

    @Test
    void shouldMakePrivateFilesWhenThereAreNone() throws IOException {
        try (SharedHandoff handoff = create()) {
            assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)));
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(request(directory))));
            assertEquals(
                    "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(response(directory))));
            assertEquals(4096 + 3 * 128 + 2 * 128 + 2 * 4096 + 128, Files.size(request(directory)));
            assertEquals(4096 + 2 * 128 + 128, Files.size(response(directory)));
            final ByteBuffer words =
                    ByteBuffer.wrap(Files.readAllBytes(request(directory))).order(ByteOrder.nativeOrder());
            assertEquals(0x7666_696F_5443_4571L, words.getLong(0));
            assertEquals(1, words.getLong(8));
            assertEquals(Files.size(request(directory)), words.getLong(16));
            assertEquals(2, words.getLong(24));
            assertEquals(3, words.getLong(32));
            assertEquals(handoff.epoch(), words.getLong(40));
            assertEquals(ProcessHandle.current().pid(), words.getLong(48));
            assertEquals(Files.getAttribute(response(directory), "unix:ino"), words.getLong(64));
        }
    }

    @Test
    void shouldCountOnWhenTheClockStandsStill() {
        for (int life = 0; life < 3; life++) {
            try (SharedHandoff handoff = create()) {
                assertEquals(1_000 + life, handoff.epoch());
            }
        }
    }

    @Test
    void shouldRefuseASecondOwnerAndASecondHandlerWhenTheFirstIsThere() {
        try (SharedHandoff handoff = create()) {
            assertRefused("directory .* is refused: another VM uses it", this::create);
            try (SharedHandler handler = serve()) {
                assertEquals(ProcessHandle.current().pid(), handoff.handlerPid());
                assertRefused("file .*response is refused: another handler serves it", this::serve);
                assertEquals(0, handler.failures());
            }
            serve().close();
        }
        assertRefused("directory .* is refused: its VM has gone", this::serve);
    }

    @Test
    void shouldLeaveWhenTheOwnerHasGone() throws InterruptedException {
        final SharedHandoff handoff = create();
        try (SharedHandler handler = serve()) {
            for (int i = 0; i < 1_000; i++) {
                handler.doWork();
            }
            handoff.close();
            final AgentTerminationException gone = assertThrows(AgentTerminationException.class, () -> {
                final long start = System.nanoTime();
                while (System.nanoTime() - start < HANG_NS) {
                    handler.doWork();
                }
            });
            assertTrue(gone.getMessage().endsWith("the VM has gone"), gone.getMessage());
        }
    }

    @Test
    void shouldLeaveTheOldFilesAloneWhenANewOwnerComes() throws IOException {
        final SharedHandoff first = create();
        try (SharedHandler handler = serve()) {
            assertEquals(0, handler.doWork());
            final Object inode = Files.getAttribute(response(directory), "unix:ino");
            first.close();
            try (SharedHandoff second = create();
                    SharedHandler next = serve()) {
                assertFalse(inode.equals(Files.getAttribute(response(directory), "unix:ino")));
                assertEquals(0, next.doWork());
                assertTrue(second.epoch() > first.epoch());
            }
        }
    }

    @Test
    void shouldKnowAProcessOnlyByNumberAndStartWhenItIsAsked() {
        final ProcessIdentity self = ProcessIdentity.self();
        assertTrue(self.isAlive());
        assertFalse(new ProcessIdentity(self.pid(), self.startTicks() + 1).isAlive());
        assertFalse(ProcessIdentity.of(Long.MAX_VALUE).isAlive());
    }
}
