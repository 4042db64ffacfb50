package io.vfiotce.planted.hcall;

import org.agrona.concurrent.UnsafeBuffer;

/** Planted: reads raw memory outside the package for it. */
public final class Chain {
    /** {@return a word} */
    public long word() {
        return new UnsafeBuffer(new byte[8]).getLong(0);
    }
}
