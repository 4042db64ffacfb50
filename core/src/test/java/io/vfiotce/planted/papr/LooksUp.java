package io.vfiotce.planted.papr;

import io.vfiotce.planted.tce.Table;

/** Planted: the lowest package uses a higher one, and so makes a cycle. */
public final class LooksUp {
    /** {@return something of a higher package} */
    public Object table() {
        return new Table();
    }
}
