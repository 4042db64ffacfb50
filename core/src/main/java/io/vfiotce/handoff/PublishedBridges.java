package io.vfiotce.handoff;

/**
 * The host bridges of a VM in another process.
 *
 * @threads the handler's own
 */
final class PublishedBridges implements BridgeLookup {
    private static final int BUID = 0;
    private static final int LIOBN = 1;
    private static final int SECOND_LIOBN = 2;
    private static final int MAX_WINDOWS = 3;
    private static final int START_BYTES = 4;
    private static final int SIZE_BYTES = 5;
    private static final int PAGE_SHIFT = 6;
    private static final int SECOND_START_BYTES = 7;
    private static final int PAGE_SIZE_MASK = 8;

    private final RecordReader records;
    private int found;

    PublishedBridges(final RecordReader records) {
        this.records = records;
    }

    @Override
    public boolean find(final long buid) {
        found = records.bridge(0);
        while (found >= 0 && word(BUID) != buid) {
            found = records.bridge(found + 1);
        }
        return found >= 0;
    }

    @Override
    public boolean findByLiobn(final long liobn) {
        found = records.bridge(0);
        while (found >= 0 && word(LIOBN) != liobn && word(SECOND_LIOBN) != liobn) {
            found = records.bridge(found + 1);
        }
        return found >= 0;
    }

    private long word(final int index) {
        return records.word(found, index);
    }

    @Override
    public long liobn() {
        return word(LIOBN);
    }

    @Override
    public long secondLiobn() {
        return word(SECOND_LIOBN);
    }

    @Override
    public int maxWindows() {
        return (int) word(MAX_WINDOWS);
    }

    @Override
    public long startBytes() {
        return word(START_BYTES);
    }

    @Override
    public long sizeBytes() {
        return word(SIZE_BYTES);
    }

    @Override
    public int pageShift() {
        return (int) word(PAGE_SHIFT);
    }

    @Override
    public long secondStartBytes() {
        return word(SECOND_START_BYTES);
    }

    @Override
    public long pageSizeMask() {
        return word(PAGE_SIZE_MASK);
    }
}
