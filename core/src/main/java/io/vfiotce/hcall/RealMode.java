package io.vfiotce.hcall;

import static io.vfiotce.papr.HStatus.H_PARAMETER;
import static io.vfiotce.papr.HStatus.H_SUCCESS;
import static io.vfiotce.telemetry.HcallCounters.REAL;

import io.vfiotce.memory.QuiescentReader;
import io.vfiotce.memory.Words;
import io.vfiotce.papr.Tce;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.tce.TceTable;
import io.vfiotce.telemetry.HcallCounters;

/**
 * The hypercalls in real mode: the fast path. IOMMU tables that are attached to the window are updated first, newest first,
 * then the guest view.
 *
 * <p>The order of checks is the kernel's and can be observed: bus address, then presence of the guest view's host pages
 * (unless the value stored is 0), then the TCE's reserved bits, then its backing.
 *
 * @threads the vCPU's own, online; lock-free
 * @cost no allocation; nothing is locked, thrown or awaited
 * @source Linux arch/powerpc/kvm/book3s_64_vio_hv.c (5.4 to 5.18): kvmppc_rm_h_*
 */
public abstract class RealMode extends RememberedWindows {
    RealMode(final HcallEnvironment environment, final QuiescentReader reader, final HcallCounters counters) {
        super(environment, reader, counters);
    }

    /**
     * H_PUT_TCE: writes one entry, or counts what a remembered stretch has left to count.
     *
     * <p>All of it is one method on purpose. HotSpot compiles no method of more than 325 bytes of bytecode into a caller
     * (FreqInlineSize); a shorter one it takes, with all that it calls, once it has been called a hundred times, and then
     * the usual path of the hypercall is too big to be compiled into its own callers.
     *
     * @param liobn logical I/O bus number
     * @param ioba bus address in bytes
     * @param tce the TCE
     * @return H_SUCCESS; H_PARAMETER for a bad bus address or reserved bits with a permission; H_TOO_HARD for an unknown
     *     LIOBN, an absent host page of the guest view, a page that is not guest memory, and with attached tables a
     *     page that is not registered or an absent level
     * @ordering the entry is stored with release
     */
    final long putTce(final long liobn, final long ioba, final long tce) {
        if (mustCount()) {
            final boolean isDone = mustCount(liobn, ioba, tce);
            countReplaced();
            if (isDone) {
                return H_SUCCESS;
            }
        }
        final TceTable table = find(liobn);
        if (table == null) {
            return tooHard(REAL, HcallCounters.UNKNOWN_LIOBN);
        }
        final long entry = table.entry(ioba);
        if (entry < 0) {
            return H_PARAMETER;
        }
        final long leaf = table.leafAddressAcquire(entry);
        final IommuTable[] hardware = table.attached().liveAcquire();
        if (leaf == 0 && tce != 0) {
            return tooHard(REAL, HcallCounters.ABSENT_LEAF);
        }
        if ((tce & Tce.PERMISSIONS) != 0) {
            if ((tce & table.reservedBits()) != 0) {
                return H_PARAMETER;
            }
            if (hardware == null && !isBacked(tce)) {
                return tooHard(REAL, HcallCounters.UNBACKED_TCE);
            }
            if (hardware != null && !isMappable(tce, table, hardware)) {
                return tooHard(REAL, reason(hardware, reasonNotMappable(tce)));
            }
        }
        if (hardware != null) {
            if (!areForRealMode(hardware)) {
                return tooHard(REAL, reason(hardware, HcallCounters.OTHER_TABLE));
            }
            if ((tce & Tce.PERMISSIONS) != 0 && !areResident(hardware, table, entry, 1)) {
                return tooHard(REAL, HcallCounters.ABSENT_LEVEL);
            }
            for (final IommuTable each : hardware) {
                update(each, table, entry, tce);
            }
        }
        // Clearing what was never there is done already.
        if (leaf != 0) {
            Words.setWordRelease(leaf, table.leafIndex(entry), tce);
            if (hardware == null || areRememberable(hardware, table, entry)) {
                remember(table, hardware, entry, leaf, ioba);
            }
        }
        return H_SUCCESS;
    }

    /**
     * H_GET_TCE: reads one entry into r4.
     *
     * @param liobn logical I/O bus number
     * @param ioba bus address in bytes
     * @return H_SUCCESS; H_PARAMETER for a bad bus address; H_TOO_HARD for an unknown LIOBN
     * @ordering the entry is loaded with acquire
     */
    final long getTce(final long liobn, final long ioba) {
        final TceTable table = find(liobn);
        if (table == null) {
            return tooHard(REAL, HcallCounters.UNKNOWN_LIOBN);
        }
        final long entry = table.entry(ioba);
        if (entry < 0) {
            return H_PARAMETER;
        }
        r4(table.tceAcquire(entry));
        return H_SUCCESS;
    }

    /**
     * H_STUFF_TCE: writes one value to consecutive entries.
     *
     * @param liobn logical I/O bus number
     * @param ioba bus address of the first page in bytes
     * @param value the value, without permissions
     * @param count number of pages, unsigned; up to the whole window
     * @return H_SUCCESS; H_PARAMETER for a bad range or a value with a permission; H_TOO_HARD for an unknown LIOBN or an
     *     absent host page under a value other than 0
     * @ordering entries are stored with release, in slices with a safepoint poll between
     */
    final long stuffTce(final long liobn, final long ioba, final long value, final long count) {
        final TceTable table = find(liobn);
        if (table == null) {
            return tooHard(REAL, HcallCounters.UNKNOWN_LIOBN);
        }
        final long first = table.firstEntry(ioba, count);
        if (first < 0) {
            return H_PARAMETER;
        }
        if (value != 0 && !table.isResident(first, count)) {
            return tooHard(REAL, HcallCounters.ABSENT_LEAF);
        }
        if ((value & Tce.PERMISSIONS) != 0) {
            return H_PARAMETER;
        }
        final IommuTable[] hardware = table.attached().liveAcquire();
        if (hardware != null) {
            if (!areForRealMode(hardware)) {
                return tooHard(REAL, reason(hardware, HcallCounters.OTHER_TABLE));
            }
            unmap(hardware, table, first, count);
        }
        table.fillResidentRelease(first, count, value);
        return H_SUCCESS;
    }

    /**
     * H_PUT_TCE_INDIRECT: writes a list of entries. Every word of the list is read once, all are checked, then they are
     * written.
     *
     * @param liobn logical I/O bus number
     * @param ioba bus address of the first page in bytes
     * @param listGpa guest physical address of the list, 4 KiB aligned, big-endian words
     * @param count number of words, at most 512
     * @return H_SUCCESS; H_PARAMETER for a bad count, list address or range, reserved bits with a permission, or (after
     *     writing the entries before it) a word without permissions that points to no guest memory; H_TOO_HARD for an
     *     unknown LIOBN, an absent host page, a list or a page that is not guest memory
     * @ordering entries are stored with release, in ascending order
     */
    final long putTceIndirect(final long liobn, final long ioba, final long listGpa, final long count) {
        final TceTable table = find(liobn);
        if (table == null) {
            return tooHard(REAL, HcallCounters.UNKNOWN_LIOBN);
        }
        if (!TceList.isLegal(listGpa, count)) {
            return H_PARAMETER;
        }
        final long first = table.firstEntry(ioba, count);
        if (first < 0) {
            return H_PARAMETER;
        }
        if (!table.isResident(first, count)) {
            return tooHard(REAL, HcallCounters.ABSENT_LEAF);
        }
        final int slot = memslots().find(listGpa);
        if (slot < 0) {
            return tooHard(REAL, HcallCounters.UNBACKED_LIST);
        }
        final int words = (int) count;
        final IommuTable[] hardware = table.attached().liveAcquire();
        if (hardware != null) {
            return putMappedIndirect(table, hardware, first, slot, listGpa, words);
        }
        final int checked =
                copyList(slot, listGpa, words, table.reservedBits()) ? words : TceList.check(this, table, null, words);
        if (checked == TceList.MISALIGNED) {
            return H_PARAMETER;
        }
        if (checked == TceList.UNBACKED) {
            return tooHard(REAL, HcallCounters.UNBACKED_TCE);
        }
        table.storeResidentRelease(first, list, checked);
        return checked == words ? H_SUCCESS : H_PARAMETER;
    }

    private long putMappedIndirect(
            final TceTable table,
            final IommuTable[] hardware,
            final long first,
            final int slot,
            final long listGpa,
            final int words) {
        final int checked = checkMappedList(table, hardware, slot, listGpa, words);
        if (checked == TceList.MISALIGNED) {
            return H_PARAMETER;
        }
        if (checked == TceList.UNBACKED) {
            return tooHard(REAL, reason(hardware, HcallCounters.NOT_REGISTERED));
        }
        if (!areForRealMode(hardware)) {
            return tooHard(REAL, reason(hardware, HcallCounters.OTHER_TABLE));
        }
        if (!areResident(hardware, table, first, checked)) {
            return tooHard(REAL, HcallCounters.ABSENT_LEVEL);
        }
        updateAll(hardware, table, first, checked);
        table.storeResidentRelease(first, list, checked);
        return checked == words ? H_SUCCESS : H_PARAMETER;
    }
}
