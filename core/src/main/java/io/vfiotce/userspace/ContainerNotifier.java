package io.vfiotce.userspace;

import io.vfiotce.kvm.Vm;
import io.vfiotce.memory.Memslots;
import io.vfiotce.papr.Tce;
import io.vfiotce.tce.TceNotifier;
import io.vfiotce.vfio.DmaMapLayout;
import io.vfiotce.vfio.VfioException;
import io.vfiotce.vfio.spapr.SpaprTceIommu;
import java.util.concurrent.atomic.LongAdder;

/**
 * Carries what userspace stores in a window over to a container, as QEMU's notifier does: a TCE with a permission is mapped,
 * readable always and writable if it says so, one without is unmapped.
 *
 * <p>What cannot be mapped is counted and otherwise passed over: the guest sees success, and the container keeps what it
 * had.
 *
 * @threads the vCPU that waited for the handler
 * @cost no allocation unless the container refuses
 * @source QEMU hw/vfio/common.c: vfio_iommu_map_notify()
 */
final class ContainerNotifier implements TceNotifier {
    private final Vm vm;
    private final SpaprTceIommu iommu;
    private final LongAdder failures = new LongAdder();

    ContainerNotifier(final Vm vm, final SpaprTceIommu iommu) {
        this.vm = vm;
        this.iommu = iommu;
    }

    long failures() {
        return failures.sum();
    }

    @Override
    public void begin() {
        vm.process().pinnedMemory().turns().beginMapping();
    }

    @Override
    public void end() {
        vm.process().pinnedMemory().turns().endMapping();
    }

    @Override
    public void tceChanged(final long ioba, final int pageShift, final long tce) {
        final long pageBytes = 1L << pageShift;
        try {
            if ((tce & Tce.PERMISSIONS) == 0) {
                iommu.unmapDma(vm.process(), 0, ioba, pageBytes);
            } else {
                map(ioba, Tce.pageAddress(tce, pageShift), pageBytes, (tce & Tce.WRITE) != 0);
            }
        } catch (final VfioException e) {
            failures.increment();
        }
    }

    private void map(final long ioba, final long gpa, final long pageBytes, final boolean writable) {
        final Memslots memslots = vm.memslots();
        final int slot = memslots.find(gpa);
        final long unit = gpa >>> Memslots.UNIT_SHIFT;
        if (slot < 0 || unit - memslots.firstUnit(slot) + (pageBytes >>> Memslots.UNIT_SHIFT) > memslots.units(slot)) {
            // Not guest memory, or not all of the page.
            failures.increment();
            return;
        }
        final long ua = memslots.ua(slot) + ((unit - memslots.firstUnit(slot)) << Memslots.UNIT_SHIFT);
        final int flags = DmaMapLayout.FLAG_READ | (writable ? DmaMapLayout.FLAG_WRITE : 0);
        iommu.mapDma(vm.process(), flags, ua, ioba, pageBytes);
    }
}
