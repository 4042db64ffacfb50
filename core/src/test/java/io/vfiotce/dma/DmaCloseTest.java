package io.vfiotce.dma;

import static io.vfiotce.dma.DmaAccess.READ;
import static io.vfiotce.dma.DmaStatus.OK;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.lang.ref.WeakReference;
import org.junit.jupiter.api.Test;

class DmaCloseTest {
    private static final int COLLECTIONS = 20;

    @Test
    void shouldBeKeptByNobodyWhenItIsClosed() {
        try (DmaFixture vm = new DmaFixture()) {
            final WeakReference<DmaContext> context = openAndClose(vm);
            for (int i = 0; i < COLLECTIONS && context.get() != null; i++) {
                System.gc();
            }
            assertNull(context.get(), "whoever counts a change still knows it");
        }
    }

    private static WeakReference<DmaContext> openAndClose(final DmaFixture vm) {
        try (DmaContext context = vm.open(true)) {
            vm.map(0x3000, 0x3003);
            assertEquals(OK, context.translate(0x3000, 8, READ));
            return new WeakReference<>(context);
        }
    }
}
