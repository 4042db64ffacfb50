package io.vfiotce.kvm;

import io.vfiotce.tce.TceTable;

/** A window that the userspace handler answers for: a mapping of a table file, or a table of its own. */
public final class UserspaceWindow implements AutoCloseable {
    private final Vm vm;
    private final TceTableFile file;
    private boolean closed;

    UserspaceWindow(final Vm vm, final TceTableFile file) {
        this.vm = vm;
        this.file = file;
    }

    /** {@return the guest view} */
    public TceTable table() {
        return file.table();
    }

    /**
     * Takes the window away from the handler; its memory is freed after a grace period if the table file is closed too.
     *
     * @threads any but an online vCPU, which goes offline first: waits until an answer for the window is applied, and that may
     *     wait until every online vCPU has ended its call
     */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            vm.windowClosed(file);
        }
    }
}
