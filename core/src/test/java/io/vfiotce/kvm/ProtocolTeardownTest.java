package io.vfiotce.kvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.iommu.IommuGroup;
import io.vfiotce.memory.GuestMemory;
import io.vfiotce.memory.Memslot;
import io.vfiotce.memory.PinnedMemory;
import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.support.FakeHostMemory;
import io.vfiotce.support.InlineHandler;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.tce.WindowGeometry;
import io.vfiotce.userspace.PassThroughHost;
import io.vfiotce.userspace.ReferenceHandler;
import io.vfiotce.vfio.VfioContainer;
import io.vfiotce.vfio.VfioExtension;
import io.vfiotce.vfio.VfioGroupFile;
import io.vfiotce.vfio.spapr.SpaprTceIommu;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The four steps of an external user with the real sPAPR driver: set up, taken apart in every order while something is
 * mapped. What can be refused may be; at the end nothing is held, charged or pinned.
 */
class ProtocolTeardownTest {
    private static final long RAM = 0x10_0000;
    private static final long UA = Memslot.DEFAULT_UA_BASE;

    /** What user space may do, in any order. */
    enum Step {
        DEL,
        UNREGISTER,
        REMOVE_WINDOW,
        UNSET_CONTAINER,
        CLOSE_GROUP,
        CLOSE_CONTAINER,
        CLOSE_TABLE,
        CLOSE_DEVICE
    }

    private final FakeHostMemory hostMemory = new FakeHostMemory(16);
    private final UserProcess process = new UserProcess(new ProcessConfig().hostMemory(hostMemory));
    private final PassThroughHost host = new PassThroughHost(1, process.clock());
    private final IommuGroup group = host.groups().get(0);
    private final InlineHandler handler = new InlineHandler();
    private final Vm vm =
            new Vm(new VmConfig().process(process).host(host.iommu()).vcpuIdle(() -> handler), ReferenceHandler::new);
    private final GuestMemory memory = GuestMemory.sparse(RAM);
    private final Vcpu vcpu = vm.createVcpu();
    private final long emptyBytes = process.offHeap().allocatedBytes();
    private int deviceFd;
    private int containerFd;
    private int groupFd;
    private int tableFd;

    private void link() {
        deviceFd = vm.createDevice(KvmDeviceDescriptor.KVM_DEV_TYPE_VFIO, 0);
        containerFd = host.vfio().openContainer(process);
        groupFd = host.vfio().openGroup(process, group.id());
        ((VfioGroupFile) process.files().file(groupFd)).setContainer(process, containerFd);
        ((VfioContainer) process.files().file(containerFd)).setIommu(process, VfioExtension.SPAPR_TCE_V2);
        iommu().registerMemory(process, 0, UA, RAM);
        iommu().removeWindow(process, 0, 0);
        tableFd = vm.createSpaprTce64(new WindowGeometry(1, 12, 0, 64));
        CallForm.device(vm, deviceFd).groupAdd(groupFd);
        assertEquals(0, iommu().createWindow(process, 0, 12, 64 << 12, 1));
        CallForm.device(vm, deviceFd).setSpaprTce(groupFd, tableFd);
        final IommuTable hardware = group.tableGroup().table(0);
        for (long entry = 0; entry < 4; entry++) {
            assertEquals(0, vcpu.hPutTce(1, entry << 12, entry << 16 | 3));
        }
        vcpu.offline();
        assertEquals(UA + FakeHostMemory.OFFSET + 0x3_0003, hardware.hardwareTceAcquire(3));
    }

    private SpaprTceIommu iommu() {
        return ((VfioContainer) process.files().file(containerFd)).iommu(SpaprTceIommu.class);
    }

    @ParameterizedTest(name = "all orders that begin with {0}")
    @EnumSource(Step.class)
    void shouldReleaseEverythingWhenTakenApartInAnyOrder(final Step first) {
        handler.answer(vm.handoff());
        vm.addMemslot(new Memslot(0, RAM, UA, memory));
        final List<List<Step>> orders = new ArrayList<>();
        permute(new ArrayList<>(List.of(first)), EnumSet.complementOf(EnumSet.of(first)), orders);
        assertEquals(5040, orders.size());
        for (int i = 0; i < orders.size(); i++) {
            takeApart(orders.get(i), i % 2 == 0);
        }
        vcpu.close();
        vm.close();
        process.close();
    }

    /** Runs one order; between the steps the guest goes on with its calls, or not. */
    private void takeApart(final List<Step> order, final boolean guestGoesOn) {
        link();
        for (final Step step : order) {
            CallForm.result(() -> run(step));
            if (guestGoesOn) {
                final long status = vcpu.hPutTce(1, 0x2000, 0x5_0003);
                assertTrue(status == 0 || status == -4, () -> order + " after " + step + ": " + status);
                vcpu.offline();
            }
            assertCountsAreExact(order);
        }
        process.reclaimer().reclaim();
        assertEquals(0, process.files().openCount(), order::toString);
        assertEquals(0, process.lockedMemory().lockedPages(), order::toString);
        assertEquals(0, hostMemory.pins(), order::toString);
        assertEquals(1, group.references(), order::toString);
        assertEquals(null, group.tableGroup().table(0), order::toString);
        assertTrue(process.pinnedMemory().regionsAcquire().regions().isEmpty(), order::toString);
        assertEquals(emptyBytes, process.offHeap().allocatedBytes(), order::toString);
    }

    private void assertCountsAreExact(final List<Step> order) {
        final PinnedMemory pinned = process.pinnedMemory();
        final IommuTable hardware = group.tableGroup().table(0);
        long mapped = 0;
        if (hardware != null) {
            for (long entry = hardware.nextMapped(0); entry >= 0; entry = hardware.nextMapped(entry + 1)) {
                mapped++;
            }
        }
        final long counted = pinned.regionsAcquire().regions().stream()
                .mapToLong(region -> pinned.counts().sum(region.index()))
                .sum();
        assertEquals(mapped, counted, order::toString);
    }

    private void run(final Step step) {
        switch (step) {
            case DEL -> CallForm.device(vm, deviceFd).groupDel(groupFd);
            case UNREGISTER -> iommu().unregisterMemory(process, 0, UA, RAM);
            case REMOVE_WINDOW -> iommu().removeWindow(process, 0, 0);
            case UNSET_CONTAINER -> ((VfioGroupFile) process.files().file(groupFd)).unsetContainer();
            case CLOSE_GROUP -> process.files().close(groupFd);
            case CLOSE_CONTAINER -> process.files().close(containerFd);
            case CLOSE_TABLE -> process.files().close(tableFd);
            default -> process.files().close(deviceFd);
        }
    }

    private static void permute(final List<Step> begun, final Set<Step> left, final List<List<Step>> orders) {
        if (left.isEmpty()) {
            orders.add(List.copyOf(begun));
        }
        for (final Step next : left) {
            final Set<Step> rest = EnumSet.copyOf(left);
            rest.remove(next);
            begun.add(next);
            permute(begun, rest, orders);
            begun.remove(begun.size() - 1);
        }
    }
}
