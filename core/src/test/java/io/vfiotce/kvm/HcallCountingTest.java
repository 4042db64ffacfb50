package io.vfiotce.kvm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vfiotce.handoff.AnswerLimit;
import io.vfiotce.memory.GuestMemory;
import io.vfiotce.memory.Memslot;
import io.vfiotce.papr.HStatus;
import io.vfiotce.papr.Hcall;
import io.vfiotce.tce.WindowGeometry;
import io.vfiotce.telemetry.Layer;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every call is counted once, in the layer that it ended in. */
class HcallCountingTest {
    private static final long LIOBN = 0x8000_0000L;
    private static final long[] OPCODES = {Hcall.H_GET_TCE, Hcall.H_PUT_TCE, Hcall.H_STUFF_TCE, Hcall.H_PUT_TCE_INDIRECT
    };

    @ParameterizedTest
    @EnumSource(Layer.class)
    void shouldCountOnceWhenACallEndsInALayer(final Layer layer) {
        try (Vm vm = new Vm(
                        new VmConfig().answerLimit(AnswerLimit.RUN).realMode(layer == Layer.REAL),
                        windows -> (request, answer) -> answer.end(HStatus.H_SUCCESS));
                AgentRunner runner =
                        new AgentRunner(new BackoffIdleStrategy(), Throwable::printStackTrace, null, vm.handoff())) {
            AgentRunner.startOnThread(runner);
            vm.addMemslot(Memslot.of(0, GuestMemory.sparse(1 << 20)));
            for (final long opcode : OPCODES) {
                vm.enableHcall(opcode, layer != Layer.USERSPACE);
            }
            final int fd = vm.createSpaprTce64(new WindowGeometry(LIOBN, 12, 0, 16));
            ((TceTableFile) vm.files().file(fd)).table().makeResident(0, 16);
            try (Vcpu vcpu = vm.createVcpu()) {
                for (int calls = 1; calls <= 3; calls++) {
                    for (final long opcode : OPCODES) {
                        // The first call finds the vCPU offline, the second its copies current, the third renews them.
                        assertEquals(HStatus.H_SUCCESS, vcpu.hcall(opcode, LIOBN, 0, 0, 1));
                        assertCounts(vcpu, layer, Hcall.index(opcode), calls);
                    }
                    if (calls == 2) {
                        vm.addMemslot(Memslot.of(1 << 20, GuestMemory.sparse(1 << 16)));
                    }
                }
            }
            vm.files().close(fd);
        }
    }

    private static void assertCounts(final Vcpu vcpu, final Layer layer, final int hcallIndex, final long calls) {
        for (final Layer other : Layer.values()) {
            assertEquals(other == layer ? calls : 0, vcpu.counters().ended(other, hcallIndex), other.toString());
        }
    }
}
