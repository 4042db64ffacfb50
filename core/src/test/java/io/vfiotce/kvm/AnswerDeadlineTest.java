package io.vfiotce.kvm;

import static io.vfiotce.papr.HStatus.H_HARDWARE;
import static io.vfiotce.papr.HStatus.H_SUCCESS;
import static io.vfiotce.papr.Hcall.H_PUT_TCE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.handoff.AnswerLimit;
import io.vfiotce.handoff.HandlerHangException;
import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.support.ScriptedIdle;
import org.junit.jupiter.api.Test;

/** A handler on a thread that does not answer in time: the call ends, and the late answer is nobody's. */
class AnswerDeadlineTest {
    private final ScriptedIdle idle = new ScriptedIdle();
    private final int[] asked = {0};

    private Vm vm(final VmConfig config) {
        return new Vm(
                config.process(new ProcessConfig().clock(idle)).vcpuIdle(() -> idle), windows -> (request, answer) -> {
                    asked[0]++;
                    answer.end(request.r6() == 0x1003 ? H_SUCCESS : -4);
                });
    }

    private static long call(final Vcpu vcpu, final long tce) {
        return vcpu.hcall(H_PUT_TCE, 1, 0, tce, 0);
    }

    @Test
    void shouldEndWithHardwareErrorWhenTheDeadlineIsReached() {
        try (Vm vm = vm(new VmConfig());
                Vcpu vcpu = vm.createVcpu()) {
            idle.at(() -> {});
            final long start = idle.nanoTime();
            assertEquals(H_HARDWARE, call(vcpu, 0x1003));
            final long waitedNs = idle.nanoTime() - start;
            assertTrue(waitedNs >= 100_000_000 && waitedNs < 2_000_000_000, "waited " + waitedNs);
            assertEquals(1, vcpu.counters().unansweredCalls());
            assertEquals(0, asked[0]);
        }
    }

    @Test
    void shouldWaitForTheOldAnswerFirstWhenOneWasGivenUp() {
        try (Vm vm = vm(new VmConfig());
                Vcpu vcpu = vm.createVcpu()) {
            idle.at(() -> {});
            assertEquals(H_HARDWARE, call(vcpu, 0x2003));
            assertEquals(H_HARDWARE, call(vcpu, 0x1003));
            assertEquals(2, vcpu.counters().unansweredCalls());
            assertEquals(0, vcpu.counters().lateAnswers());
            idle.at(() -> vm.handoff().doWork());
            assertEquals(H_SUCCESS, call(vcpu, 0x1003), "not the answer to the first, which was refused");
            assertEquals(1, vcpu.counters().lateAnswers());
            assertEquals(2, asked[0], "the second call never reached the handler");
            assertEquals(2, vcpu.counters().unansweredCalls());
        }
    }

    @Test
    void shouldThrowAndGoOnWhenARunWithoutDeadlineHangs() {
        try (Vm vm = vm(new VmConfig().answerLimit(AnswerLimit.hang(60_000_000_000L)));
                Vcpu vcpu = vm.createVcpu()) {
            idle.at(() -> {});
            final HandlerHangException hang = assertThrows(HandlerHangException.class, () -> call(vcpu, 0x2003));
            assertEquals("the userspace handler has not answered a hypercall for 60000 ms", hang.getMessage());
            idle.at(() -> vm.handoff().doWork());
            assertEquals(H_SUCCESS, call(vcpu, 0x1003));
            assertEquals(vcpu.name(), vm.awaitGracePeriod(0), "online again");
        }
    }

    @Test
    void shouldRefuseALimitThatIsNoTime() {
        assertThrows(IllegalArgumentException.class, () -> AnswerLimit.deadline(0));
    }
}
