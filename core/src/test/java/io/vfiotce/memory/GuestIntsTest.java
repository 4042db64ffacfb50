package io.vfiotce.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class GuestIntsTest {
    private static final long SIZE = 1 << 16;

    private final GuestMemory low = GuestMemory.sparse(SIZE);
    private final GuestMemory high = GuestMemory.sparse(SIZE);
    private final Memslots memslots =
            Memslots.EMPTY.with(Memslot.of(0, low)).with(Memslot.of(SIZE, high)).with(Memslot.of(-SIZE, low));

    @Test
    void shouldReadBigEndianWhenTheGuestHasWritten() {
        low.putBigEndianOpaque(0x100, 0x0102_0304_8586_8788L);
        assertEquals(0x0102_0304, GuestInts.get(memslots, 0x100));
        assertEquals(0x8586_8788L, GuestInts.get(memslots, 0x104));
        assertEquals(0x0203_0485, GuestInts.get(memslots, 0x101));
    }

    @Test
    void shouldTouchFourBytesWhenAWordIsWritten() {
        low.putBigEndianOpaque(0x100, -1);
        GuestInts.put(memslots, 0x103, 0x7777_7777_0000_00FEL);
        assertEquals(0xFFFF_FF00L, GuestInts.get(memslots, 0x100));
        assertEquals(0x0000_FEFFL, GuestInts.get(memslots, 0x104));
    }

    @Test
    void shouldFindEveryByteWhenAWordLiesInTwoSlots() {
        GuestInts.put(memslots, SIZE - 2, 0x1122_3344);
        assertEquals(0x1122_3344, GuestInts.get(memslots, SIZE - 2));
        assertEquals(0x3344_0000, GuestInts.get(memslots, SIZE));
    }

    @Test
    void shouldSayWhatIsBackedWhenARunReachesAnEnd() {
        assertTrue(GuestInts.areBacked(memslots, 0, 1));
        assertTrue(GuestInts.areBacked(memslots, SIZE - 4, 2));
        assertTrue(GuestInts.areBacked(memslots, 2 * SIZE - 140, 35));
        assertFalse(GuestInts.areBacked(memslots, 2 * SIZE - 139, 35));
        assertFalse(GuestInts.areBacked(memslots, 2 * SIZE, 1));
        assertFalse(GuestInts.areBacked(memslots, -SIZE - 1, 1));
        assertTrue(GuestInts.areBacked(memslots, -4, 1));
        assertFalse(GuestInts.areBacked(memslots, -4, 2));
        assertFalse(GuestInts.areBacked(memslots, -1, 1));
    }
}
