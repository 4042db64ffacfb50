package io.vfiotce.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.support.Seeds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Sets of memslots: finding, holes, overlap, removal, addresses of the upper half. */
class MemslotsTest {
    private static final long PAGE = 0x1000;

    private static Memslot slot(final long gpa, final long sizeBytes) {
        return new Memslot(gpa, sizeBytes, 0, GuestMemory.ofAddress(0x10_0000, sizeBytes, null));
    }

    private static Memslots of(final Memslot... slots) {
        Memslots set = Memslots.EMPTY;
        for (final Memslot slot : slots) {
            set = set.with(slot);
        }
        return set;
    }

    @Test
    void shouldFindNothingWhenThereIsNoSlot() {
        assertEquals(-1, Memslots.EMPTY.find(0));
        assertEquals(-1, Memslots.EMPTY.find(-1));
    }

    @Test
    void shouldTellSlotsFromHolesWhenAddressesLieAtTheEdges() {
        final Memslots set = of(slot(8 * PAGE, 2 * PAGE), slot(PAGE, PAGE), slot(10 * PAGE, PAGE));
        assertEquals(-1, set.find(0));
        assertEquals(-1, set.find(PAGE - 1));
        assertEquals(0, set.find(PAGE));
        assertEquals(0, set.find(2 * PAGE - 1));
        assertEquals(-1, set.find(2 * PAGE));
        assertEquals(-1, set.find(8 * PAGE - 1));
        assertEquals(1, set.find(8 * PAGE));
        assertEquals(1, set.find(10 * PAGE - 1));
        assertEquals(2, set.find(10 * PAGE));
        assertEquals(-1, set.find(11 * PAGE));
        assertTrue(set.isBacked(PAGE + 3));
    }

    @Test
    void shouldOrderUnsignedWhenAddressesHaveTheTopBit() {
        final Memslots set =
                of(slot(-PAGE, PAGE), slot(0, PAGE), slot(Long.MIN_VALUE, PAGE), slot(Long.MAX_VALUE - PAGE + 1, PAGE));
        assertEquals(0, set.find(5));
        assertEquals(1, set.find(Long.MAX_VALUE));
        assertEquals(2, set.find(Long.MIN_VALUE));
        assertEquals(3, set.find(-1));
        assertEquals(3, set.find(-PAGE));
        assertEquals(-1, set.find(-PAGE - 1));
        assertEquals(-1, set.find(PAGE));
    }

    @Test
    void shouldRefuseWhenSlotsOverlap() {
        final Memslots set = of(slot(4 * PAGE, 4 * PAGE), slot(-2 * PAGE, 2 * PAGE));
        assertNull(set.with(slot(4 * PAGE, 4 * PAGE)));
        assertNull(set.with(slot(3 * PAGE, 2 * PAGE)));
        assertNull(set.with(slot(7 * PAGE, PAGE)));
        assertNull(set.with(slot(5 * PAGE, PAGE)));
        assertNull(set.with(slot(2 * PAGE, 10 * PAGE)));
        assertNull(set.with(slot(-PAGE, PAGE)));
        assertNotNull(set.with(slot(3 * PAGE, PAGE)));
        assertNotNull(set.with(slot(8 * PAGE, PAGE)));
        assertNotNull(set.with(slot(0, PAGE)));
    }

    @Test
    void shouldLeaveTheOldSetAloneWhenASlotIsRemoved() {
        final Memslots set = of(slot(0, PAGE), slot(PAGE, PAGE));
        final Memslots less = set.without(0);
        assertEquals(-1, less.find(0));
        assertEquals(0, less.find(PAGE));
        assertEquals(0, set.find(0));
        assertNull(set.without(8));
        assertEquals(List.of(), less.without(PAGE).slots());
    }

    @Test
    void shouldAgreeWithASearchOfAllSlotsWhenThereAreUpTo64() {
        final Random random = new Random(Seeds.seed("MemslotsTest"));
        for (int slots = 1; slots <= 64; slots++) {
            final List<Memslot> all = new ArrayList<>();
            long gpa = random.nextInt(3) == 0 ? Long.MAX_VALUE - 20 * PAGE & -PAGE : 0;
            for (int i = 0; i < slots; i++) {
                final long size = (1 + random.nextInt(4)) * PAGE;
                gpa += random.nextInt(3) * PAGE;
                all.add(slot(gpa, size));
                gpa += size;
            }
            final List<Memslot> shuffled = new ArrayList<>(all);
            Collections.shuffle(shuffled, random);
            final Memslots set = of(shuffled.toArray(new Memslot[0]));
            for (int i = 0; i < 2000; i++) {
                final long probe = all.get(0).gpa() + (random.nextLong() & 0x7_FFFF) - 4 * PAGE;
                assertEquals(naive(all, probe), set.find(probe), () -> "gpa=0x" + Long.toHexString(probe));
            }
        }
    }

    private static int naive(final List<Memslot> sorted, final long gpa) {
        for (int i = 0; i < sorted.size(); i++) {
            final Memslot slot = sorted.get(i);
            if (Long.compareUnsigned(gpa, slot.gpa()) >= 0
                    && Long.compareUnsigned(gpa, slot.gpa() + slot.sizeBytes() - 1) <= 0) {
                return i;
            }
        }
        return -1;
    }
}
