package io.vfiotce.handoff;

/**
 * The windows of a VM in another process.
 *
 * @threads the handler's own
 */
final class PublishedWindows implements WindowLookup {
    private static final int PAGE_SHIFT = 1;
    private static final int OFFSET_PAGES = 2;
    private static final int SIZE_PAGES = 3;
    private static final int GENERATION = 4;

    private final RecordReader records;
    private int found;

    PublishedWindows(final RecordReader records) {
        this.records = records;
    }

    @Override
    public boolean find(final long liobn) {
        found = records.window(liobn);
        return found >= 0;
    }

    @Override
    public int pageShift() {
        return (int) records.word(found, PAGE_SHIFT);
    }

    @Override
    public long offsetPages() {
        return records.word(found, OFFSET_PAGES);
    }

    @Override
    public long sizePages() {
        return records.word(found, SIZE_PAGES);
    }

    @Override
    public long generation() {
        return records.word(found, GENERATION);
    }
}
