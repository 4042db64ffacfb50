package io.vfiotce.tools.replay;

import io.vfiotce.dma.DmaStatus;
import io.vfiotce.iommu.IommuGroup;
import io.vfiotce.kvm.Vm;
import io.vfiotce.papr.Tce;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.tce.TceTable;
import io.vfiotce.tools.trace.Trace;
import io.vfiotce.tools.trace.TraceGrade;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes recorded translations as devices do: by DMA through the guest view, and through the tables of every VFIO group of the
 * bridge. What they must find was recorded; for a translation of which that is not known, it is what the table holds.
 *
 * @threads the lane's
 */
final class DeviceCheck implements AutoCloseable {
    // A recording may name any number of LIOBNs.
    private static final int MAX_DEVICES = 64;

    private final ReplayPlan plan;
    private final Trace trace;
    private final Vm vm;
    private final PassThrough passThrough;
    private final Mismatches mismatches;
    private final Map<Long, ReplayDevice> emulated = new HashMap<>();
    private final Map<Integer, ReplayDevice> passedThrough = new HashMap<>();
    private long guestAccesses;
    private long hardwareAccesses;
    private long closedHintHits;

    DeviceCheck(final ReplayPlan plan, final Vm vm, final PassThrough passThrough, final Mismatches mismatches) {
        this.plan = plan;
        this.vm = vm;
        this.passThrough = passThrough;
        this.mismatches = mismatches;
        trace = plan.trace();
    }

    /** Makes the accesses of one record; {@code window} is null if there is none. */
    void check(final int record, final TceTable window) {
        final long liobn = trace.liobn(record);
        final long offset = trace.ioba(record);
        final ReplayDevice device = emulated(liobn);
        if (window == null) {
            // Where a window would start is not known: every bus address is as good.
            guestAccesses +=
                    device.check(offset, ExpectedPage.none(DmaStatus.DETACHED), plan.where(record), mismatches);
            return;
        }
        final long ioba = window.geometry().startBytes() + offset;
        final long entry = offset >>> window.pageShift();
        if (entry >= window.sizePages()) {
            guestAccesses += device.check(ioba, ExpectedPage.none(DmaStatus.OUTSIDE), plan.where(record), mismatches);
            return;
        }
        final boolean isKnown = trace.grade(record) != TraceGrade.LOSSY;
        final long tce = isKnown ? trace.value(record) | trace.perm(record) : window.tceAcquire(entry);
        final long page = Tce.pageAddress(tce, window.pageShift());
        final int permissions = Tce.permissions(tce);
        final long pageBytes = 1L << window.pageShift();
        final long inPage = offset & (pageBytes - 1);
        final ExpectedPage expected = ExpectedPage.of(vm.memslots(), page, permissions, inPage, pageBytes - inPage);
        guestAccesses += device.check(ioba, expected, plan.where(record), mismatches);
        checkGroups(record, ioba, page, permissions, inPage, pageBytes);
    }

    /** As the hardware has it: the page may be smaller, all of it was guest memory when it was mapped, reading is allowed. */
    private void checkGroups(
            final int record,
            final long ioba,
            final long page,
            final int permissions,
            final long inPage,
            final long pageBytes) {
        final List<IommuTable> tables = passThrough.tablesOf(trace.liobn(record));
        // What is no guest memory cannot be mapped, and what was there before stays.
        if (tables.isEmpty() || permissions != 0 && plan.userAddress(page, pageBytes) < 0) {
            return;
        }
        final long hardwareBytes = 1L << tables.get(0).pageShift();
        final ExpectedPage expected = ExpectedPage.of(
                vm.memslots(),
                page,
                permissions == 0 ? 0 : permissions | (int) Tce.READ,
                inPage,
                hardwareBytes - (inPage & (hardwareBytes - 1)));
        for (final IommuGroup group : passThrough.groupsOf(trace.liobn(record))) {
            final ReplayDevice device = passedThrough.computeIfAbsent(group.id(), id -> ReplayDevice.of(vm, group));
            hardwareAccesses += device.check(ioba, expected, plan.where(record), mismatches);
        }
    }

    private ReplayDevice emulated(final long liobn) {
        if (emulated.size() == MAX_DEVICES && !emulated.containsKey(liobn)) {
            emulated.values().forEach(this::close);
            emulated.clear();
        }
        return emulated.computeIfAbsent(liobn, number -> ReplayDevice.of(vm, number));
    }

    private void close(final ReplayDevice device) {
        closedHintHits += device.hintHits();
        device.close();
    }

    DeviceResult result() {
        long hits = closedHintHits;
        for (final Map<?, ReplayDevice> devices : List.of(emulated, passedThrough)) {
            hits += devices.values().stream().mapToLong(ReplayDevice::hintHits).sum();
        }
        return new DeviceResult(guestAccesses, hardwareAccesses, hits);
    }

    @Override
    public void close() {
        emulated.values().forEach(this::close);
        passedThrough.values().forEach(this::close);
        emulated.clear();
        passedThrough.clear();
    }
}
