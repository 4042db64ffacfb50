package io.vfiotce.tools.handler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.handoff.AnswerLimit;
import io.vfiotce.handoff.SharedHandoff;
import io.vfiotce.handoff.SharedHandoffConfig;
import io.vfiotce.kvm.Vcpu;
import io.vfiotce.kvm.Vm;
import io.vfiotce.kvm.VmConfig;
import io.vfiotce.papr.HStatus;
import io.vfiotce.papr.Hcall;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The process of the VM is killed while it calls: its handler leaves by itself, and the next VM can have the directory. */
@Timeout(60)
class HandlerOwnerTest {
    @TempDir
    private Path parent;

    private final List<Process> processes = new ArrayList<>();

    @AfterEach
    void end() throws InterruptedException {
        for (final Process process : processes) {
            process.destroyForcibly().waitFor();
        }
    }

    private Process start(final String... arguments) throws IOException {
        final List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-exports",
                "java.base/jdk.internal.misc=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path")));
        command.addAll(List.of(arguments));
        final Process process =
                new ProcessBuilder(command).redirectErrorStream(true).start();
        processes.add(process);
        return process;
    }

    @Test
    void shouldLeaveAndServeTheNextVmWhenTheVmIsKilled() throws Exception {
        final Path directory = parent.resolve("vm");
        final Process owner = start(HandlerOwner.class.getName(), directory.toString());
        final BufferedReader lines = owner.inputReader(StandardCharsets.UTF_8);
        assertEquals("made", lines.readLine());
        final Process handler = start("io.vfiotce.tools.Tce", "handler", "--dir", directory.toString());
        final long epoch = Long.parseLong(lines.readLine());
        owner.toHandle().destroyForcibly();
        assertTrue(handler.waitFor(30, TimeUnit.SECONDS), "the handler stays without a VM");
        assertEquals(0, handler.exitValue());
        try (SharedHandoff handoff =
                SharedHandoff.create(directory, new SharedHandoffConfig().answerLimit(AnswerLimit.RUN))) {
            assertTrue(handoff.epoch() > epoch);
            start("io.vfiotce.tools.Tce", "handler", "--dir", directory.toString());
            try (Vm vm = new Vm(new VmConfig(), handoff);
                    Vcpu vcpu = vm.createVcpu()) {
                assertEquals(HStatus.H_PARAMETER, vcpu.hcall(Hcall.H_PUT_TCE, 1, 0, 0, 0));
            }
        }
    }
}
