package io.vfiotce.planted.kvm;

import io.vfiotce.planted.vfio.Innermost;

/** Planted: an external user that reaches past the API. */
public final class Intruder {
    /** {@return something of the inside} */
    public Object inside() {
        return new Innermost();
    }
}
