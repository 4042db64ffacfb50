package io.vfiotce.hcall;

import io.vfiotce.memory.ChangeCount;
import io.vfiotce.papr.Hcall;

/**
 * Which hypercalls the kernel layers serve for one VM, and whether real mode does.
 *
 * <p>As in Linux, H_GET_TCE and H_PUT_TCE are enabled from the start, the multi-TCE calls only when user space asks; a
 * call that is not enabled goes straight to the userspace handler. A guest with a radix MMU has no real mode.
 *
 * @threads any; changes are synchronized
 * @ordering the mask is a volatile int, copied by vCPUs: they see a change at their next call
 * @source Linux KVM_CAP_PPC_ENABLE_HCALL, kvmppc_book3s_init default_hcall_list
 */
public final class EnabledHcalls {
    /** Bit of {@link #mask} for hypercall index 0 in real mode; the others follow. */
    static final int REAL_BIT = 0;

    /** Bit of {@link #mask} for hypercall index 0 in virtual mode; the others follow. */
    static final int VIRTUAL_BIT = 8;

    private final boolean realMode;
    private final ChangeCount changes;
    private volatile int mask;

    /**
     * Creates the default set.
     *
     * @param realMode whether enabled hypercalls are tried in real mode first
     * @param changes counts what vCPUs keep copies of
     */
    public EnabledHcalls(final boolean realMode, final ChangeCount changes) {
        this.realMode = realMode;
        this.changes = changes;
        enable(Hcall.H_GET_TCE, true);
        enable(Hcall.H_PUT_TCE, true);
    }

    /**
     * Enables or disables a hypercall.
     *
     * @param opcode hypercall number
     * @param on whether the kernel layers serve it from now on
     * @return false, with nothing changed, if the opcode is not a TCE hypercall
     */
    public synchronized boolean enable(final long opcode, final boolean on) {
        final int index = Hcall.index(opcode);
        if (index < 0) {
            return false;
        }
        final int bits = (realMode ? 1 << (REAL_BIT + index) : 0) | 1 << (VIRTUAL_BIT + index);
        mask = on ? mask | bits : mask & ~bits;
        changes.changed();
        return true;
    }

    int mask() {
        return mask;
    }
}
