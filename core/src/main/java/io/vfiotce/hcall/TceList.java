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

    /** Result of {@link #check}: the first bad word has a permission and points to no guest memory. */
    static final int UNBACKED = -2;

    private TceList() {}

    /** Whether a list's address and length are legal; where it lies is another question. */
    static boolean isLegal(final long listGpa, final long count) {
        return Long.compareUnsigned(count, Hcall.MAX_LIST_TCES) <= 0 && (listGpa & (Hcall.LIST_PAGE_BYTES - 1)) == 0;
    }

    /**
     * Checks all words of the vCPU's copy of a list.
     *
     * @param words how many
     * @param reservedBits bits that must be 0 in a word with a permission
     * @param vcpu knows the guest's memory
     * @return how many words may be stored: all, or those before the first word without permissions that points to no
     *     guest memory (the kernel finds that one only while it stores); or {@link #MISALIGNED} or {@link #UNBACKED} for
     *     the first word that makes the whole list bad
     */
    static int check(final VcpuState vcpu, final int words, final long reservedBits) {
        final WordPage list = vcpu.list;
        int storable = words;
        for (int i = 0; i < words; i++) {
            final long tce = list.wordPlain(i);
            if ((tce & Tce.PERMISSIONS) == 0) {
                if (storable == words && !vcpu.isBacked(tce)) {
                    storable = i;
                }
            } else if ((tce & reservedBits) != 0) {
                return MISALIGNED;
            } else if (!vcpu.isBacked(tce)) {
                return UNBACKED;
            }
        }
        return storable;
    }

    /**
     * As {@link #check}, for a window with IOMMU tables: pages must also be registered, and all of them in one region.
     *
     * @param vcpu knows the guest's memory and the regions
     * @param window the window
     * @param tables its tables
     * @param words how many
     * @return as {@link #check}
     */
    static int checkMapped(
            final HardwareUpdates vcpu, final TceTable window, final IommuTable[] tables, final int words) {
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
            } else if (!vcpu.isMappable(tce, window, tables)) {
                return UNBACKED;
            }
        }
        return storable;
    }
}
