package io.vfiotce.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The life of a process: what it refuses to start with, and that a refused end changes nothing. */
class UserProcessTest {
    private static final int STRIPE_BYTES = MappedCounts.MAX_REGIONS * Long.BYTES;

    private final UserProcess process = new UserProcess(new ProcessConfig());

    @Test
    void shouldGoOnWhenClosedWithAVcpu() {
        final QuiescentReader vcpu = process.quiescence().register("vcpu 0");
        final long bytes = process.offHeap().allocatedBytes();
        for (int i = 0; i < 2; i++) {
            final IllegalStateException e = assertThrows(IllegalStateException.class, process::close);
            assertTrue(e.getMessage().contains("vcpu 0"), e.getMessage());
            assertEquals(bytes, process.offHeap().allocatedBytes());
        }
        final PinnedRegion region = process.pinnedMemory().register(0, 1);
        process.pinnedMemory().counts().addShared(region.index(), 1);
        assertEquals(1, process.pinnedMemory().counts().sum(region.index()));
        process.pinnedMemory().counts().addShared(region.index(), -1);
        process.pinnedMemory().put(region);
        vcpu.close();
        process.close();
        assertEquals(0, process.offHeap().allocatedBytes());
    }

    @Test
    void shouldGoOnWhenClosedWithARegion() {
        final PinnedRegion region = process.pinnedMemory().register(0x10000, 1);
        final IllegalStateException e = assertThrows(IllegalStateException.class, process::close);
        assertTrue(e.getMessage().contains("0x10000"), e.getMessage());
        assertNotNull(process.quiescence().register("vcpu 0").name());
        assertThrows(IllegalStateException.class, process::close);
        assertEquals(1, process.lockedMemory().lockedPages());
        assertEquals(region, process.pinnedMemory().findExact(0x10000, 1));
    }

    @Test
    void shouldDoNothingWhenClosedTwice() {
        process.close();
        assertEquals(0, process.offHeap().allocatedBytes());
        process.close();
        assertEquals(0, process.offHeap().allocatedBytes());
    }

    @Test
    void shouldFreeWhatIsRetiredWhenClosed() {
        final PinnedRegion region = process.pinnedMemory().register(0, 4);
        process.pinnedMemory().counts().addShared(region.index(), 1);
        process.pinnedMemory().release(region);
        // Unmapped meanwhile, by a hypercall that tells nobody.
        process.pinnedMemory().counts().addShared(region.index(), -1);
        process.close();
        assertEquals(0, process.offHeap().allocatedBytes());
        assertEquals(0, process.lockedMemory().lockedPages());
    }

    @Test
    void shouldLeaveNothingWhenThereIsNoMemoryToStart() {
        final ProcessConfig config = new ProcessConfig().offHeapLimitBytes(STRIPE_BYTES);
        assertThrows(OutOfMemoryError.class, () -> new UserProcess(config));
        assertThrows(OutOfMemoryError.class, () -> new UserProcess(new ProcessConfig().offHeapLimitBytes(0)));
        new UserProcess(config.offHeapLimitBytes(STRIPE_BYTES + OffHeap.ALIGNMENT_BYTES)).close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 4096, 1L << 33, (1L << 34) + 1, -1})
    void shouldRefuseWhenPhysicalAddressesAreNotAligned(final long offset) {
        assertThrows(IllegalArgumentException.class, () -> new ProcessConfig().hostMemory(HostMemory.flat(offset)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 11, 13, 17, -1})
    void shouldRefuseWhenThePageSizeIsNone(final int shift) {
        assertThrows(IllegalArgumentException.class, () -> new ProcessConfig().hostPageShift(shift));
    }
}
