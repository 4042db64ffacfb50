package io.vfiotce.bench.handoff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.vfiotce.bench.Idle;
import io.vfiotce.papr.HStatus;
import io.vfiotce.telemetry.Layer;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each row's calls are answered by the handler it names, however it waits. */
class HandoffVmTest {
    private static final int CALLS = 20;

    @ParameterizedTest
    @EnumSource(Idle.class)
    void shouldEndEveryCallInTheHandlerWhenItIsAThread(final Idle idle) {
        final IdleBenchmark.InProcess state = new IdleBenchmark.InProcess();
        state.idle = idle;
        state.setup();
        checkCalls(state.vm);
        state.tearDown();
    }

    @ParameterizedTest
    @EnumSource(Idle.class)
    void shouldEndEveryCallInTheHandlerWhenItIsAProcess(final Idle idle) throws IOException, InterruptedException {
        final IdleBenchmark.OtherProcess state = new IdleBenchmark.OtherProcess();
        state.idle = idle;
        state.setup();
        checkCalls(state.vm);
        state.tearDown();
    }

    private static void checkCalls(final HandoffVm vm) {
        for (int i = 0; i < CALLS; i++) {
            assertEquals(HStatus.H_SUCCESS, vm.put());
        }
        assertEquals(CALLS, vm.vcpu().counters().ended(Layer.USERSPACE));
        assertEquals(
                0, vm.vcpu().counters().ended(Layer.REAL) + vm.vcpu().counters().ended(Layer.VIRTUAL));
    }

    @ParameterizedTest
    @EnumSource(Idle.class)
    void shouldGetAnAnswerWhenTheSocketIsPolled(final Idle idle) throws IOException, InterruptedException {
        final IdleBenchmark.Socket state = new IdleBenchmark.Socket();
        state.idle = idle;
        state.setup();
        for (int i = 0; i < CALLS; i++) {
            assertEquals(HStatus.H_SUCCESS, new IdleBenchmark().socket(state));
        }
        state.tearDown();
    }

    @Test
    void shouldWaitInItsOwnWayWhenAStrategyIsMade() {
        final Set<Class<?>> kinds = new HashSet<>();
        for (final Idle idle : Idle.values()) {
            kinds.add(idle.strategy().getClass());
            assertSame(idle, Idle.valueOf(idle.name()));
        }
        assertEquals(Idle.values().length, kinds.size());
    }
}
