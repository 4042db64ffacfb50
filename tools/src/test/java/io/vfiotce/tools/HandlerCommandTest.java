package io.vfiotce.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.handoff.AnswerLimit;
import io.vfiotce.handoff.SharedHandoff;
import io.vfiotce.handoff.SharedHandoffConfig;
import io.vfiotce.kvm.UserspaceWindow;
import io.vfiotce.kvm.Vcpu;
import io.vfiotce.kvm.Vm;
import io.vfiotce.kvm.VmConfig;
import io.vfiotce.papr.HStatus;
import io.vfiotce.papr.Hcall;
import io.vfiotce.tce.WindowGeometry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code tce handler}. */
@Timeout(60)
class HandlerCommandTest {
    private static final long LIOBN = 0x80000000L;

    @TempDir
    private Path parent;

    private SharedHandoff handoff() {
        return SharedHandoff.create(parent.resolve("vm"), new SharedHandoffConfig().answerLimit(AnswerLimit.RUN));
    }

    private Process process(final String... arguments) throws IOException {
        final List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-exports",
                "java.base/jdk.internal.misc=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "io.vfiotce.tools.Tce",
                "handler"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).start();
    }

    private static long put(final SharedHandoff handoff) {
        try (Vm vm = new Vm(new VmConfig(), handoff)) {
            vm.enableHcall(Hcall.H_PUT_TCE, false);
            final int fd = vm.createSpaprTce64(new WindowGeometry(LIOBN, 12, 0, 64));
            try (UserspaceWindow window = vm.mapTable(fd);
                    Vcpu vcpu = vm.createVcpu()) {
                final long status = vcpu.hcall(Hcall.H_PUT_TCE, LIOBN, 0x1000, 0x2003, 0);
                assertEquals(0x2003, window.table().tceAcquire(1));
                return status;
            } finally {
                vm.files().close(fd);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"spin", "yield", "backoff", "park"})
    void shouldAnswerAndExitZeroWhenTheVmGoes(final String idle) {
        final CompletableFuture<TceRun> handler;
        try (SharedHandoff handoff = handoff()) {
            handler = CompletableFuture.supplyAsync(
                    () -> TceRun.of("handler", "--dir", parent.resolve("vm"), "--idle", idle));
            assertEquals(HStatus.H_SUCCESS, put(handoff));
        }
        final TceRun run = handler.join();
        assertEquals(0, run.exitCode(), run.err());
        assertEquals("serving " + parent.resolve("vm"), run.out().strip());
        assertEquals("", run.err());
    }

    @Test
    void shouldExitZeroWhenTerminated() throws Exception {
        try (SharedHandoff handoff = handoff()) {
            final Process handler = process("--dir", parent.resolve("vm").toString());
            assertEquals(HStatus.H_SUCCESS, put(handoff));
            assertEquals(handler.pid(), handoff.handlerPid());
            handler.destroy();
            assertTrue(handler.waitFor(30, TimeUnit.SECONDS));
            assertEquals(0, handler.exitValue());
        }
    }

    @Test
    void shouldServeWhatStandardInputNamesAndExitZeroWhenItEnds() throws Exception {
        final Process handler = process("--follow");
        try (SharedHandoff handoff = handoff();
                BufferedReader lines = handler.inputReader(StandardCharsets.UTF_8)) {
            final String names = parent.resolve("absent") + "\n" + parent.resolve("vm") + "\n";
            handler.getOutputStream().write(names.getBytes(StandardCharsets.UTF_8));
            handler.getOutputStream().flush();
            assertEquals("serving " + parent.resolve("vm"), lines.readLine());
            assertEquals(HStatus.H_SUCCESS, put(handoff));
            handler.getOutputStream().close();
            assertTrue(handler.waitFor(30, TimeUnit.SECONDS));
            assertEquals(0, handler.exitValue());
        }
    }

    @Test
    void shouldExitTwoWithOneLineWhenAnotherHandlerServes() throws Exception {
        try (SharedHandoff handoff = handoff()) {
            final Process handler = process("--dir", parent.resolve("vm").toString());
            assertEquals(HStatus.H_SUCCESS, put(handoff));
            refused("response", "another handler serves it");
            handler.destroy();
            handler.waitFor();
        }
    }

    @Test
    void shouldExitTwoWithOneLineWhenTheVmHasGone() {
        handoff().close();
        refused("", "its VM has gone");
    }

    /** What is done to a file before the handler is started. */
    private enum Damage {
        MODE("its mode is rw-r--r--, not rw-------") {
            @Override
            void to(final Path file) throws IOException {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
            }
        },
        TYPE("it is a symbolic link") {
            @Override
            void to(final Path file) throws IOException {
                Files.move(file, file.resolveSibling(file.getFileName() + ".other"));
                Files.createSymbolicLink(file, file.resolveSibling(file.getFileName() + ".other"));
            }
        },
        SIZE("bytes") {
            @Override
            void to(final Path file) throws IOException {
                try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
                    access.setLength(access.length() - 4096);
                }
            }
        },
        VERSION("its version is") {
            @Override
            void to(final Path file) throws IOException {
                try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
                    access.seek(8);
                    access.writeLong(77);
                }
            }
        };

        private final String reason;

        Damage(final String reason) {
            this.reason = reason;
        }

        abstract void to(Path file) throws IOException;
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void shouldExitTwoWithOneLineWhenAFileIsNotAsItHasToBe(final Damage damage) throws IOException {
        for (final String file : List.of("response", "request")) {
            // Not closed before the handler has looked: the first thing wrong is named.
            try (SharedHandoff handoff = handoff()) {
                assertTrue(handoff.epoch() > 0);
                damage.to(parent.resolve("vm").resolve(file));
                refused(file, damage.reason);
            }
            Files.deleteIfExists(parent.resolve("vm/request"));
            Files.deleteIfExists(parent.resolve("vm/response"));
        }
    }

    private void refused(final String file, final String reason) {
        final TceRun run = TceRun.of("handler", "--dir", parent.resolve("vm"));
        assertEquals(2, run.exitCode(), run.out());
        assertEquals(1, run.errLines().size(), run.err());
        assertTrue(run.err().startsWith("tce handler: "), run.err());
        assertTrue(run.err().contains(parent.resolve("vm").resolve(file) + " is refused: "), run.err());
        assertTrue(run.err().contains(reason), run.err());
    }
}
