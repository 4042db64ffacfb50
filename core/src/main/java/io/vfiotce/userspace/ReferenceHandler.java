package io.vfiotce.userspace;

import static io.vfiotce.papr.HStatus.H_FUNCTION;
import static io.vfiotce.papr.HStatus.H_PARAMETER;
import static io.vfiotce.papr.HStatus.H_SUCCESS;

import io.vfiotce.handoff.HcallAnswer;
import io.vfiotce.handoff.HcallRequest;
import io.vfiotce.handoff.UserspaceHandler;
import io.vfiotce.papr.Hcall;
import io.vfiotce.tce.LiobnDirectory;
import io.vfiotce.tce.TceTable;

/**
 * Decides hypercalls by the rules of QEMU's userspace handler.
 *
 * <p>It rounds bus addresses down to the page, checks neither reserved bits nor backing, writes what fits when a range
 * crosses the window's end, and refuses a count of 0. Where that differs from the kernel layers stands in {@code
 * LayerDependent}.
 *
 * @threads the handler's own; allocates nothing
 * @source QEMU 7.2 hw/ppc/spapr_iommu.c: h_put_tce() and its siblings
 */
public final class ReferenceHandler implements UserspaceHandler {
    private static final long MAX_LIOBN = 0xFFFF_FFFFL;

    private final LiobnDirectory windows;

    /**
     * Creates a handler; {@code new Vm(config, ReferenceHandler::new)} hands it the VM's windows.
     *
     * @param windows windows that it answers for, by LIOBN
     */
    public ReferenceHandler(final LiobnDirectory windows) {
        this.windows = windows;
    }

    @Override
    public void handle(final HcallRequest request, final HcallAnswer answer) {
        final long opcode = request.opcode();
        if (Hcall.index(opcode) < 0) {
            answer.end(H_FUNCTION);
            return;
        }
        final TceTable table = find(request.liobn());
        if (table == null) {
            answer.end(H_PARAMETER);
        } else if (opcode == Hcall.H_PUT_TCE) {
            store(table, request, 1, answer);
        } else if (opcode == Hcall.H_GET_TCE) {
            load(table, request, answer);
        } else if (opcode == Hcall.H_PUT_TCE_INDIRECT) {
            // A list with an illegal address or length was not copied, and one of no words does nothing.
            store(table, request, request.listWords(), answer);
        } else {
            final boolean tooMany = Long.compareUnsigned(request.r7(), table.sizePages()) > 0;
            store(table, request, tooMany ? 0 : request.r7(), answer);
        }
    }

    private TceTable find(final long liobn) {
        return Long.compareUnsigned(liobn, MAX_LIOBN) > 0 ? null : windows.find(liobn);
    }

    private static void store(
            final TceTable table, final HcallRequest request, final long count, final HcallAnswer answer) {
        final long first = entry(table, request.ioba());
        final long inside =
                Long.compareUnsigned(first, table.sizePages()) < 0 ? Math.min(count, table.sizePages() - first) : 0;
        if (inside == 0) {
            answer.end(H_PARAMETER);
        } else {
            answer.store(inside == count ? H_SUCCESS : H_PARAMETER, table.generation(), first, inside);
        }
    }

    private static void load(final TceTable table, final HcallRequest request, final HcallAnswer answer) {
        final long entry = entry(table, request.ioba());
        if (Long.compareUnsigned(entry, table.sizePages()) < 0) {
            answer.load(table.generation(), entry);
        } else {
            answer.end(H_PARAMETER);
        }
    }

    /** The entry of a bus address, huge if it lies below the window. */
    private static long entry(final TceTable table, final long ioba) {
        return (ioba >>> table.pageShift()) - table.geometry().offsetPages();
    }
}
