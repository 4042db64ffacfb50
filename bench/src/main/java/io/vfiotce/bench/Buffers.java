package io.vfiotce.bench;

import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/** Off-heap buffers for limits, aligned as the library aligns its own. */
public final class Buffers {
    private static final int ALIGNMENT_BYTES = 128;

    private Buffers() {}

    /** {@return a zeroed buffer for the words of a window of 512 pages} */
    public static UnsafeBuffer window() {
        return window(Machine.WINDOW_PAGES);
    }

    /** {@return a zeroed buffer for the words of a window} */
    public static UnsafeBuffer window(final int pages) {
        return new UnsafeBuffer(BufferUtil.allocateDirectAligned(pages * Long.BYTES, ALIGNMENT_BYTES));
    }
}
