package io.vfiotce.userspace;

import static io.vfiotce.papr.HStatus.H_FUNCTION;
import static io.vfiotce.papr.HStatus.H_PARAMETER;
import static io.vfiotce.papr.HStatus.H_SUCCESS;
import static io.vfiotce.papr.Hcall.H_GET_TCE;
import static io.vfiotce.papr.Hcall.H_PUT_TCE;
import static io.vfiotce.papr.Hcall.H_PUT_TCE_INDIRECT;
import static io.vfiotce.papr.Hcall.H_STUFF_TCE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vfiotce.kvm.UserspaceWindow;
import io.vfiotce.kvm.Vcpu;
import io.vfiotce.kvm.VmConfig;
import io.vfiotce.memory.GuestMemory;
import io.vfiotce.support.TestVm;
import io.vfiotce.tce.TceTable;
import io.vfiotce.tce.WindowGeometry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** QEMU's rules, on a window away from bus address 0 that only the handler knows. */
class ReferenceHandlerTest {
    private static final long LIOBN = TestVm.LIOBN;
    private static final long START = 0x800_0000L;
    private static final long PAGES = 10;

    private final TestVm vm = TestVm.inline(new VmConfig());
    private final Vcpu vcpu = vm.vcpu();
    private UserspaceWindow window;
    private TceTable table;

    @BeforeEach
    void create() {
        vm.withMemory(0, GuestMemory.sparse(1 << 16)).putList(0x1000, 0x11, 0x22, 0x33);
        window = vm.vm().createUserspaceWindow(new WindowGeometry(LIOBN, 16, START >>> 16, PAGES));
        table = window.table();
    }

    @AfterEach
    void close() {
        window.close();
        vm.close();
    }

    private long put(final long liobn, final long ioba) {
        return vcpu.hcall(H_PUT_TCE, liobn, ioba, 0xabcd, 0);
    }

    @Test
    void shouldRoundDownAndCheckNothingOfTheTceWhenPutting() {
        assertEquals(H_SUCCESS, put(LIOBN, START + 0x1_FFFF));
        assertEquals(0xabcd, table.tceAcquire(1));
        assertEquals(H_SUCCESS, put(LIOBN, START + (PAGES << 16) - 1));
        assertEquals(0xabcd, table.tceAcquire(PAGES - 1));
        assertEquals(H_PARAMETER, put(LIOBN, START + (PAGES << 16)));
        assertEquals(H_PARAMETER, put(LIOBN, START - 1));
        assertEquals(H_PARAMETER, put(LIOBN, 0));
        assertEquals(H_PARAMETER, put(LIOBN, -1));
        assertEquals(H_PARAMETER, put(LIOBN + 1, START));
        assertEquals(H_PARAMETER, put(1L << 32 | LIOBN, START));
    }

    @Test
    void shouldReadTheEntryWhenGetting() {
        put(LIOBN, START);
        assertEquals(H_SUCCESS, vcpu.hcall(H_GET_TCE, LIOBN, START + 5, 0, 0));
        assertEquals(0xabcd, vcpu.r4());
        assertEquals(H_SUCCESS, vcpu.hcall(H_GET_TCE, LIOBN, START + 0x1_0000, 0, 0));
        assertEquals(0, vcpu.r4());
        assertEquals(H_PARAMETER, vcpu.hcall(H_GET_TCE, LIOBN, START - 1, 0, 0));
    }

    @Test
    void shouldWriteWhatFitsWhenARangeCrossesTheEnd() {
        final long ioba = START + (PAGES - 2 << 16);
        assertEquals(H_PARAMETER, vcpu.hcall(H_PUT_TCE_INDIRECT, LIOBN, ioba, 0x1000, 3));
        assertEquals(0x11, table.tceAcquire(PAGES - 2));
        assertEquals(0x22, table.tceAcquire(PAGES - 1));
        assertEquals(H_PARAMETER, vcpu.hcall(H_STUFF_TCE, LIOBN, ioba, 7, PAGES));
        assertEquals(7, table.tceAcquire(PAGES - 1));
        assertEquals(0, table.tceAcquire(PAGES - 3));
        assertEquals(H_SUCCESS, vcpu.hcall(H_STUFF_TCE, LIOBN, START, 9, PAGES));
        assertEquals(9, table.tceAcquire(0));
        assertEquals(9, table.tceAcquire(PAGES - 1));
    }

    @Test
    void shouldRefuseAndWriteNothingWhenTheCountIsWrong() {
        assertEquals(H_PARAMETER, vcpu.hcall(H_STUFF_TCE, LIOBN, START, 7, 0));
        assertEquals(H_PARAMETER, vcpu.hcall(H_STUFF_TCE, LIOBN, START, 7, PAGES + 1));
        assertEquals(H_PARAMETER, vcpu.hcall(H_STUFF_TCE, LIOBN, START, 7, -1));
        assertEquals(H_PARAMETER, vcpu.hcall(H_PUT_TCE_INDIRECT, LIOBN, START, 0x1000, 0));
        assertEquals(H_PARAMETER, vcpu.hcall(H_PUT_TCE_INDIRECT, LIOBN, START, 0x1000, 513));
        assertEquals(H_PARAMETER, vcpu.hcall(H_PUT_TCE_INDIRECT, LIOBN, START, 0x1008, 1));
        for (long entry = 0; entry < PAGES; entry++) {
            assertEquals(0, table.tceAcquire(entry));
        }
        assertEquals(H_FUNCTION, vcpu.hcall(0, LIOBN, START, 0, 0));
    }
}
