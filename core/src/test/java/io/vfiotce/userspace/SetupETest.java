package io.vfiotce.userspace;

import static io.vfiotce.papr.HStatus.H_SUCCESS;
import static io.vfiotce.papr.Rtas.QUERY_PE_DMA_WINDOW;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.vfiotce.papr.Hcall;
import io.vfiotce.support.RtasVm;
import io.vfiotce.tce.TceTable;
import org.junit.jupiter.api.Test;

/** Setup E of the behaviour tables: one bridge in its default state, calls E1 to E10 in turn. */
class SetupETest {
    private static final long FIRST = 0x8000_0000L;
    private static final long SECOND = 0x8000_0001L;
    private static final long START = 0x0800_0000_0000_0000L;

    private static long[] query(final RtasVm vm, final int nret) {
        return vm.call(QUERY_PE_DMA_WINDOW, nret, 0x800, RtasVm.buidHigh(), RtasVm.buidLow());
    }

    @Test
    void shouldGiveTheResultsOfTheRowsWhenCalledInTurn() {
        try (RtasVm vm = new RtasVm()) {
            assertArrayEquals(new long[] {0, 1, (int) 0x8000_0000L, 0x107, 0}, query(vm, 5), "E1");
            assertArrayEquals(new long[] {0, 1, 0x20, 0, 0x107, 0}, query(vm, 6), "E2");
            assertArrayEquals(new long[] {0, (int) SECOND, 0x0800_0000, 0}, vm.create(16, 36), "E3");
            assertEquals(-1, vm.create(16, 36)[0], "E4");
            assertEquals(-3, vm.create(13, 36)[0], "E5");
            assertEquals(-3, vm.create(16, 12)[0], "E6");
            assertEquals(0, vm.remove(SECOND), "E7");
            assertEquals("[" + vm.table(FIRST).geometry() + "]", vm.windows().toString(), "E7");
            e8(vm);
            assertEquals(-3, vm.remove(SECOND), "E9");
            assertEquals(-3, vm.remove(0x1234), "E9");
            e10(vm);
        }
    }

    private static void e8(final RtasVm vm) {
        final TceTable before = vm.table(FIRST);
        assertEquals(0, vm.create(16, 36)[0], "E8");
        assertEquals(H_SUCCESS, vm.vcpu().hcall(Hcall.H_PUT_TCE, SECOND, START + 0x1_0000, 3, 0), "E8");
        assertEquals(3, vm.table(SECOND).tceAcquire(1), "E8");
        assertEquals(0, vm.remove(FIRST), "E8");
        assertNull(vm.table(FIRST), "E8");
        assertEquals(0, vm.remove(SECOND), "E8");
        assertNull(vm.table(SECOND), "E8");
        assertEquals(before.geometry(), vm.table(FIRST).geometry(), "E8");
    }

    private static void e10(final RtasVm vm) {
        vm.create(24, 30);
        assertEquals(H_SUCCESS, vm.vcpu().hcall(Hcall.H_PUT_TCE, FIRST, 0x1000, 3, 0), "E10");
        assertEquals(0, vm.reset(), "E10");
        assertEquals(1, vm.windows().size(), "E10");
        assertEquals(-1, vm.table(FIRST).nextNonZero(0), "E10");
        assertEquals(H_SUCCESS, vm.vcpu().hcall(Hcall.H_PUT_TCE, FIRST, 0x2000, 3, 0), "E10: it works as before");
        assertEquals(2, vm.table(FIRST).nextNonZero(0), "E10");
    }
}
