package io.vfiotce.dma;

import static io.vfiotce.dma.DmaAccess.READ;
import static io.vfiotce.dma.DmaStatus.OK;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.memory.Memslot;
import io.vfiotce.support.StackOverflows;
import org.junit.jupiter.api.Test;

/** An embedder that catches an overflow of the stack, wherever in an access it comes, goes on with a device that is right. */
class DmaOverflowTest {
    private static final int ROUNDS = 12;

    private int stale;

    @Test
    void shouldRenewItsCopiesWhenAnOverflowHasEndedARenewal() throws InterruptedException {
        try (DmaFixture vm = new DmaFixture();
                DmaContext nic = vm.open(true)) {
            vm.map(0x3000, 0x3003);
            final int overflows = StackOverflows.everywhere(
                    ROUNDS,
                    () -> {
                        assertEquals(OK, nic.translate(0x3000, 8, READ));
                        vm.test.vm().removeMemslot(0);
                    },
                    () -> nic.translate(0x3000, 8, READ),
                    () -> {
                        stale += nic.translate(0x3000, 8, READ) == OK ? 1 : 0;
                        vm.test.vm().addMemslot(Memslot.of(0, vm.first));
                    });
            assertTrue(overflows > ROUNDS, "only " + overflows + " overflows");
            assertEquals(0, stale, () -> "a removed memory slot was reached after overflows, of " + overflows);
        }
    }
}
