package io.vfiotce.kvm;

import static io.vfiotce.papr.HStatus.H_SUCCESS;
import static io.vfiotce.papr.HStatus.H_TOO_HARD;
import static io.vfiotce.papr.Hcall.H_PUT_TCE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.memory.GuestMemory;
import io.vfiotce.memory.Memslot;
import io.vfiotce.support.StackOverflows;
import io.vfiotce.support.TestVm;
import org.junit.jupiter.api.Test;

/** An embedder that catches an overflow of the stack, wherever in a hypercall it comes, goes on with a vCPU that is right. */
class VcpuOverflowTest {
    private static final int ROUNDS = 12;
    private static final long LIOBN = 0x8000_0000L;
    private static final long SLOT = 64 << 20;

    private int stale;

    @Test
    void shouldRenewItsCopiesWhenAnOverflowHasEndedARenewal() throws InterruptedException {
        try (TestVm test = TestVm.inline(new VmConfig());
                Vcpu vcpu = test.vm().createVcpu()) {
            final GuestMemory memory = GuestMemory.sparse(1 << 20);
            test.window(LIOBN, 16, 0, 64).makeResident(0, 64);
            test.vm().addMemslot(Memslot.of(0, GuestMemory.sparse(1 << 20)));
            final int overflows = StackOverflows.everywhere(
                    ROUNDS,
                    () -> {
                        test.vm().addMemslot(Memslot.of(SLOT, memory));
                        for (int i = 0; i < 3; i++) {
                            assertEquals(H_SUCCESS, vcpu.hPutTce(LIOBN, 0, SLOT | 3));
                        }
                        test.vm().removeMemslot(SLOT);
                    },
                    () -> vcpu.hPutTce(LIOBN, 0, 3),
                    () -> stale += vcpu.realModeOnly(H_PUT_TCE, LIOBN, 0, SLOT | 3, 0) == H_TOO_HARD ? 0 : 1);
            assertTrue(overflows > ROUNDS, "only " + overflows + " overflows");
            assertEquals(0, stale, () -> "a removed memory slot was mapped after overflows, of " + overflows);
        }
    }
}
