package io.vfiotce.userspace;

import static io.vfiotce.papr.Rtas.HARDWARE_ERROR;
import static io.vfiotce.papr.Rtas.HEADER_WORDS;
import static io.vfiotce.papr.Rtas.PARAMETER_ERROR;
import static io.vfiotce.papr.Rtas.SUCCESS;

import io.vfiotce.handoff.BridgeLookup;
import io.vfiotce.handoff.HcallAnswer;
import io.vfiotce.handoff.HcallRequest;
import io.vfiotce.handoff.WindowLookup;
import io.vfiotce.papr.HStatus;
import io.vfiotce.papr.Rtas;
import io.vfiotce.tce.WindowGeometry;

/**
 * Decides the RTAS calls for dynamic DMA windows from what the VM's bridges are and what windows they have now.
 *
 * <p>Each call looks at the windows once: other vCPUs may change them meanwhile, and the answer says what it was decided on.
 *
 * @threads the handler's own
 * @source QEMU 7.2 hw/ppc/spapr_rtas_ddw.c
 */
final class DmaWindowCalls {
    // As many TCEs as the largest guest needs with pages of 4 KiB; the short form of a query has room for less.
    private static final long LARGEST_BLOCK_TCES = 1L << 37;
    private static final long LARGEST_BLOCK_TCES_SHORT = 1L << 31;
    private static final long LOW_WORD = 0xFFFF_FFFFL;

    // The number of entries has 32 bits.
    private static final int ENTRY_BITS = 32;

    private final BridgeLookup bridges;
    private final WindowsOfBridge present;

    DmaWindowCalls(final WindowLookup windows, final BridgeLookup bridges) {
        this.bridges = bridges;
        present = new WindowsOfBridge(windows, bridges);
    }

    void handle(final HcallRequest request, final HcallAnswer answer) {
        final long token = request.listWord(0);
        if (token == Rtas.QUERY_PE_DMA_WINDOW) {
            query(request, answer);
        } else if (token == Rtas.CREATE_PE_DMA_WINDOW) {
            create(request, answer);
        } else if (token == Rtas.REMOVE_PE_DMA_WINDOW) {
            remove(request, answer);
        } else if (token == Rtas.RESET_PE_DMA_WINDOW) {
            reset(request, answer);
        } else {
            answer.end(HStatus.H_PARAMETER);
            addStatus(request, answer, PARAMETER_ERROR);
        }
    }

    private void query(final HcallRequest request, final HcallAnswer answer) {
        final boolean hasLongForm = hasWords(request, 3, 6);
        if (!hasLongForm && !hasWords(request, 3, 5) || !findBridge(request)) {
            refuse(request, answer, PARAMETER_ERROR);
            return;
        }
        present.look();
        answer.end(HStatus.H_SUCCESS);
        answer.addResult(SUCCESS);
        answer.addResult(bridges.maxWindows() - present.count());
        if (hasLongForm) {
            answer.addResult(LARGEST_BLOCK_TCES >>> Integer.SIZE);
            answer.addResult(LARGEST_BLOCK_TCES & LOW_WORD);
        } else {
            answer.addResult(LARGEST_BLOCK_TCES_SHORT);
        }
        answer.addResult(Rtas.pageSizeBits(bridges.pageSizeMask()));
        // Nothing of an open window is carried over into a new one.
        answer.addResult(0);
    }

    private void create(final HcallRequest request, final HcallAnswer answer) {
        if (!hasWords(request, 5, 4) || !findBridge(request)) {
            refuse(request, answer, PARAMETER_ERROR);
            return;
        }
        final long pageShift = argument(request, 3);
        final long windowShift = argument(request, 4);
        if (pageShift >= Long.SIZE || (bridges.pageSizeMask() >>> pageShift & 1) == 0 || windowShift < pageShift) {
            refuse(request, answer, PARAMETER_ERROR);
            return;
        }
        present.look();
        if (present.count() == bridges.maxWindows() || windowShift - pageShift >= ENTRY_BITS) {
            refuse(request, answer, HARDWARE_ERROR);
            return;
        }
        final long sizePages = 1L << windowShift - pageShift;
        final WindowGeometry window = present.place((int) pageShift, sizePages);
        if (window == null) {
            refuse(request, answer, HARDWARE_ERROR);
            return;
        }
        final long startBytes = window.startBytes();
        answer.createWindow(present.generation(), window.liobn(), startBytes, window.pageShift(), sizePages);
        answer.addResult(SUCCESS);
        answer.addResult(window.liobn());
        answer.addResult(startBytes >>> Integer.SIZE);
        answer.addResult(startBytes);
    }

    private void remove(final HcallRequest request, final HcallAnswer answer) {
        if (!hasWords(request, 1, 1)) {
            refuse(request, answer, PARAMETER_ERROR);
            return;
        }
        final long liobn = argument(request, 0);
        if (!bridges.findByLiobn(liobn) || !isDynamic()) {
            refuse(request, answer, PARAMETER_ERROR);
            return;
        }
        present.look();
        if (!present.has(liobn)) {
            refuse(request, answer, PARAMETER_ERROR);
        } else if (present.count() == 1 && !present.isDefault()) {
            answer.resetWindows(present.generation(), bridges.liobn());
            answer.addResult(SUCCESS);
        } else {
            answer.removeWindow(present.generation(), liobn);
            answer.addResult(SUCCESS);
        }
    }

    private void reset(final HcallRequest request, final HcallAnswer answer) {
        if (!hasWords(request, 3, 1) || !findBridge(request)) {
            refuse(request, answer, PARAMETER_ERROR);
            return;
        }
        present.look();
        answer.resetWindows(present.generation(), bridges.liobn());
        answer.addResult(SUCCESS);
    }

    /** Finds the bridge of arguments 1 and 2; argument 0, the device's address, means nothing. */
    private boolean findBridge(final HcallRequest request) {
        return bridges.find(argument(request, 1) << Integer.SIZE | argument(request, 2)) && isDynamic();
    }

    private boolean isDynamic() {
        return bridges.maxWindows() > 1;
    }

    private static long argument(final HcallRequest request, final int index) {
        return request.listWord(HEADER_WORDS + index);
    }

    private static boolean hasWords(final HcallRequest request, final int nargs, final int nret) {
        return request.listWord(1) == nargs && request.listWord(2) == nret;
    }

    private static void refuse(final HcallRequest request, final HcallAnswer answer, final long status) {
        answer.end(HStatus.H_SUCCESS);
        addStatus(request, answer, status);
    }

    private static void addStatus(final HcallRequest request, final HcallAnswer answer, final long status) {
        // A guest that has no room for a result gets none.
        if (request.listWord(2) > 0) {
            answer.addResult(status);
        }
    }
}
