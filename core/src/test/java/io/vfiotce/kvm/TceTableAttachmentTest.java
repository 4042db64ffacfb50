package io.vfiotce.kvm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.vfiotce.iommu.HostIommu;
import io.vfiotce.iommu.IommuGroup;
import io.vfiotce.linux.Errno;
import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.tce.AttachedTables;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.tce.IommuTableGeometry;
import io.vfiotce.tce.TceTable;
import io.vfiotce.tce.WindowGeometry;
import io.vfiotce.userspace.ReferenceHandler;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Joining a LIOBN to the windows of a group: which window fits, who holds what, and taking it apart. */
class TceTableAttachmentTest {
    private static final long OTHER_START = 0x0800_0000_0000_0000L;

    private final UserProcess process = new UserProcess(new ProcessConfig());
    private final long emptyBytes = process.offHeap().allocatedBytes();
    private final Vm vm = new Vm(new VmConfig().process(process), ReferenceHandler::new);
    private final IommuGroup group = new HostIommu().newGroup();
    private final TestTableGroup windows = new TestTableGroup();
    private final List<IommuTable> made = new ArrayList<>();
    private final List<Integer> fds = new ArrayList<>();

    @BeforeEach
    void open() {
        group.tableGroup(windows);
    }

    @AfterEach
    void close() {
        fds.forEach(process.files()::close);
        made.forEach(table -> assertEquals(1, table.references()));
        made.forEach(IommuTable::put);
        vm.close();
        process.reclaimer().reclaim();
        assertEquals(emptyBytes, process.offHeap().allocatedBytes());
        process.close();
    }

    private TceTable table(final long liobn, final int shift, final long startBytes, final long sizeBytes) {
        fds.add(vm.createSpaprTce64(new WindowGeometry(liobn, shift, startBytes >>> shift, sizeBytes >>> shift)));
        return ((TceTableFile) vm.files().file(fds.get(fds.size() - 1))).table();
    }

    private IommuTable hardware(final int shift, final long startBytes, final long sizeBytes) {
        made.add(new IommuTable(process, new IommuTableGeometry(shift, startBytes, sizeBytes, 1, 16), true));
        return made.get(made.size() - 1);
    }

    private long attach(final TceTable table) {
        return CallForm.result(() -> TceTableAttachment.attach(process, table, group));
    }

    @ParameterizedTest(name = "§3.4 4: {0}")
    @CsvSource({
        "the same geometry, 16, 0, 0x20000000, 16, 0, 0x20000000, true",
        "smaller hardware pages, 16, 0, 0x20000000, 12, 0, 0x20000000, true",
        "larger hardware pages, 12, 0, 0x20000000, 16, 0, 0x20000000, false",
        "the hardware's window is longer, 16, 0, 0x10000000, 16, 0, 0x20000000, true",
        "the hardware's window is longer only by padding, 16, 0, 0x20000000, 16, 0, 0x1000000, true",
        "the hardware's window is shorter by a page, 16, 0, 0x20010000, 16, 0, 0x20000000, false",
        "both start high, 16, 0x800000000000000, 0x20000000, 12, 0x800000000000000, 0x20000000, true",
        "only the guest's starts high, 16, 0x800000000000000, 0x20000000, 16, 0, 0x20000000, false",
        "only the hardware's starts high, 16, 0, 0x20000000, 16, 0x800000000000000, 0x20000000, false",
        "the same start in other units, 24, 0x1000000, 0x10000000, 16, 0x1000000, 0x10000000, true",
        "starts a hardware page apart, 24, 0x1000000, 0x10000000, 16, 0x1010000, 0x10000000, false",
    })
    void shouldTakeTheWindowOnlyWhenItCoversTheGuests(
            final String name,
            final int guestShift,
            final String guestStart,
            final String guestBytes,
            final int shift,
            final String start,
            final String bytes,
            final boolean fits) {
        final TceTable table = table(1, guestShift, Long.decode(guestStart), Long.decode(guestBytes));
        final IommuTable hardware = hardware(shift, Long.decode(start), Long.decode(bytes));
        windows.set(1, hardware);
        assertEquals(fits ? 0 : -Errno.EINVAL.number(), attach(table), name);
        assertEquals(fits ? 1 : 0, table.attached().references(hardware));
        assertEquals(fits ? 2 : 1, hardware.references());
    }

    @Test
    void shouldTakeTheFirstSlotThatFitsWhenBothAreThere() {
        final TceTable low = table(1, 16, 0, 0x2000_0000);
        final TceTable high = table(2, 16, OTHER_START, 0x2000_0000);
        final IommuTable first = hardware(12, 0, 0x2000_0000);
        final IommuTable second = hardware(16, 0, 0x2000_0000);
        windows.set(0, first);
        windows.set(1, second);
        assertEquals(0, attach(low));
        assertArrayEquals(new IommuTable[] {first}, low.attached().liveAcquire());
        windows.set(1, hardware(16, OTHER_START, 0x2000_0000));
        assertEquals(0, attach(high));
        assertArrayEquals(new IommuTable[] {windows.table(1)}, high.attached().liveAcquire());
    }

    @Test
    void shouldReportEfaultWhenTheGroupHasNoWindowsAtAll() {
        group.tableGroup(null);
        assertEquals(-Errno.EFAULT.number(), attach(table(1, 16, 0, 0x2000_0000)), "§3.4 3");
    }

    @Test
    void shouldReportEinvalWhenEverySlotIsEmpty() {
        assertEquals(-Errno.EINVAL.number(), attach(table(1, 16, 0, 0x2000_0000)), "§3.4 4, §3.7");
    }

    @Test
    void shouldReportEinvalWhenTheWindowThatFitsIsBeingFreed() {
        final TceTable table = table(1, 16, 0, 0x2000_0000);
        final IommuTable freed = new IommuTable(process, new IommuTableGeometry(16, 0, 0x2000_0000, 1, 16), true);
        windows.set(0, freed);
        windows.set(1, hardware(16, 0, 0x2000_0000));
        freed.put();
        assertEquals(-Errno.EINVAL.number(), attach(table), "§3.4 4: no reference left");
        assertNull(table.attached().liveAcquire());
    }

    @Test
    void shouldReportEinvalWhenTheWindowThatFitsIsBeingRemoved() {
        final TceTable table = table(1, 16, 0, 0x2000_0000);
        final IommuTable hardware = hardware(16, 0, 0x2000_0000);
        windows.set(0, hardware);
        hardware.die();
        assertEquals(-Errno.EINVAL.number(), attach(table), "§3.4 4: dead");
        assertEquals(0, table.attached().size());
        assertEquals(1, hardware.references());
    }

    @Test
    void shouldReportEnottyWhenTheLinkIsThereButItsWindowIsBeingRemoved() {
        final TceTable table = table(1, 16, 0, 0x2000_0000);
        final IommuTable hardware = hardware(16, 0, 0x2000_0000);
        windows.set(0, hardware);
        assertEquals(0, attach(table));
        hardware.die();
        assertEquals(-Errno.ENOTTY.number(), attach(table), "§3.4 5");
        assertEquals(1, table.attached().references(hardware));
        assertEquals(1, hardware.references(), "a dead link keeps no memory");
    }

    @Test
    void shouldReportEpermWhenTheWindowIsAnotherProcesss() {
        final TceTable table = table(1, 16, 0, 0x2000_0000);
        windows.set(0, hardware(16, 0, 0x2000_0000));
        final UserProcess other = new UserProcess(new ProcessConfig());
        assertEquals(-Errno.EPERM.number(), CallForm.result(() -> TceTableAttachment.attach(other, table, group)));
        assertNull(table.attached().liveAcquire());
        other.close();
    }

    @Test
    void shouldCountTheLinkAndNotTheTableWhenAttachedAgain() {
        final TceTable table = table(1, 16, 0, 0x2000_0000);
        final IommuTable hardware = hardware(16, 0, 0x2000_0000);
        windows.set(0, hardware);
        assertEquals(0, attach(table));
        assertEquals(0, attach(table), "§3.4 6");
        assertEquals(2, table.attached().references(hardware));
        assertEquals(1, table.attached().size());
        assertEquals(2, hardware.references(), "T-33: references of the table as after the first time");
        release();
        assertArrayEquals(new IommuTable[] {hardware}, table.attached().liveAcquire());
        release();
        assertNull(table.attached().liveAcquire());
        assertEquals(1, hardware.references());
    }

    private void release() {
        TceTableAttachment.release(vm.tables(), group);
    }

    @Test
    void shouldPutTheNewestFirstWhenALiobnGetsTwoTables() {
        final TceTable table = table(1, 16, 0, 0x2000_0000);
        final IommuTable first = hardware(16, 0, 0x2000_0000);
        final IommuTable second = hardware(16, 0, 0x2000_0000);
        windows.set(0, first);
        assertEquals(0, attach(table));
        windows.set(0, second);
        assertEquals(0, attach(table), "§3.4 ok");
        assertArrayEquals(new IommuTable[] {second, first}, table.attached().liveAcquire());
        assertEquals(2, first.references());
        assertEquals(2, second.references());
    }

    @Test
    void shouldReleaseEveryLiobnWhenTheTableIsInASlot() {
        final IommuTable low = hardware(12, 0, 0x2000_0000);
        final IommuTable high = hardware(16, OTHER_START, 0x2000_0000);
        windows.set(0, low);
        windows.set(1, high);
        final List<AttachedTables> places = new ArrayList<>();
        for (long liobn = 0; liobn < 40; liobn++) {
            final TceTable table = table(liobn, 16, (liobn & 1) * OTHER_START, 0x2000_0000);
            assertEquals(0, attach(table));
            places.add(table.attached());
        }
        assertEquals(21, low.references());
        assertEquals(21, high.references());
        release();
        places.forEach(place -> assertEquals(0, place.size(), "§3.5"));
        assertEquals(1, low.references());
        assertEquals(1, high.references());
        release();
        assertEquals(1, low.references(), "nothing is released twice");
    }

    @Test
    void shouldKeepTheLinkWhenItsTableHasLeftTheSlots() {
        final TceTable table = table(1, 16, 0, 0x2000_0000);
        final IommuTable hardware = hardware(16, 0, 0x2000_0000);
        windows.set(0, hardware);
        assertEquals(0, attach(table));
        windows.set(0, null);
        release();
        assertEquals(1, table.attached().references(hardware), "§3.5: stays until the table's descriptor closes");
        process.files().close(fds.remove(0));
        assertEquals(1, hardware.references());
    }

    @Test
    void shouldReleaseNothingWhenTheGroupHasLostItsWindows() {
        final TceTable table = table(1, 16, 0, 0x2000_0000);
        final IommuTable hardware = hardware(16, 0, 0x2000_0000);
        windows.set(0, hardware);
        assertEquals(0, attach(table));
        group.tableGroup(null);
        release();
        assertEquals(1, table.attached().references(hardware));
    }

    @Test
    void shouldTouchNoOtherVmWhenATableIsAttachedInTwo() {
        final TceTable table = table(1, 16, 0, 0x2000_0000);
        final IommuTable hardware = hardware(16, 0, 0x2000_0000);
        windows.set(0, hardware);
        try (Vm other = new Vm(new VmConfig().process(process), ReferenceHandler::new)) {
            final int fd = other.createSpaprTce64(new WindowGeometry(1, 16, 0, 0x2000));
            final TceTable foreign = ((TceTableFile) other.files().file(fd)).table();
            assertEquals(0, attach(table));
            assertEquals(0, attach(foreign));
            release();
            assertEquals(0, table.attached().size());
            assertEquals(1, foreign.attached().references(hardware));
            process.files().close(fd);
        }
    }
}
