package io.vfiotce.kvm;

import static io.vfiotce.papr.HStatus.H_HARDWARE;
import static io.vfiotce.papr.HStatus.H_SUCCESS;
import static io.vfiotce.papr.HStatus.H_TOO_HARD;
import static io.vfiotce.papr.Hcall.H_PUT_TCE;
import static io.vfiotce.papr.Hcall.H_PUT_TCE_INDIRECT;
import static io.vfiotce.papr.Hcall.H_STUFF_TCE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vfiotce.memory.GuestMemory;
import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.support.TestVm;
import io.vfiotce.tce.TceTable;
import io.vfiotce.telemetry.Layer;
import io.vfiotce.telemetry.PassReason;
import org.junit.jupiter.api.Test;

/** When off-heap memory runs out, calls that need a new page fail whole and the others go on. */
class OffHeapLimitTest {
    private static final long LEAF_ENTRIES = 512;

    private static long bytesOfVcpu() {
        try (TestVm vm = TestVm.inline(new VmConfig().process(new ProcessConfig().hostPageShift(12)))) {
            vm.vcpu();
            return vm.vm().offHeapBytes();
        }
    }

    @Test
    void shouldStoreNothingWhenNoPageCanBeMade() {
        final long limit = bytesOfVcpu() + 2 * 4096;
        try (TestVm vm = TestVm.inline(
                new VmConfig().process(new ProcessConfig().hostPageShift(12).offHeapLimitBytes(limit)))) {
            vm.withMemory(0, GuestMemory.sparse(1 << 16)).putList(0x1000, 0x2003, 0x3003);
            final Vcpu vcpu = vm.vcpu();
            final TceTable table = vm.window(TestVm.LIOBN, 12, 0, 8 * LEAF_ENTRIES);
            assertEquals(H_SUCCESS, vcpu.hcall(H_PUT_TCE, TestVm.LIOBN, 0, 0x2003, 0));
            assertEquals(1, vcpu.counters().ended(Layer.VIRTUAL, 1));
            assertEquals(H_HARDWARE, vcpu.hcall(H_STUFF_TCE, TestVm.LIOBN, 0x1000, 0x800, 3 * LEAF_ENTRIES));
            assertEquals(1, vcpu.counters().passedOn(Layer.VIRTUAL, PassReason.NO_MEMORY));
            assertEquals(1, vcpu.counters().ended(Layer.USERSPACE, 2));
            final long last = 2 * LEAF_ENTRIES - 1;
            assertEquals(H_TOO_HARD, vcpu.virtualModeOnly(H_PUT_TCE_INDIRECT, TestVm.LIOBN, last << 12, 0x1000, 2));
            assertEquals(H_HARDWARE, vcpu.hcall(H_PUT_TCE_INDIRECT, TestVm.LIOBN, last << 12, 0x1000, 2));
            assertEquals(H_HARDWARE, vcpu.hcall(H_PUT_TCE, TestVm.LIOBN, last + 1 << 12, 0x2003, 0));
            assertEquals(H_SUCCESS, vcpu.hcall(H_PUT_TCE, TestVm.LIOBN, last + 1 << 12, 0, 0));
            assertEquals(H_SUCCESS, vcpu.hcall(H_STUFF_TCE, TestVm.LIOBN, 0x1000, 0, 3 * LEAF_ENTRIES));
            for (long entry = 0; entry < 8 * LEAF_ENTRIES; entry++) {
                assertEquals(entry == 0 ? 0x2003 : 0, table.tceAcquire(entry), "entry " + entry);
            }
        }
    }
}
