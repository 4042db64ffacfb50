package io.vfiotce.hcall;

import io.vfiotce.memory.Memslots;
import io.vfiotce.papr.Hcall;
import io.vfiotce.papr.Tce;
import io.vfiotce.tce.WindowGeometry;

/**
 * Tells for which calls the layers, each with all that follow it, legitimately give different outcomes.
 *
 * <p>For a well-formed call every layer gives one outcome. For the others the differences of the real systems are kept;
 * this predicate is the one list of them, and every comparison of layers uses it.
 *
 * <table>
 *   <caption>Calls whose outcome depends on the layer that they enter</caption>
 *   <tr><th>case</th><th>real mode</th><th>virtual mode</th><th>userspace</th></tr>
 *   <tr><td>first bad TCE has reserved bits and a permission, its pages present</td><td>H_PARAMETER</td>
 *       <td>passed on, stored</td><td>stored</td></tr>
 *   <tr><td>LIOBN of more than 32 bits that has a table</td><td>served</td><td>served</td><td>H_PARAMETER</td></tr>
 *   <tr><td>bus address not page aligned</td><td>H_PARAMETER</td><td>H_PARAMETER</td><td>rounded down</td></tr>
 *   <tr><td>INDIRECT or STUFF of no pages</td><td>H_SUCCESS</td><td>H_SUCCESS</td><td>H_PARAMETER</td></tr>
 *   <tr><td>range starts inside the window and crosses its end</td><td>H_PARAMETER, nothing written</td>
 *       <td>the same</td><td>H_PARAMETER, written up to the end</td></tr>
 *   <tr><td>STUFF value with a permission</td><td>H_PARAMETER</td><td>H_PARAMETER</td><td>stored</td></tr>
 *   <tr><td>INDIRECT word without permissions that is not guest memory, no word bad before or after it</td>
 *       <td>H_PARAMETER, words before it written</td><td>the same</td><td>stored</td></tr>
 * </table>
 *
 * @source Linux book3s_64_vio_hv.c and book3s_64_vio.c against QEMU hw/ppc/spapr_iommu.c
 */
public final class LayerDependent {
    private LayerDependent() {}

    /**
     * Whether a call may end differently when it enters in virtual mode instead of real mode.
     *
     * @param call the call
     * @param window the window of the call's LIOBN, null if there is none
     * @param memslots the guest's memory
     * @return true if the first bad TCE has reserved bits and a permission
     */
    public static boolean realAgainstVirtual(final TceCall call, final WindowGeometry window, final Memslots memslots) {
        if (window == null || !isInside(call, window)) {
            return false;
        }
        if (call.opcode() == Hcall.H_PUT_TCE) {
            return hasReservedBits(call.r6(), window);
        }
        return call.opcode() == Hcall.H_PUT_TCE_INDIRECT
                && TceList.isLegal(call.r6(), call.r7())
                && memslots.isBacked(call.r6())
                && firstBadIsMisaligned(call, window, memslots);
    }

    /**
     * Whether a call may end differently when it enters in userspace instead of a kernel layer.
     *
     * @param call the call
     * @param window the window of the call's LIOBN, the same in the kernel and in userspace; null if there is none
     * @param memslots the guest's memory
     * @return true for every row of the table above
     */
    public static boolean kernelAgainstUserspace(
            final TceCall call, final WindowGeometry window, final Memslots memslots) {
        if (window == null) {
            return false;
        }
        final boolean list = call.opcode() == Hcall.H_PUT_TCE_INDIRECT;
        if (list && !TceList.isLegal(call.r6(), call.r7())) {
            return false;
        }
        final boolean stuff = call.opcode() == Hcall.H_STUFF_TCE;
        final long count = list || stuff ? call.r7() : 1;
        if (stuff && Long.compareUnsigned(count, window.sizePages()) > 0) {
            return false;
        }
        final long entry = (call.ioba() >>> window.pageShift()) - window.offsetPages();
        if (Long.compareUnsigned(entry, window.sizePages()) > 0) {
            return false;
        }
        final boolean aligned = (call.ioba() & ((1L << window.pageShift()) - 1)) == 0;
        if (entry == window.sizePages()) {
            // One past the end: only a call of no pages succeeds there, and only in the kernel.
            return aligned && count == 0;
        }
        return !aligned
                || call.liobn() >>> Integer.SIZE != 0
                || count == 0
                || count > window.sizePages() - entry
                || (stuff && (call.r6() & Tce.PERMISSIONS) != 0)
                || (list && memslots.isBacked(call.r6()) && endsEarly(call, memslots))
                || realAgainstVirtual(call, window, memslots);
    }

    private static boolean isInside(final TceCall call, final WindowGeometry window) {
        final long count = call.opcode() == Hcall.H_PUT_TCE ? 1 : call.r7();
        final long entry = (call.ioba() >>> window.pageShift()) - window.offsetPages();
        return (call.ioba() & ((1L << window.pageShift()) - 1)) == 0
                && Long.compareUnsigned(entry, window.sizePages()) <= 0
                && Long.compareUnsigned(count, window.sizePages() - entry) <= 0;
    }

    private static boolean hasReservedBits(final long tce, final WindowGeometry window) {
        return (tce & Tce.PERMISSIONS) != 0 && (tce & Tce.reservedBits(window.pageShift())) != 0;
    }

    private static boolean firstBadIsMisaligned(
            final TceCall call, final WindowGeometry window, final Memslots memslots) {
        for (int i = 0; i < call.r7(); i++) {
            final long tce = call.listTce(i);
            if (hasReservedBits(tce, window)) {
                return true;
            }
            if ((tce & Tce.PERMISSIONS) != 0 && !memslots.isBacked(tce)) {
                return false;
            }
        }
        return false;
    }

    /** Whether the kernel stops at a word without permissions that is not guest memory. */
    private static boolean endsEarly(final TceCall call, final Memslots memslots) {
        boolean early = false;
        for (int i = 0; i < call.r7(); i++) {
            final long tce = call.listTce(i);
            if (!memslots.isBacked(tce)) {
                if ((tce & Tce.PERMISSIONS) != 0) {
                    // The whole list is passed on to userspace before anything is stored.
                    return false;
                }
                early = true;
            }
        }
        return early;
    }
}
