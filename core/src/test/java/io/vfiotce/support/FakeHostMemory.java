package io.vfiotce.support;

import io.vfiotce.memory.HostMemory;
import java.util.HashMap;
import java.util.Map;

/** Host memory that counts pins page by page, and refuses or throws when told to. */
public final class FakeHostMemory implements HostMemory {
    /** Host physical address less user address. */
    public static final long OFFSET = 5L << 34;

    private final int hostPageShift;
    private final Map<Long, Integer> pins = new HashMap<>();

    /** The first page that cannot be pinned; -1 for none. */
    public long badPageUa = -1;

    /** log2 of the page that is said to be behind everything. */
    public int pageShift;

    /** Thrown by {@link #pageShift(long, long, int)} unless null. */
    public RuntimeException failure;

    /** Called before pages are unpinned. */
    public Runnable onUnpin = () -> {};

    /**
     * Creates memory of ordinary pages.
     *
     * @param hostPageShift log2 of the ordinary page size
     */
    public FakeHostMemory(final int hostPageShift) {
        this.hostPageShift = hostPageShift;
        pageShift = hostPageShift;
    }

    @Override
    public long hpaOffsetBytes() {
        return OFFSET;
    }

    @Override
    public int pageShift(final long ua, final long sizeBytes, final int ordinaryShift) {
        if (failure != null) {
            throw failure;
        }
        return pageShift;
    }

    @Override
    public synchronized long pin(final long ua, final long pages) {
        for (long i = 0; i < pages; i++) {
            if (ua + (i << hostPageShift) == badPageUa) {
                return i;
            }
            pins.merge(ua + (i << hostPageShift), 1, Integer::sum);
        }
        return pages;
    }

    @Override
    public synchronized void unpin(final long ua, final long pages) {
        onUnpin.run();
        for (long i = 0; i < pages; i++) {
            final int count = pins.getOrDefault(ua + (i << hostPageShift), 0);
            if (count == 0) {
                throw new IllegalStateException(
                        "page 0x" + Long.toHexString(ua + (i << hostPageShift)) + " is not pinned");
            }
            pins.put(ua + (i << hostPageShift), count - 1);
        }
    }

    /** {@return pins held now} */
    public synchronized long pins() {
        return pins.values().stream().mapToLong(Integer::longValue).sum();
    }

    /** {@return whether the page at a user address is pinned} */
    public synchronized boolean isPinned(final long pageUa) {
        return pins.getOrDefault(pageUa, 0) != 0;
    }
}
