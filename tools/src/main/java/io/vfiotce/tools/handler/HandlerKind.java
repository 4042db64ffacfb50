package io.vfiotce.tools.handler;

import java.util.Locale;

/** Where the userspace handler runs. */
public enum HandlerKind {
    /** On a thread of this process. */
    THREAD,
    /** In a process of its own, over shared memory. */
    PROCESS;

    /** As it is written on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
