package io.vfiotce.planted.tce;

import io.vfiotce.planted.hcall.Chain;
import io.vfiotce.planted.papr.LooksUp;

/** Planted: uses a higher package. */
public final class Table {
    private final Chain chain = new Chain();

    /** {@return something of a higher and a lower package} */
    public String text() {
        return chain + " " + new LooksUp();
    }
}
