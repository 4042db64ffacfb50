package io.vfiotce.hcall;

import static io.vfiotce.papr.HStatus.H_PARAMETER;
import static io.vfiotce.papr.HStatus.H_SUCCESS;
import static io.vfiotce.telemetry.HcallCounters.VIRTUAL;

import io.vfiotce.papr.Hcall;
import io.vfiotce.papr.Tce;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.tce.TceTable;
import io.vfiotce.telemetry.HcallCounters;

/**
 * The hypercalls in virtual mode: as {@link RealMode}, but host pages of the guest view are made when needed, and a TCE
 * with reserved bits is passed on instead of refused.
 *
 * @threads the vCPU's own, online; may take a table's lock to add a page
 * @cost no heap allocation; off-heap pages on demand
 * @source Linux arch/powerpc/kvm/book3s_64_vio.c (6.1): kvmppc_h_*
 */
public final class VirtualMode {
    private final HardwareUpdates vcpu;

    VirtualMode(final HardwareUpdates vcpu) {
        this.vcpu = vcpu;
    }

    /**
     * H_PUT_TCE.
     *
     * @param liobn logical I/O bus number
     * @param ioba bus address in bytes
     * @param tce the TCE
     * @return H_SUCCESS; H_PARAMETER for a bad bus address; H_TOO_HARD for an unknown LIOBN, reserved bits with a
     *     permission, a page that is not guest memory, or lack of memory
     * @ordering the entry is stored with release
     */
    public long putTce(final long liobn, final long ioba, final long tce) {
        final TceTable table = vcpu.find(liobn);
        if (table == null) {
            return vcpu.tooHard(VIRTUAL, HcallCounters.UNKNOWN_LIOBN);
        }
        final long entry = table.entry(ioba);
        if (entry < 0) {
            return H_PARAMETER;
        }
        if ((tce & Tce.PERMISSIONS) != 0) {
            if ((tce & table.reservedBits()) != 0) {
                return vcpu.tooHard(VIRTUAL, HcallCounters.MISALIGNED_TCE);
            }
            if (!vcpu.isBacked(tce)) {
                return vcpu.tooHard(VIRTUAL, HcallCounters.UNBACKED_TCE);
            }
        }
        final IommuTable[] hardware = table.attached().liveAcquire();
        if (hardware != null) {
            return putMapped(table, hardware, entry, tce);
        }
        return table.fill(entry, 1, tce) ? H_SUCCESS : vcpu.tooHard(VIRTUAL, HcallCounters.NO_MEMORY);
    }

    private long putMapped(final TceTable table, final IommuTable[] hardware, final long entry, final long tce) {
        if ((tce & Tce.PERMISSIONS) != 0 && !vcpu.isMappable(tce, table, hardware)) {
            return vcpu.tooHard(VIRTUAL, HardwareUpdates.reason(hardware, HcallCounters.NOT_REGISTERED));
        }
        if (!HardwareUpdates.areWithUserView(hardware)) {
            return vcpu.tooHard(VIRTUAL, HardwareUpdates.reason(hardware, HcallCounters.OTHER_TABLE));
        }
        if (!HardwareUpdates.makeResident(hardware, table, entry, tce) || (tce != 0 && !table.makeResident(entry, 1))) {
            return vcpu.tooHard(VIRTUAL, HcallCounters.NO_MEMORY);
        }
        vcpu.update(hardware, table, entry, tce);
        HardwareUpdates.invalidate(hardware, table, entry, 1);
        table.fillResidentRelease(entry, 1, tce);
        return H_SUCCESS;
    }

    /**
     * H_GET_TCE.
     *
     * @param liobn logical I/O bus number
     * @param ioba bus address in bytes
     * @return H_SUCCESS; H_PARAMETER for a bad bus address; H_TOO_HARD for an unknown LIOBN
     * @ordering the entry is loaded with acquire
     */
    public long getTce(final long liobn, final long ioba) {
        final TceTable table = vcpu.find(liobn);
        if (table == null) {
            return vcpu.tooHard(VIRTUAL, HcallCounters.UNKNOWN_LIOBN);
        }
        final long entry = table.entry(ioba);
        if (entry < 0) {
            return H_PARAMETER;
        }
        vcpu.r4(table.tceAcquire(entry));
        return H_SUCCESS;
    }

    /**
     * H_STUFF_TCE.
     *
     * @param liobn logical I/O bus number
     * @param ioba bus address of the first page in bytes
     * @param value the value, without permissions
     * @param count number of pages, unsigned; up to the whole window
     * @return H_SUCCESS; H_PARAMETER for a bad range or a value with a permission; H_TOO_HARD for an unknown LIOBN or lack
     *     of memory
     * @ordering entries are stored with release
     */
    public long stuffTce(final long liobn, final long ioba, final long value, final long count) {
        final TceTable table = vcpu.find(liobn);
        if (table == null) {
            return vcpu.tooHard(VIRTUAL, HcallCounters.UNKNOWN_LIOBN);
        }
        final long first = table.firstEntry(ioba, count);
        if (first < 0 || (value & Tce.PERMISSIONS) != 0) {
            return H_PARAMETER;
        }
        final IommuTable[] hardware = table.attached().liveAcquire();
        if (hardware != null) {
            if (!HardwareUpdates.areWithUserView(hardware)) {
                return vcpu.tooHard(VIRTUAL, HardwareUpdates.reason(hardware, HcallCounters.OTHER_TABLE));
            }
            if (value != 0 && count != 0 && !table.makeResident(first, count)) {
                return vcpu.tooHard(VIRTUAL, HcallCounters.NO_MEMORY);
            }
            vcpu.unmap(hardware, table, first, count);
            HardwareUpdates.invalidate(hardware, table, first, count);
        }
        return table.fill(first, count, value) ? H_SUCCESS : vcpu.tooHard(VIRTUAL, HcallCounters.NO_MEMORY);
    }

    /**
     * H_PUT_TCE_INDIRECT.
     *
     * @param liobn logical I/O bus number
     * @param ioba bus address of the first page in bytes
     * @param listGpa guest physical address of the list, 4 KiB aligned, big-endian words
     * @param count number of words, at most 512
     * @return H_SUCCESS; H_PARAMETER for a bad count, list address or range, or (after writing the entries before it) a
     *     word without permissions that points to no guest memory; H_TOO_HARD for an unknown LIOBN, a list or a page that
     *     is not guest memory, reserved bits with a permission, or lack of memory
     * @ordering entries are stored with release, in ascending order
     */
    public long putTceIndirect(final long liobn, final long ioba, final long listGpa, final long count) {
        final TceTable table = vcpu.find(liobn);
        if (table == null) {
            return vcpu.tooHard(VIRTUAL, HcallCounters.UNKNOWN_LIOBN);
        }
        if (!TceList.isLegal(listGpa, count)) {
            return H_PARAMETER;
        }
        final long first = table.firstEntry(ioba, count);
        if (first < 0) {
            return H_PARAMETER;
        }
        final int slot = vcpu.memslots().find(listGpa);
        if (slot < 0) {
            return vcpu.tooHard(VIRTUAL, HcallCounters.UNBACKED_LIST);
        }
        final int words = (int) count;
        final IommuTable[] hardware = table.attached().liveAcquire();
        if (hardware != null) {
            return putMappedIndirect(table, hardware, first, slot, listGpa, words);
        }
        final int checked = vcpu.copyList(slot, listGpa, words, table.reservedBits())
                ? words
                : TceList.check(vcpu, table, null, words);
        if (checked < 0) {
            return vcpu.tooHard(
                    VIRTUAL, checked == TceList.MISALIGNED ? HcallCounters.MISALIGNED_TCE : HcallCounters.UNBACKED_TCE);
        }
        if (!table.store(first, vcpu.list, checked)) {
            return vcpu.tooHard(VIRTUAL, HcallCounters.NO_MEMORY);
        }
        return checked == words ? H_SUCCESS : H_PARAMETER;
    }

    private long putMappedIndirect(
            final TceTable table,
            final IommuTable[] hardware,
            final long first,
            final int slot,
            final long listGpa,
            final int words) {
        final int checked = vcpu.checkMappedList(table, hardware, slot, listGpa, words);
        if (checked < 0) {
            return vcpu.tooHard(
                    VIRTUAL,
                    checked == TceList.MISALIGNED
                            ? HcallCounters.MISALIGNED_TCE
                            : HardwareUpdates.reason(hardware, HcallCounters.NOT_REGISTERED));
        }
        if (!HardwareUpdates.areWithUserView(hardware)) {
            return vcpu.tooHard(VIRTUAL, HardwareUpdates.reason(hardware, HcallCounters.OTHER_TABLE));
        }
        for (int i = 0; i < checked; i++) {
            final long tce = vcpu.list.wordPlain(i);
            if (!HardwareUpdates.makeResident(hardware, table, first + i, tce)
                    || (tce != 0 && !table.makeResident(first + i, 1))) {
                return vcpu.tooHard(VIRTUAL, HcallCounters.NO_MEMORY);
            }
        }
        vcpu.updateAll(hardware, table, first, checked);
        HardwareUpdates.invalidate(hardware, table, first, checked);
        table.storeResidentRelease(first, vcpu.list, checked);
        return checked == words ? H_SUCCESS : H_PARAMETER;
    }

    /** Any of the four hypercalls by number; H_TOO_HARD for any other. */
    long call(final long opcode, final long r4, final long r5, final long r6, final long r7) {
        if (opcode == Hcall.H_PUT_TCE) {
            return putTce(r4, r5, r6);
        }
        if (opcode == Hcall.H_STUFF_TCE) {
            return stuffTce(r4, r5, r6, r7);
        }
        if (opcode == Hcall.H_PUT_TCE_INDIRECT) {
            return putTceIndirect(r4, r5, r6, r7);
        }
        return opcode == Hcall.H_GET_TCE ? getTce(r4, r5) : vcpu.tooHard(VIRTUAL, HcallCounters.NOT_ENABLED);
    }
}
