package io.vfiotce.vfio.type1;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.memory.HostMemory;
import java.util.HashMap;
import java.util.Map;

/** Host memory that knows how often each page is pinned, and has one page that cannot be. */
final class CountingHost implements HostMemory {
    static final long HPA_OFFSET_BYTES = 1L << 40;
    static final long PAGE_BYTES = 4096;

    long unpinnableUa = -1;
    long pinCalls;
    final Map<Long, Integer> pinned = new HashMap<>();

    @Override
    public long hpaOffsetBytes() {
        return HPA_OFFSET_BYTES;
    }

    @Override
    public long pin(final long ua, final long pages) {
        pinCalls++;
        for (long i = 0; i < pages; i++) {
            if (ua + i * PAGE_BYTES == unpinnableUa) {
                return i;
            }
            pinned.merge(ua + i * PAGE_BYTES, 1, Integer::sum);
        }
        return pages;
    }

    @Override
    public void unpin(final long ua, final long pages) {
        for (long i = 0; i < pages; i++) {
            final long page = ua + i * PAGE_BYTES;
            assertTrue(pinned.containsKey(page), "0x" + Long.toHexString(page) + " is unpinned but not pinned");
            pinned.computeIfPresent(page, (key, count) -> count == 1 ? null : count - 1);
        }
    }

    long pins() {
        return pinned.values().stream().mapToLong(Integer::longValue).sum();
    }
}
