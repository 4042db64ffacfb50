package io.vfiotce.tce;

import io.vfiotce.papr.Tce;

/**
 * The shape of an IOMMU table: which bus addresses it covers, and in how many levels.
 *
 * <p>A table is padded to a whole host page, so small windows get more entries than they need.
 *
 * @param pageShift log2 of the I/O page size in bytes
 * @param startBytes bus address of the first entry
 * @param windowSizeBytes size asked for in bytes, a power of two
 * @param levels 1 to 5
 * @param hostPageShift log2 of the host page size in bytes
 * @source Linux pnv_pci_ioda2_table_alloc_pages(), pnv_pci_ioda2_get_table_size()
 */
public record IommuTableGeometry(int pageShift, long startBytes, long windowSizeBytes, int levels, int hostPageShift) {
    /** Most levels of a table. */
    public static final int MAX_LEVELS = 5;

    private static final int WORD_SHIFT = 3;
    private static final int MAX_ADDRESS_SHIFT = 55;
    private static final long MIN_TABLE_BYTES = 4096;
    // The host's allocator gives no larger contiguous block.
    private static final long MAX_LEVEL_BYTES = 16L << 20;

    /** {@return whether a table can have this shape; if not, creating it is EINVAL} */
    public boolean isValid() {
        return pageShift >= WindowGeometry.MIN_PAGE_SHIFT
                && pageShift < Long.SIZE
                && levels >= 1
                && levels <= MAX_LEVELS
                && Long.bitCount(windowSizeBytes) == 1
                && windowShift() >= pageShift
                && (levelShift() - WORD_SHIFT) * levels + pageShift < MAX_ADDRESS_SHIFT
                && (startBytes & ((1L << pageShift) - 1)) == 0;
    }

    /** {@return whether one level fits into a contiguous block of the host; if not, creating the table is ENOMEM} */
    public boolean isAllocatable() {
        return 1L << levelShift() <= MAX_LEVEL_BYTES;
    }

    private int windowShift() {
        return Long.numberOfTrailingZeros(windowSizeBytes);
    }

    /** {@return log2 of the bytes of all entries together} */
    private int tableShift() {
        return Math.max(windowShift() - pageShift + WORD_SHIFT, hostPageShift);
    }

    /** log2 of the bytes of one block of one level. */
    private int levelShift() {
        final int bits = windowShift() - pageShift;
        return Math.max((bits + levels - 1) / levels + WORD_SHIFT, hostPageShift);
    }

    /** {@return number of the first entry: the start in I/O pages} */
    public long offsetPages() {
        return startBytes >>> pageShift;
    }

    /** {@return number of entries} */
    public long sizePages() {
        return 1L << (tableShift() - WORD_SHIFT);
    }

    /** {@return log2 of the entries of one block of one level} */
    public int levelBits() {
        return levelShift() - WORD_SHIFT;
    }

    /** {@return bytes of one block of one level} */
    public int levelBytes() {
        return Math.toIntExact((long) Tce.BYTES << levelBits());
    }

    /**
     * {@return bytes that the table is charged for: the full tree of the hardware view and of the user-address view,
     * whatever is there now; 0 for a shape that is not valid}
     */
    public long accountedBytes() {
        if (!isValid()) {
            return 0;
        }
        final long blockBytes = 1L << levelShift();
        long bytes = Math.max(MIN_TABLE_BYTES, 1L << (windowShift() - pageShift + WORD_SHIFT));
        long sum = 0;
        for (int level = 0; level < levels; level++) {
            final long rounded = (bytes + blockBytes - 1) & -blockBytes;
            sum += rounded;
            bytes = Math.max(rounded / blockBytes << WORD_SHIFT, blockBytes);
        }
        return 2 * sum;
    }
}
