package io.vfiotce.vfio.spapr;

import io.vfiotce.memory.HostMemory;
import java.util.HashMap;
import java.util.Map;

/** Host memory that counts the pins of each page, refuses some, and has huge pages where told. */
final class CountingHost implements HostMemory {
    static final long OFFSET_BYTES = 1L << 40;

    private final int hostPageShift;
    private final Map<Long, Integer> pins = new HashMap<>();
    private long badPage = -1;
    private int hugePageShift;

    CountingHost(final int hostPageShift) {
        this.hostPageShift = hostPageShift;
    }

    /** The page at an address cannot be pinned; -1 for none. */
    void refuse(final long ua) {
        badPage = ua;
    }

    /** All memory is made of huge pages; 0 for none. */
    void hugePages(final int shift) {
        hugePageShift = shift;
    }

    @Override
    public long hpaOffsetBytes() {
        return OFFSET_BYTES;
    }

    @Override
    public int pageShift(final long ua, final long sizeBytes, final int shift) {
        return Math.max(shift, hugePageShift);
    }

    @Override
    public synchronized long pin(final long ua, final long pages) {
        for (long page = 0; page < pages; page++) {
            final long address = ua + (page << hostPageShift);
            if (address == badPage) {
                return page;
            }
            pins.merge(address, 1, Integer::sum);
        }
        return pages;
    }

    @Override
    public synchronized void unpin(final long ua, final long pages) {
        for (long page = 0; page < pages; page++) {
            final long address = ua + (page << hostPageShift);
            if (pins.merge(address, -1, Integer::sum) < 0) {
                throw new IllegalStateException("page 0x" + Long.toHexString(address) + " was not pinned");
            }
        }
    }

    synchronized long pinned() {
        return pins.values().stream().mapToLong(Integer::longValue).sum();
    }

    synchronized int pins(final long ua) {
        return pins.getOrDefault(ua, 0);
    }
}
