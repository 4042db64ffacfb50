package io.vfiotce.vfio.spapr;

import static io.vfiotce.vfio.spapr.SpaprFixture.GIB;
import static io.vfiotce.vfio.spapr.SpaprFixture.PAGE;
import static io.vfiotce.vfio.spapr.SpaprFixture.RW;
import static io.vfiotce.vfio.spapr.SpaprFixture.UA;
import static io.vfiotce.vfio.spapr.SpaprFixture.WINDOW1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.vfiotce.iommu.HostDevice;
import io.vfiotce.iommu.HostIommu;
import io.vfiotce.iommu.Ioda2TableGroup;
import io.vfiotce.iommu.IommuGroup;
import io.vfiotce.linux.IoctlArgument;
import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.vfio.Vfio;
import io.vfiotce.vfio.VfioDeviceOps;
import io.vfiotce.vfio.VfioIoctl;
import io.vfiotce.vfio.VfioRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Setup D of behaviour.md §12, through file descriptors and raw ioctls, row after row. */
class SetupDTest {
    private static final VfioDeviceOps DEVICE = new VfioDeviceOps() {
        @Override
        public String name() {
            return "test-pci";
        }

        @Override
        public void open(final Object data) {}

        @Override
        public void release(final Object data) {}
    };

    private final UserProcess process = new UserProcess(new ProcessConfig());
    private final HostIommu host = new HostIommu();
    private final Vfio vfio = new Vfio(host, process.clock());
    private final IommuGroup group = host.newGroup();
    private final long offHeapAtStart = process.offHeap().allocatedBytes();
    private int container;
    private int groupFd;

    @BeforeEach
    void open() {
        final HostDevice device = new HostDevice("0000:01:00.0");
        group.add(device);
        group.tableGroup(new Ioda2TableGroup());
        vfio.registerIommuDriver(new SpaprTceDriver(true));
        vfio.addGroupDev(device, DEVICE, null);
        fresh();
    }

    private void fresh() {
        container = vfio.openContainer(process);
        groupFd = vfio.openGroup(process, group.id());
        final IoctlArgument fd = IoctlArgument.ofNew(4);
        fd.int32(0, container);
        assertEquals(0, VfioIoctl.ioctl(process, groupFd, VfioRequest.VFIO_GROUP_SET_CONTAINER, fd));
    }

    @AfterEach
    void shouldLeaveNothingWhenFilesAreClosed() {
        process.files().close(groupFd);
        process.files().close(container);
        process.reclaimer().reclaim();
        assertEquals(0, process.lockedMemory().lockedPages());
        assertEquals(offHeapAtStart, process.offHeap().allocatedBytes());
        assertNull(group.tableGroup().table(0));
        assertNull(group.tableGroup().table(1));
        process.close();
    }

    private void row(final String row, final long expected, final int request, final IoctlArgument argument) {
        assertEquals(expected, VfioIoctl.ioctl(process, container, request, argument), row);
    }

    private void map(final String row, final long expected, final long ua, final long iova) {
        row(row, expected, VfioRequest.VFIO_IOMMU_MAP_DMA, SpaprFixture.mapArgument(RW, ua, iova, 4096));
    }

    private void register(final String row, final long expected, final long ua, final long size) {
        row(row, expected, VfioRequest.VFIO_IOMMU_SPAPR_REGISTER_MEMORY, SpaprFixture.memoryArgument(0, ua, size));
    }

    private void create(final String row, final long expected, final int shift, final long size, final long start) {
        final IoctlArgument argument = SpaprFixture.createArgument(0, shift, size, 1);
        row(row, expected, VfioRequest.VFIO_IOMMU_SPAPR_TCE_CREATE, argument);
        assertEquals(start, argument.int64(32), row);
    }

    private void remove(final String row, final long expected, final long start) {
        row(row, expected, VfioRequest.VFIO_IOMMU_SPAPR_TCE_REMOVE, SpaprFixture.removeArgument(0, start));
    }

    private void setIommu(final String row) {
        row(row, 0, VfioRequest.VFIO_SET_IOMMU, IoctlArgument.of(7));
    }

    @Test
    void shouldFollowRowsD1ToD8AndD10ToD16WhenCalledInOrder() {
        setIommu("§12 D1: SET_IOMMU(7) → 0");
        map("§12 D1: MAP_DMA before REGISTER → EPERM", Case.EPERM, UA, 0);
        register("§12 D2: REGISTER → 0", 0, UA, 4 * PAGE);
        register("§12 D3: REGISTER again → EBUSY", Case.EBUSY, UA, 4 * PAGE);
        register("§12 D4: REGISTER overlapping → EINVAL", Case.EINVAL, UA, 2 * PAGE);
        remove("§12 D5: TCE_REMOVE(0) while pending → 0", 0, 0);
        assertNull(group.tableGroup().table(0), "§12 D5: no window was ever created");
        create("§12 D6: TCE_CREATE → slot 0, start 0", 0, 12, GIB, 0);
        create("§12 D7: TCE_CREATE → start 2^59", 0, 16, 64 * GIB, WINDOW1);
        create("§12 D8: third TCE_CREATE → ENOSPC", Case.ENOSPC, 16, GIB, 0);
        map("§12 D10: MAP_DMA iova 0x800 → +1", 1, UA, 0x800);
        map("§12 D11: MAP_DMA iova 0x40000000 → ENXIO", Case.ENXIO, UA, 0x4000_0000);
        map("§12 D12: MAP_DMA unregistered vaddr → EINVAL", Case.EINVAL, UA - PAGE, 0);
        row(
                "§12 D13: UNMAP_DMA beyond the window → +1",
                1,
                VfioRequest.VFIO_IOMMU_UNMAP_DMA,
                SpaprFixture.unmapArgument(0, 0x3FFF_F000, 0x2000));
        map("MAP_DMA → 0", 0, UA, 0x1000);
        remove("§12 D14: TCE_REMOVE inside window 0 → 0", 0, 0x1234_5000);
        row("§12 D15: ENABLE on v2 → ENOTTY", Case.ENOTTY, VfioRequest.VFIO_IOMMU_ENABLE, IoctlArgument.of(0));
        for (final int argsz : new int[] {16, 32}) {
            final IoctlArgument info = IoctlArgument.ofNew(32);
            info.int32(0, argsz);
            info.int64(16, -1);
            row("§12 D16: GET_INFO → 0", 0, VfioRequest.VFIO_IOMMU_SPAPR_TCE_GET_INFO, info);
            assertEquals(1, info.int32(4), "§12 D16: DDW");
            assertEquals(argsz == 16 ? -1 : 0x1101_1000, info.int64(16), "§12 D16: bytes written");
        }
    }

    @Test
    void shouldMakeTheDefaultWindowFirstWhenAWindowIsCreatedOnAFreshContainer() {
        setIommu("§12 D9");
        create("§12 D9: TCE_CREATE without D5 → start 2^59", 0, 16, GIB, WINDOW1);
        assertEquals(12, group.tableGroup().table(0).pageShift());
    }
}
