package io.vfiotce.dma;

import static io.vfiotce.dma.DmaAccess.READ;
import static io.vfiotce.dma.DmaStatus.OK;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.memory.Memslot;
import org.junit.jupiter.api.Test;

/** An embedder that catches an overflow of the stack, wherever in an access it comes, goes on with a device that is right. */
class DmaOverflowTest {
    private static final long STACK_BYTES = 256 << 10;
    private static final int ROUNDS = 12;

    private int overflows;
    private int stale;
    private Throwable failure;

    @Test
    void shouldRenewItsCopiesWhenAnOverflowHasEndedARenewal() throws InterruptedException {
        try (DmaFixture vm = new DmaFixture();
                DmaContext nic = vm.open(true)) {
            vm.map(0x3000, 0x3003);
            final Thread thread = new Thread(null, () -> overflowEverywhere(vm, nic), "small stack", STACK_BYTES);
            thread.setUncaughtExceptionHandler((t, e) -> failure = e);
            thread.start();
            thread.join();
        }
        assertNull(failure);
        assertTrue(overflows > ROUNDS, "only " + overflows + " overflows");
        assertEquals(0, stale, () -> "a removed memory slot was reached after overflows, of " + overflows);
    }

    /** From the depth where nothing fits to the one where all does: each of another place in the renewal. */
    private void overflowEverywhere(final DmaFixture vm, final DmaContext nic) {
        for (int round = 0; round < ROUNDS; round++) {
            boolean isThrough = false;
            for (int depth = limit(); !isThrough; depth--) {
                assertEquals(OK, nic.translate(0x3000, 8, READ));
                vm.test.vm().removeMemslot(0);
                try {
                    below(depth, () -> nic.translate(0x3000, 8, READ));
                    isThrough = true;
                } catch (final StackOverflowError e) {
                    overflows++;
                }
                if (nic.translate(0x3000, 8, READ) == OK) {
                    stale++;
                }
                vm.test.vm().addMemslot(Memslot.of(0, vm.first));
            }
        }
    }

    /** A depth at which nothing can be called. */
    private static int limit() {
        for (int depth = 10; ; depth += 10) {
            try {
                below(depth, () -> {});
            } catch (final StackOverflowError e) {
                return depth + 5;
            }
        }
    }

    private static int below(final int frames, final Runnable action) {
        if (frames == 0) {
            action.run();
            return 0;
        }
        return below(frames - 1, action) + 1;
    }
}
