package io.vfiotce.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

/** Slots hold references, and pages with their addresses, one by one. */
class SlotsTest {
    @Test
    void shouldHoldEachReferenceWhenSetApart() {
        final String[] slots = new String[3];
        Slots.setRelease(slots, 0, "first");
        Slots.setRelease(slots, 2, "last");
        assertEquals("first", Slots.acquire(slots, 0));
        assertNull(Slots.acquire(slots, 1));
        assertEquals("last", Slots.acquire(slots, 2));
        Slots.setRelease(slots, 0, null);
        assertNull(Slots.acquire(slots, 0));
    }

    @Test
    void shouldThrowWhenAnIndexIsOutside() {
        final String[] slots = new String[3];
        assertThrows(IndexOutOfBoundsException.class, () -> Slots.acquire(slots, 3));
        assertThrows(IndexOutOfBoundsException.class, () -> Slots.setRelease(slots, -1, "x"));
        assertThrows(IndexOutOfBoundsException.class, () -> PageSlots.addressAcquire(new PageSlots(3).addresses(), 3));
    }

    @Test
    void shouldGivePageAndAddressTogetherWhenAPageIsSet() {
        final OffHeap offHeap = new OffHeap(1 << 20);
        final WordPage page = offHeap.allocate(64);
        final PageSlots slots = new PageSlots(2);
        slots.setRelease(1, page);
        assertEquals(2, slots.count());
        assertNull(slots.pageAcquire(0));
        assertEquals(0, PageSlots.addressAcquire(slots.addresses(), 0));
        assertSame(page, slots.pageAcquire(1));
        final long address = PageSlots.addressAcquire(slots.addresses(), 1);
        assertEquals(page.addressOffset(), address);
        Words.setWordRelease(address, 7, -5);
        assertEquals(-5, page.wordPlain(7));
        assertEquals(0, page.wordPlain(6));
        page.setWordPlain(0, 9);
        assertEquals(9, Words.wordAcquire(address, 0));
        assertSame(page, slots.clear(1));
        assertNull(slots.pageAcquire(1));
        assertNull(slots.clear(0));
        offHeap.free(page);
    }
}
