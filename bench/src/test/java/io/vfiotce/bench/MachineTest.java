package io.vfiotce.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;

import io.vfiotce.kvm.Vcpu;
import io.vfiotce.papr.HStatus;
import io.vfiotce.papr.Hcall;
import io.vfiotce.telemetry.Layer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows measure what their names say: every call of a row succeeds and ends in the layer that it stands for. */
class MachineTest {
    private static final int PAIRS = Machine.PAIRS;

    @ParameterizedTest
    @ValueSource(ints = {1, 64, 65_536})
    void shouldEndEveryCallInRealModeWhenTheKernelRowsRun(final int tables) {
        try (Machine machine = new Machine(new MachineConfig().tables(tables)).start()) {
            assertEquals(PAIRS + 3L, callsThatEndIn(Layer.REAL, machine, tables));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = 1)
    void shouldEndEveryCallInTheHandlerWhenTheUserspaceRowsRun(final int tables) {
        try (Machine machine =
                new Machine(new MachineConfig().tables(tables)).start().userspaceOnly()) {
            assertEquals(PAIRS + 3L, callsThatEndIn(Layer.USERSPACE, machine, tables));
        }
    }

    @Test
    void shouldUseEveryNumberOfGroupsWhenEverythingIsExercised() {
        try (Machine machine = new Machine(MachineConfig.ofEveryKind())) {
            for (int groups = 0; groups < 3; groups++) {
                assertEquals(groups, machine.window(groups).attached().size());
            }
            assertEquals(2, machine.regions().size());
            assertEquals(3, machine.vm.memslots().slots().size());
        }
    }

    @Test
    void shouldHaveWhatTheConfigurationSaysWhenItIsSetUp() {
        try (Machine machine = new Machine(new MachineConfig()
                .tables(2)
                .pages(1 << 14)
                .pageShift(16)
                .tablePageShift(12)
                .hostPageShift(12)
                .levels(3)
                .groups(2)
                .regions(4)
                .memslots(8)
                .vcpus(2))) {
            assertEquals(2, machine.vm.windows().size());
            assertEquals(1 << 14, machine.window(1).sizePages());
            assertEquals(16, machine.window(1).pageShift());
            assertEquals(4, machine.iommuTables().size());
            assertEquals(12, machine.iommuTables().get(3).pageShift());
            assertEquals(3, machine.iommuTables().get(3).geometry().levels());
            assertEquals(12, machine.iommuTables().get(3).geometry().hostPageShift());
            assertEquals(4, machine.regions().size());
            assertEquals(8, machine.vm.memslots().slots().size());
            assertNotSame(machine.vcpu(0), machine.vcpu(1));
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
