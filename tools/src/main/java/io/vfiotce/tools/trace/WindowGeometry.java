package io.vfiotce.tools.trace;

import java.util.Locale;
import java.util.Map;

/**
 * Shape of a DMA window: entry {@code e} covers bus bytes {@code startBytes + (e << pageShift)}, one page.
 *
 * @param pageShift log2 of the page size in bytes, 12 to 34
 * @param startBytes first bus address in bytes, unsigned, a multiple of the page size
 * @param entries number of pages, 1 to 2^40
 */
public record WindowGeometry(int pageShift, long startBytes, long entries) {
    /** Smallest page shift of a TCE table: 4 KiB pages. */
    public static final int MIN_PAGE_SHIFT = 12;

    /** Largest page shift of a TCE table: 16 GiB pages. */
    public static final int MAX_PAGE_SHIFT = 34;

    /** Largest number of entries accepted in a recording. */
    public static final long MAX_ENTRIES = 1L << 40;

    /**
     * Checks the shape.
     *
     * @param pageShift log2 of the page size in bytes
     * @param startBytes first bus address in bytes
     * @param entries number of pages
     * @throws IllegalArgumentException if a number is out of range or the window passes 2^64
     */
    public WindowGeometry {
        if (pageShift < MIN_PAGE_SHIFT || pageShift > MAX_PAGE_SHIFT) {
            throw new IllegalArgumentException(
                    "window page shift " + pageShift + " is not in " + MIN_PAGE_SHIFT + ".." + MAX_PAGE_SHIFT);
        }
        if (entries < 1 || entries > MAX_ENTRIES) {
            throw new IllegalArgumentException(
                    "window of " + Long.toUnsignedString(entries) + " entries is not in 1..2^40");
        }
        if ((startBytes & ((1L << pageShift) - 1)) != 0) {
            throw new IllegalArgumentException(
                    "window start " + hex(startBytes) + " is not a multiple of its page size " + hex(1L << pageShift));
        }
        final long lastPage = entries - 1;
        if (lastPage > (-1L >>> pageShift)
                || Long.compareUnsigned(startBytes + (lastPage << pageShift), startBytes) < 0) {
            throw new IllegalArgumentException("window at " + hex(startBytes) + " passes the end of the address space");
        }
    }

    /**
     * Shape from a size in bytes.
     *
     * @param pageShift log2 of the page size in bytes
     * @param startBytes first bus address in bytes
     * @param sizeBytes size in bytes, unsigned, a multiple of the page size
     * @return the shape
     * @throws IllegalArgumentException as the constructor, or if the size is not a whole number of pages
     */
    public static WindowGeometry ofBytes(final int pageShift, final long startBytes, final long sizeBytes) {
        if (pageShift >= MIN_PAGE_SHIFT && pageShift <= MAX_PAGE_SHIFT && (sizeBytes & ((1L << pageShift) - 1)) != 0) {
            throw new IllegalArgumentException(
                    "window size " + hex(sizeBytes) + " is not a multiple of its page size " + hex(1L << pageShift));
        }
        return new WindowGeometry(pageShift, startBytes, sizeBytes >>> Math.max(0, Math.min(pageShift, 63)));
    }

    /**
     * Shape a LIOBN has when a log says nothing: 4 KiB pages from bus address 0, 1 GiB for PCI (bit 31 of the LIOBN
     * set), 256 MiB for VIO.
     *
     * @param liobn logical I/O bus number
     * @return the shape
     */
    public static WindowGeometry defaultOf(final long liobn) {
        return ofBytes(MIN_PAGE_SHIFT, 0, (liobn & 0x80000000L) != 0 ? 1L << 30 : 1L << 28);
    }

    /**
     * Parses {@code LIOBN=shift,start,bytes}, numbers decimal or with 0x hexadecimal.
     *
     * @param text the option's value
     * @return the LIOBN and its shape
     * @throws IllegalArgumentException if the text is not of that form or the shape is impossible
     */
    public static Map.Entry<Long, WindowGeometry> parseOverride(final String text) {
        final String[] sides = text.split("=", -1);
        final String[] numbers = sides.length == 2 ? sides[1].split(",", -1) : new String[0];
        if (numbers.length != 3) {
            throw new IllegalArgumentException("window '" + text + "' is not of the form LIOBN=shift,start,bytes");
        }
        final long liobn = number(text, sides[0]);
        if (liobn >>> 32 != 0) {
            throw new IllegalArgumentException("window '" + text + "': LIOBN has more than 32 bits");
        }
        final long shift = number(text, numbers[0]);
        final int pageShift = Long.compareUnsigned(shift, MAX_PAGE_SHIFT) > 0 ? MAX_PAGE_SHIFT + 1 : (int) shift;
        try {
            return Map.entry(liobn, ofBytes(pageShift, number(text, numbers[1]), number(text, numbers[2])));
        } catch (final IllegalArgumentException e) {
            throw new IllegalArgumentException("window '" + text + "': " + e.getMessage(), e);
        }
    }

    private static long number(final String text, final String digits) {
        final boolean hex = digits.toLowerCase(Locale.ROOT).startsWith("0x");
        final String bare = hex ? digits.substring(2) : digits;
        if (bare.isEmpty() || Character.digit(bare.charAt(0), 16) < 0) {
            throw new IllegalArgumentException("window '" + text + "': '" + digits + "' is not a number");
        }
        try {
            return Long.parseUnsignedLong(bare, hex ? 16 : 10);
        } catch (final NumberFormatException e) {
            throw new IllegalArgumentException("window '" + text + "': '" + digits + "' is not a number", e);
        }
    }

    /**
     * Page size.
     *
     * @return bytes
     */
    public long pageSizeBytes() {
        return 1L << pageShift;
    }

    /**
     * Entry that holds a bus address.
     *
     * @param ioba bus address in bytes
     * @return entry index; unsigned, and not below {@link #entries()} if the address is outside the window
     */
    public long iobaToEntry(final long ioba) {
        return (ioba - startBytes) >>> pageShift;
    }

    /**
     * Tells whether an entry index is inside the window.
     *
     * @param entry entry index, unsigned
     * @return true if it is
     */
    public boolean holds(final long entry) {
        return Long.compareUnsigned(entry, entries) < 0;
    }

    /** First bus address after the window, modulo 2^64. */
    long endBytes() {
        return startBytes + (entries << pageShift);
    }

    @Override
    public String toString() {
        return "shift " + pageShift + ", start " + hex(startBytes) + ", " + entries + " entries";
    }

    static String hex(final long number) {
        return "0x" + Long.toHexString(number);
    }
}
