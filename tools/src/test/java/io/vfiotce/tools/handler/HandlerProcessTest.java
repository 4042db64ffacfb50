package io.vfiotce.tools.handler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.handoff.AnswerLimit;
import io.vfiotce.handoff.SharedHandoff;
import io.vfiotce.handoff.SharedHandoffConfig;
import io.vfiotce.kvm.Vcpu;
import io.vfiotce.kvm.Vm;
import io.vfiotce.kvm.VmConfig;
import io.vfiotce.papr.HStatus;
import io.vfiotce.papr.Hcall;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The process is watched: who dies is followed by another, unless none lives. */
@Timeout(60)
class HandlerProcessTest {
    private final Queue<String> log = new ConcurrentLinkedQueue<>();

    private static SharedHandoff handoff(final Path directory) {
        return SharedHandoff.create(directory, new SharedHandoffConfig().answerLimit(AnswerLimit.RUN));
    }

    /** No window has this LIOBN, which only the handler can tell. */
    private static long status(final SharedHandoff handoff) {
        try (Vm vm = new Vm(new VmConfig(), handoff);
                Vcpu vcpu = vm.createVcpu()) {
            return vcpu.hcall(Hcall.H_PUT_TCE, 1, 0, 0, 0);
        }
    }

    @Test
    void shouldStartAnotherWhenItDiesAndLeaveNothingWhenItIsClosed() throws Exception {
        final Path directory;
        final Process second;
        try (HandlerProcess process =
                new HandlerProcess(HandlerProcess.referenceHandler(HandlerIdle.YIELD), log::add)) {
            directory = process.newDirectory();
            try (SharedHandoff handoff = handoff(directory)) {
                process.attach(directory, handoff);
                assertEquals(
                        "rwx------",
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.getParent())));
                assertEquals(HStatus.H_PARAMETER, status(handoff));
                final Process first = process.process();
                // By its handle: Process.destroyForcibly also closes the streams that are being read, which no real
                // killer does.
                first.toHandle().destroyForcibly();
                first.waitFor();
                assertEquals(HStatus.H_PARAMETER, status(handoff));
                second = process.process();
                assertNotEquals(first.pid(), second.pid());
                assertEquals(second.pid(), handoff.handlerPid());
            }
            process.detach(directory);
            assertFalse(Files.exists(directory));
            assertTrue(second.isAlive());
        }
        assertEquals(0, second.exitValue());
        assertFalse(Files.exists(directory.getParent()));
        assertEquals(List.of(), List.copyOf(log));
    }

    @Test
    void shouldEndTheCallAtTheDeadlineWhenEachHandlerDiesOfIt() {
        try (HandlerProcess process = new HandlerProcess(List.of(FailingHandler.class.getName(), "die"), log::add)) {
            final Path directory = process.newDirectory();
            try (SharedHandoff handoff = SharedHandoff.create(directory, new SharedHandoffConfig())) {
                process.attach(directory, handoff);
                final Process first = process.process();
                assertEquals(HStatus.H_HARDWARE, status(handoff));
                assertNotEquals(first.pid(), process.process().pid());
                assertFalse(handoff.isFenced());
                assertEquals(0, handoff.failures());
            }
            process.detach(directory);
        }
    }

    @Test
    void shouldCountTheCallWhenTheHandlerThrows() {
        try (HandlerProcess process = new HandlerProcess(List.of(FailingHandler.class.getName(), "throw"), log::add);
                VmHandler handler =
                        Handlers.of(process).create(new VmConfig().answerLimit(AnswerLimit.RUN), List.of())) {
            handler.start(error -> {});
            try (Vcpu vcpu = handler.vm().createVcpu()) {
                assertEquals(HStatus.H_HARDWARE, vcpu.hcall(Hcall.H_PUT_TCE, 1, 0, 0, 0));
            }
            assertEquals(1, handler.failures());
        }
    }

    @Test
    void shouldGiveItUpAndFenceTheVmsWhenNoneLivesLongEnough() {
        try (HandlerProcess process = new HandlerProcess(List.of("io.vfiotce.tools.Tce", "--version"), log::add)) {
            final Path directory = process.newDirectory();
            try (SharedHandoff handoff = handoff(directory)) {
                process.attach(directory, handoff);
                assertEquals(HStatus.H_HARDWARE, status(handoff));
                assertTrue(handoff.isFenced());
                assertEquals(
                        1,
                        log.stream()
                                .filter(line -> line.contains("is not started any more"))
                                .count());
                assertEquals(
                        5,
                        log.stream().filter(line -> line.startsWith("vfio-tce")).count());
            }
            final Path later = process.newDirectory();
            try (SharedHandoff handoff = handoff(later)) {
                process.attach(later, handoff);
                assertTrue(handoff.isFenced());
            }
        }
    }
}
