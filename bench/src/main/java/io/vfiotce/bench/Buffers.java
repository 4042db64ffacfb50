package io.vfiotce.bench;

import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/** Off-heap buffers for limits, aligned as the library aligns its own. */
final class Buffers {
    private static final int ALIGNMENT_BYTES = 128;

    private Buffers() {}

    /** A zeroed buffer for the words of one window. */
    static UnsafeBuffer window() {
        return new UnsafeBuffer(BufferUtil.allocateDirectAligned(Machine.WINDOW_PAGES * Long.BYTES, ALIGNMENT_BYTES));
    }
}
