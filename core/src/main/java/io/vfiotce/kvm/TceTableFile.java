package io.vfiotce.kvm;

import io.vfiotce.linux.OpenFile;
import io.vfiotce.tce.TceTable;

/**
 * The file of a TCE table: what the descriptor of KVM_CREATE_SPAPR_TCE stands for.
 *
 * <p>The table's memory lives as long as the file is open or user space maps it.
 */
public final class TceTableFile extends OpenFile {
    private final Vm vm;
    private final TceTable table;
    private final long chargedPages;
    private int holders = 1;

    TceTableFile(final Vm vm, final TceTable table, final long chargedPages) {
        this.vm = vm;
        this.table = table;
        this.chargedPages = chargedPages;
    }

    /** {@return the guest view} */
    public TceTable table() {
        return table;
    }

    /** {@return host pages charged for the table} */
    public long chargedPages() {
        return chargedPages;
    }

    Vm vm() {
        return vm;
    }

    synchronized void holdTable() {
        holders++;
    }

    /** Gives up one hold; returns true if it was the last. */
    synchronized boolean dropTable() {
        return --holders == 0;
    }

    @Override
    protected void release() {
        vm.tableFileClosed(this);
    }
}
