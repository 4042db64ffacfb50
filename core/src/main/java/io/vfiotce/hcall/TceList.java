package io.vfiotce.hcall;

import io.vfiotce.memory.WordPage;
import io.vfiotce.papr.Hcall;
import io.vfiotce.papr.Tce;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.tce.TceTable;

/**
 * Checks of an INDIRECT list, shared by real and virtual mode.
 *
 * @source Linux kvmppc_h_put_tce_indirect(), kvmppc_tce_validate()
 */
final class TceList {
    /** Result of {@link #check}: the first bad word has a permission and reserved bits. */
    static final int MISALIGNED = -1;

    /** Result of {@link #check}: the first bad word has a permission and points to no guest memory, or to none that can be mapped. */
    static final int UNBACKED = -2;

    private TceList() {}

    /** Whether a list's address and length are legal; where it lies is another question. */
    static boolean isLegal(final long listGpa, final long count) {
        return Long.compareUnsigned(count, Hcall.MAX_LIST_TCES) <= 0 && (listGpa & (Hcall.LIST_PAGE_BYTES - 1)) == 0;
    }

    /**
     * Checks all words of the vCPU's copy of a list.
     *
     * @param vcpu knows the guest's memory and the regions
     * @param window the window
     * @param tables its IOMMU tables, in all of which a page must be mappable; null if there is none
     * @param words how many
     * @return how many words may be stored: all, or those before the first word without permissions that points to no
     *     guest memory (the kernel finds that one only while it stores); or {@link #MISALIGNED} or {@link #UNBACKED} for
     *     the first word that makes the whole list bad
     */
    static int check(final HardwareUpdates vcpu, final TceTable window, final IommuTable[] tables, final int words) {
        final WordPage list = vcpu.list;
        int storable = words;
        for (int i = 0; i < words; i++) {
            final long tce = list.wordPlain(i);
            if ((tce & Tce.PERMISSIONS) == 0) {
                if (storable == words && !vcpu.isBacked(tce)) {
                    storable = i;
                }
            } else if ((tce & window.reservedBits()) != 0) {
                return MISALIGNED;
            } else if (tables == null ? !vcpu.isBacked(tce) : !vcpu.isMappable(tce, window, tables)) {
                return UNBACKED;
            }
        }
        return storable;
    }
}
