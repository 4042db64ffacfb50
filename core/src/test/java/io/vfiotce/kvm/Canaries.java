package io.vfiotce.kvm;

import io.vfiotce.memory.OffHeap;
import io.vfiotce.memory.WordPage;

/** Blocks of memory that live where other blocks of the same size were freed, and that nobody may touch. */
final class Canaries {
    /** What every word of a canary says. */
    static final long SONG = 0x5A_C0DE_CAFE_F00DL;

    private static final int CAGE = 64;

    private final OffHeap offHeap = new OffHeap(Long.MAX_VALUE);
    private final WordPage[] cage = new WordPage[CAGE];
    private final int bytes;
    private int next;

    Canaries(final int bytes) {
        this.bytes = bytes;
    }

    /** Lets some new canaries in, and the oldest out after looking at them. */
    void check() {
        for (int i = 0; i < 4; i++) {
            look(cage[next]);
            offHeap.free(cage[next]);
            cage[next] = offHeap.allocate(bytes);
            cage[next].fillRelease(0, bytes / Long.BYTES, SONG);
            next = (next + 1) % CAGE;
        }
    }

    private void look(final WordPage canary) {
        for (int i = 0; canary != null && i < bytes / Long.BYTES; i++) {
            if (canary.wordAcquire(i) != SONG) {
                throw new AssertionError("freed memory was written: 0x" + Long.toHexString(canary.wordAcquire(i)));
            }
        }
    }

    /** Looks at all canaries and lets them out. */
    void close() {
        for (final WordPage canary : cage) {
            look(canary);
            offHeap.free(canary);
        }
    }
}
