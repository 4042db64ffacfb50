package io.vfiotce.tools.demo;

import io.vfiotce.tools.handler.HandlerKind;
import java.util.Locale;

/** Where the hypercalls of the network card's driver are answered. */
enum NicMode {
    /** In the kernel layers. */
    FAST("fast path", HandlerKind.THREAD),
    /** By a handler on a thread of the VMM. */
    SLOW("slow path", HandlerKind.THREAD),
    /** By a handler that is another process. */
    PROCESS("process slow path", HandlerKind.PROCESS);

    private final String title;
    private final HandlerKind handler;

    NicMode(final String title, final HandlerKind handler) {
        this.title = title;
        this.handler = handler;
    }

    String title() {
        return title;
    }

    HandlerKind handler() {
        return handler;
    }

    /** As it is written on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
