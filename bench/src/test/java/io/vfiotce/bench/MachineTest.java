package io.vfiotce.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vfiotce.kvm.Vcpu;
import io.vfiotce.papr.HStatus;
import io.vfiotce.papr.Hcall;
import io.vfiotce.telemetry.Layer;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows measure what their names say: every call of a row succeeds and ends in the layer that it stands for. */
class MachineTest {
    private static final int PAIRS = Machine.PAIRS;

    @ParameterizedTest
    @ValueSource(ints = {1, 64})
    void shouldEndEveryCallInRealModeWhenTheKernelRowsRun(final int tables) {
        try (Machine machine = new Machine(tables, new BackoffIdleStrategy()).start()) {
            assertEquals(PAIRS + 3L, callsThatEndIn(Layer.REAL, machine, tables));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = 1)
    void shouldEndEveryCallInTheHandlerWhenTheUserspaceRowsRun(final int tables) {
        try (Machine machine =
                new Machine(tables, new BackoffIdleStrategy()).start().userspaceOnly()) {
            assertEquals(PAIRS + 3L, callsThatEndIn(Layer.USERSPACE, machine, tables));
        }
    }

    private static long callsThatEndIn(final Layer layer, final Machine machine, final int tables) {
        final Vcpu vcpu = machine.vcpu;
        final long before = vcpu.counters().ended(layer);
        final long[] iobas = Machine.randomIobas();
        final long[] tces = Machine.randomTces();
        final long[] liobns = Machine.randomLiobns(tables);
        for (int i = 0; i < PAIRS; i++) {
            assertEquals(HStatus.H_SUCCESS, vcpu.hPutTce(liobns[i], iobas[i], tces[i]));
        }
        final int pages = Machine.WINDOW_PAGES;
        assertEquals(HStatus.H_SUCCESS, vcpu.hcall(Hcall.H_GET_TCE, Machine.FIRST_LIOBN, iobas[0], 0, 0));
        assertEquals(HStatus.H_SUCCESS, vcpu.hStuffTce(Machine.FIRST_LIOBN, 0, 0, pages));
        assertEquals(HStatus.H_SUCCESS, vcpu.hPutTceIndirect(Machine.FIRST_LIOBN, 0, Machine.LIST_GPA, pages));
        return vcpu.counters().ended(layer) - before;
    }
}
