package io.vfiotce.planted.memory;

import org.agrona.concurrent.UnsafeBuffer;

/** Planted: what the package for raw memory may do, and a class that nobody may use. */
public final class Innocent {
    /** {@return a word} */
    public long word() {
        return new UnsafeBuffer(new byte[8]).getLong(0);
    }
}
