package io.vfiotce.memory;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.agrona.UnsafeApi;

/**
 * An immutable set of memslots, sorted by guest physical address; what lies between them is a hole.
 *
 * <p>A hypercall takes one snapshot of the set and uses it throughout.
 *
 * @threads any
 * @source Linux search_memslots(), gfn_to_memslot()
 */
public final class Memslots {
    /** A set without slots. */
    public static final Memslots EMPTY = new Memslots(List.of());

    /** log2 of the unit that slots are compared in: small enough for every slot, and page numbers never look negative. */
    public static final int UNIT_SHIFT = 12;

    // First unit of slot i at [2i], its number of units at [2i+1]: one cache line holds four slots.
    private final long[] ranges;
    private final long[] addresses;
    private final long[] uas;
    private final List<Memslot> slots;

    private Memslots(final List<Memslot> sorted) {
        slots = sorted;
        ranges = new long[sorted.size() * 2];
        addresses = new long[sorted.size()];
        uas = new long[sorted.size()];
        for (int i = 0; i < sorted.size(); i++) {
            ranges[2 * i] = sorted.get(i).gpa() >>> UNIT_SHIFT;
            ranges[2 * i + 1] = sorted.get(i).sizeBytes() >>> UNIT_SHIFT;
            uas[i] = sorted.get(i).ua();
            addresses[i] = sorted.get(i).memory().address();
        }
    }

    /**
     * This set with one slot more.
     *
     * @param slot the slot
     * @return the new set; null if the slot overlaps one that is there
     */
    public Memslots with(final Memslot slot) {
        for (final Memslot other : slots) {
            // Neither range wraps, so two differences of starts say it without overflow.
            final boolean startsInside = Long.compareUnsigned(slot.gpa() - other.gpa(), other.sizeBytes()) < 0;
            final boolean covers = Long.compareUnsigned(other.gpa() - slot.gpa(), slot.sizeBytes()) < 0;
            if (startsInside || covers) {
                return null;
            }
        }
        final List<Memslot> all = new ArrayList<>(slots);
        all.add(slot);
        all.sort(Comparator.comparing(Memslot::gpa, Long::compareUnsigned));
        return new Memslots(List.copyOf(all));
    }

    /**
     * This set with one slot less.
     *
     * @param gpa start of the slot to leave out
     * @return the new set; null if no slot starts there
     */
    public Memslots without(final long gpa) {
        final List<Memslot> rest =
                slots.stream().filter(slot -> slot.gpa() != gpa).toList();
        return rest.size() == slots.size() ? null : new Memslots(rest);
    }

    /** {@return the slots by ascending guest physical address} */
    public List<Memslot> slots() {
        return slots;
    }

    /**
     * Finds the slot of an address.
     *
     * @param gpa guest physical address in bytes
     * @return slot number, or -1 if the address lies in a hole
     * @cost a binary search
     */
    public int find(final long gpa) {
        final long unit = gpa >>> UNIT_SHIFT;
        int low = 0;
        int high = addresses.length - 1;
        while (low <= high) {
            final int middle = (low + high) >>> 1;
            final long distance = unit - ranges[2 * middle];
            if (distance < 0) {
                high = middle - 1;
            } else if (distance < ranges[2 * middle + 1]) {
                return middle;
            } else {
                low = middle + 1;
            }
        }
        return -1;
    }

    /**
     * First unit of a slot.
     *
     * @param slot slot number
     * @return guest physical address of its first byte, in units of 2^{@value #UNIT_SHIFT} bytes
     */
    public long firstUnit(final int slot) {
        return ranges[2 * slot];
    }

    /**
     * Length of a slot.
     *
     * @param slot slot number
     * @return number of units of 2^{@value #UNIT_SHIFT} bytes
     */
    public long units(final int slot) {
        return ranges[2 * slot + 1];
    }

    /**
     * Where a slot lies in the process.
     *
     * @param slot slot number
     * @return user address of its first byte
     */
    public long ua(final int slot) {
        return uas[slot];
    }

    /**
     * Whether an address lies in a slot.
     *
     * @param gpa guest physical address in bytes
     * @return true if it is backed
     */
    public boolean isBacked(final long gpa) {
        return find(gpa) >= 0;
    }

    /** Where a byte of guest memory lies in this process. */
    long address(final long gpa) {
        final int slot = find(gpa);
        return addresses[slot] + (gpa - (ranges[2 * slot] << UNIT_SHIFT));
    }

    /**
     * Where a slot's bytes are.
     *
     * @param slot slot number
     * @return address of its first byte in this process
     */
    public long slotAddress(final int slot) {
        return addresses[slot];
    }

    /**
     * Finds the slot of a user address; the first by guest physical address if several show the same memory.
     *
     * @param ua user address
     * @return slot number, or -1 if no slot has it
     * @cost looks at every slot
     */
    public int findUserAddress(final long ua) {
        for (int slot = 0; slot < uas.length; slot++) {
            if (Long.compareUnsigned((ua - uas[slot]) >>> UNIT_SHIFT, ranges[2 * slot + 1]) < 0) {
                return slot;
            }
        }
        return -1;
    }

    /**
     * Copies big-endian words out of guest memory, each read once, and looks them over on the way.
     *
     * @param slot number of the slot that holds the first word
     * @param gpa guest physical address of the first word, a multiple of 8
     * @param count how many words; all of them lie in the slot's page of 4 KiB
     * @param target receives the words in the machine's order, from index 0; private to the caller
     * @param oddBits bits that are 0 in an ordinary word
     * @param firstUnit first unit of a range of memory that ordinary words point into
     * @param lastUnit last unit of that range, counted from the first; -1 if it is empty
     * @return 0 if every word is ordinary; else at least one has odd bits or points elsewhere
     * @ordering opaque loads, plain stores
     */
    public long copyList(
            final int slot,
            final long gpa,
            final int count,
            final WordPage target,
            final long oddBits,
            final long firstUnit,
            final long lastUnit) {
        final long source = addresses[slot] + (gpa - (ranges[2 * slot] << UNIT_SHIFT));
        final long copy = target.addressOfWords(count);
        long odd = 0;
        long outside = 0;
        for (int i = 0; i < count; i++) {
            final long word = GuestMemory.bigEndianOpaque(source + ((long) i << 3));
            UnsafeApi.putLong(null, copy + ((long) i << 3), word);
            // No branch per word: signs and bits are gathered, and a list with anything odd is gone through again.
            final long distance = (word >>> UNIT_SHIFT) - firstUnit;
            outside |= distance | (lastUnit - distance);
            odd |= word & oddBits;
        }
        return odd | (outside & Long.MIN_VALUE);
    }
}
