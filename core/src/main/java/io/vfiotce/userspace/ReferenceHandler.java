package io.vfiotce.userspace;

import static io.vfiotce.papr.HStatus.H_FUNCTION;
import static io.vfiotce.papr.HStatus.H_PARAMETER;
import static io.vfiotce.papr.HStatus.H_SUCCESS;

import io.vfiotce.handoff.BridgeList;
import io.vfiotce.handoff.BridgeLookup;
import io.vfiotce.handoff.HcallAnswer;
import io.vfiotce.handoff.HcallRequest;
import io.vfiotce.handoff.HostBridge;
import io.vfiotce.handoff.UserspaceHandler;
import io.vfiotce.handoff.WindowLookup;
import io.vfiotce.papr.Hcall;
import io.vfiotce.tce.LiobnDirectory;
import java.util.List;

/**
 * Decides hypercalls by the rules of QEMU's userspace handler.
 *
 * <p>It rounds bus addresses down to the page, checks neither reserved bits nor backing, writes what fits when a range
 * crosses the window's end, and refuses a count of 0. Of the firmware's calls it knows those for dynamic DMA windows. Where that differs from the kernel layers stands in {@code
 * LayerDependent}.
 *
 * @threads the handler's own; allocates nothing for the four TCE hypercalls
 * @source QEMU 7.2 hw/ppc/spapr_iommu.c: h_put_tce() and its siblings; hw/ppc/spapr_rtas_ddw.c
 */
public final class ReferenceHandler implements UserspaceHandler {
    private static final long MAX_LIOBN = 0xFFFF_FFFFL;

    private final WindowLookup windows;
    private final DmaWindowCalls dmaWindowCalls;

    /**
     * Creates a handler in the VM's process; {@code new Vm(config, ReferenceHandler::new)} hands it the VM's windows. It knows
     * of no host bridge, so the guest cannot change the windows.
     *
     * @param windows windows that it answers for, by LIOBN
     */
    public ReferenceHandler(final LiobnDirectory windows) {
        this(windows, List.of());
    }

    /**
     * Creates a handler in the VM's process.
     *
     * @param windows windows that it answers for, by LIOBN
     * @param bridges host bridges whose windows the guest may change
     */
    public ReferenceHandler(final LiobnDirectory windows, final List<HostBridge> bridges) {
        this(new DirectoryWindows(windows), new BridgeList(bridges));
    }

    /**
     * Creates a handler that knows of the VM only what is published.
     *
     * @param windows windows that it answers for
     * @param bridges host bridges whose windows the guest may change
     */
    public ReferenceHandler(final WindowLookup windows, final BridgeLookup bridges) {
        this.windows = windows;
        dmaWindowCalls = new DmaWindowCalls(windows, bridges);
    }

    @Override
    public void handle(final HcallRequest request, final HcallAnswer answer) {
        final long opcode = request.opcode();
        if (opcode == Hcall.H_RTAS) {
            dmaWindowCalls.handle(request, answer);
        } else if (Hcall.index(opcode) < 0) {
            answer.end(H_FUNCTION);
        } else if (Long.compareUnsigned(request.liobn(), MAX_LIOBN) > 0 || !windows.find(request.liobn())) {
            answer.end(H_PARAMETER);
        } else if (opcode == Hcall.H_PUT_TCE) {
            store(request, 1, answer);
        } else if (opcode == Hcall.H_GET_TCE) {
            load(request, answer);
        } else if (opcode == Hcall.H_PUT_TCE_INDIRECT) {
            // A list with an illegal address or length was not copied, and one of no words does nothing.
            store(request, request.listWords(), answer);
        } else {
            final boolean tooMany = Long.compareUnsigned(request.r7(), windows.sizePages()) > 0;
            store(request, tooMany ? 0 : request.r7(), answer);
        }
    }

    private void store(final HcallRequest request, final long count, final HcallAnswer answer) {
        final long first = entry(request.ioba());
        final long sizePages = windows.sizePages();
        final long inside = Long.compareUnsigned(first, sizePages) < 0 ? Math.min(count, sizePages - first) : 0;
        if (inside == 0) {
            answer.end(H_PARAMETER);
        } else {
            answer.store(inside == count ? H_SUCCESS : H_PARAMETER, windows.generation(), first, inside);
        }
    }

    private void load(final HcallRequest request, final HcallAnswer answer) {
        final long entry = entry(request.ioba());
        if (Long.compareUnsigned(entry, windows.sizePages()) < 0) {
            answer.load(windows.generation(), entry);
        } else {
            answer.end(H_PARAMETER);
        }
    }

    /** The entry of a bus address, huge if it lies below the window. */
    private long entry(final long ioba) {
        return (ioba >>> windows.pageShift()) - windows.offsetPages();
    }
}
