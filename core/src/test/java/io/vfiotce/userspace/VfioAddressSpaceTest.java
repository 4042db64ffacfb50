package io.vfiotce.userspace;

import static io.vfiotce.papr.HStatus.H_SUCCESS;
import static io.vfiotce.support.PassThroughVm.HPA;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.iommu.HostDevice;
import io.vfiotce.iommu.IommuGroup;
import io.vfiotce.kvm.KvmVfioDevice;
import io.vfiotce.kvm.TceTableFile;
import io.vfiotce.kvm.UserspaceWindow;
import io.vfiotce.linux.Errno;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.papr.Hcall;
import io.vfiotce.support.PassThroughVm;
import io.vfiotce.support.PassThroughVm.Entry;
import io.vfiotce.support.TestFile;
import io.vfiotce.support.TestVm;
import io.vfiotce.tce.TceTable;
import io.vfiotce.vfio.VfioGroupFile;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A VMM's side of VFIO: what is refused leaves nothing behind, and everything is let go in whatever order it is closed. */
class VfioAddressSpaceTest {
    private static final long LIOBN = TestVm.LIOBN;
    private static final long RAM = 0x10_0000;

    private PassThroughVm setup;

    @BeforeEach
    void open() {
        setup = new PassThroughVm(2, Entry.REAL, 16).memory(0, RAM).memory(2 * RAM, RAM);
    }

    @AfterEach
    void close() {
        setup.close();
    }

    /** One thing that is wrong when an address space is made. */
    private interface Fault {
        /** {@return the groups to ask for} */
        List<Integer> make(PassThroughVm setup);
    }

    record Row(String name, Errno errno, Fault fault) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static int id(final PassThroughVm setup, final int group) {
        return setup.host().groups().get(group).id();
    }

    static List<Row> constructorRows() {
        return List.of(
                new Row("no such group", Errno.ENODEV, s -> List.of(id(s, 0), 99)),
                new Row("a group twice", Errno.EBUSY, s -> List.of(id(s, 0), id(s, 0))),
                new Row("a group that is not viable", Errno.EINVAL, s -> {
                    addForeignDevice(s.host(), 1);
                    return List.of(id(s, 0), id(s, 1));
                }),
                new Row("no group", Errno.EINVAL, s -> List.of()),
                new Row("a page cannot be pinned", Errno.EFAULT, s -> {
                    s.hostMemory().badPageUa = PassThroughVm.UA + 3 * RAM - 0x1_0000;
                    return List.of(id(s, 0), id(s, 1));
                }));
    }

    private static void addForeignDevice(final PassThroughHost host, final int group) {
        final IommuGroup iommuGroup = host.groups().get(group);
        final HostDevice foreign = new HostDevice("foreign");
        iommuGroup.add(foreign);
        host.vfio().bindDriver(foreign, "foreign");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("constructorRows")
    void shouldLeaveNothingBehindWhenTheConstructorIsRefused(final Row row) {
        final List<Integer> ids = row.fault.make(setup);
        final int files = setup.vm().files().openCount();
        final KvmVfioDevice kvm = (KvmVfioDevice) setup.vm().files().file(setup.kvmFd());
        final Runnable make = () -> new VfioAddressSpace(setup.host().vfio(), setup.vm(), setup.kvmFd(), ids, 16);
        assertEquals(row.errno, assertThrows(LinuxException.class, make::run).errno());
        assertEquals(files, setup.vm().files().openCount());
        assertEquals(0, kvm.groupCount());
        assertEquals(0, setup.vm().process().lockedMemory().lockedPages());
        assertEquals(0, setup.hostMemory().pins());
        assertNull(setup.region(0));
        setup.hostMemory().badPageUa = -1;
        // What was refused is free for another.
        setup.passThrough(List.of(0), 16);
        assertEquals(1, kvm.groupCount());
    }

    @Test
    void shouldLeaveNothingBehindWhenTheDeviceIsNone() {
        final int files = setup.vm().files().openCount();
        final int tableFd = setup.vm().files().install(new TestFile());
        final LinuxException refused = assertThrows(
                LinuxException.class,
                () -> new VfioAddressSpace(setup.host().vfio(), setup.vm(), tableFd, List.of(0), 16));
        assertEquals(Errno.EINVAL, refused.errno());
        assertEquals(files + 1, setup.vm().files().openCount());
    }

    @Test
    void shouldLeaveNothingBehindWhenTheDeviceIsClosedMeanwhile() {
        final KvmVfioDevice kvm = (KvmVfioDevice) setup.vm().files().file(setup.kvmFd());
        final int files = setup.vm().files().openCount();
        final List<Integer> ids = new ArrayList<>(List.of(id(setup, 0))) {
            @Override
            public Iterator<Integer> iterator() {
                setup.vm().files().close(setup.kvmFd());
                return super.iterator();
            }
        };
        assertEquals(
                Errno.EIO,
                assertThrows(
                                LinuxException.class,
                                () -> new VfioAddressSpace(setup.host().vfio(), setup.vm(), setup.kvmFd(), ids, 16))
                        .errno());
        assertEquals(files - 1, setup.vm().files().openCount());
        assertEquals(0, kvm.groupCount());
        assertEquals(0, setup.vm().process().lockedMemory().lockedPages());
        assertEquals(1, setup.host().groups().get(0).references());
    }

    record WindowRow(
            String name, Errno errno, long liobn, int pageShift, long offsetPages, long pages, int backingShift) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<WindowRow> windowRows() {
        return List.of(
                new WindowRow("starts elsewhere", Errno.EINVAL, 5, 12, 1, 16, 16),
                new WindowRow("no page small enough", Errno.EINVAL, 5, 12, 0, 16, 11),
                new WindowRow("third window", Errno.ENOSPC, 5, 16, 1L << 43, 16, 16));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("windowRows")
    void shouldLeaveNothingBehindWhenAWindowIsRefused(final WindowRow row) {
        final VfioAddressSpace space = setup.passThrough(List.of(0, 1), row.backingShift);
        if (row.errno == Errno.ENOSPC) {
            setup.window(1, 16, 0, 16);
            setup.window(2, 16, 1L << 43, 16);
        }
        final UserspaceWindow window = setup.bareWindow(row.liobn, row.pageShift, row.offsetPages, row.pages);
        final long locked = setup.vm().process().lockedMemory().lockedPages();
        assertEquals(
                row.errno,
                assertThrows(LinuxException.class, () -> space.addWindow(window, setup.tableFd(row.liobn)))
                        .errno());
        assertEquals(locked, setup.vm().process().lockedMemory().lockedPages());
        assertEquals(0, window.table().attached().size());
        space.removeWindow(window);
    }

    @Test
    void shouldRemoveTheWindowWhenTheTableCannotBeAttached() {
        final VfioAddressSpace space = setup.passThrough(List.of(0, 1), 16);
        final UserspaceWindow window = setup.bareWindow(LIOBN, 16, 0, 16);
        final long locked = setup.vm().process().lockedMemory().lockedPages();
        assertEquals(
                Errno.EINVAL,
                assertThrows(LinuxException.class, () -> space.addWindow(window, setup.kvmFd()))
                        .errno());
        assertEquals(locked, setup.vm().process().lockedMemory().lockedPages());
        assertNull(setup.hardware(0));
        assertNull(setup.hardware(1));
        space.addWindow(window, setup.tableFd(LIOBN));
        assertEquals(2, window.table().attached().references(setup.hardware(0)));
        assertEquals(setup.hardware(0), setup.hardware(1));
    }

    @Test
    void shouldCarryOverWhatTheWindowHoldsWhenItIsAdded() {
        final VfioAddressSpace space = setup.passThrough(List.of(0), 16);
        final UserspaceWindow window = setup.bareWindow(LIOBN, 12, 0, 64);
        setup.vcpu().hPutTce(LIOBN, 0x1000, 0x2_0003);
        setup.vcpu().hPutTce(LIOBN, 0x3000, 0x3_0001);
        setup.vcpu().hPutTce(LIOBN, 0x4000, 0x800);
        setup.vcpu().hPutTce(LIOBN, 0x5000, RAM + 3);
        setup.offline();
        space.addWindow(window, setup.tableFd(LIOBN));
        assertEquals(HPA + 0x2_0003, setup.hardware(0).hardwareTceAcquire(1));
        assertEquals(HPA + 0x3_0001, setup.hardware(0).hardwareTceAcquire(3));
        assertEquals(2, setup.mapped(0));
        assertEquals(1, space.failedNotifications());
        space.removeWindow(window);
        assertEquals(0, setup.mapped(0));
        assertEquals(1, space.failedNotifications(), "kept when the window goes");
    }

    /** What user space may close, in any order. */
    enum Step {
        SPACE,
        WINDOW,
        TABLE_FD,
        KVM_DEVICE,
        REMOVE_WINDOW
    }

    @ParameterizedTest(name = "all orders that begin with {0}")
    @EnumSource(Step.class)
    void shouldLetEverythingGoWhenClosedInAnyOrder(final Step first) {
        setup.close();
        final List<List<Step>> orders = new ArrayList<>();
        permute(new ArrayList<>(List.of(first)), orders);
        assertEquals(24, orders.size());
        for (final List<Step> order : orders) {
            open();
            final VfioAddressSpace space = setup.passThrough(List.of(0, 1), 16);
            final TceTable guest = setup.window(LIOBN, 12, 0, 64);
            assertEquals(H_SUCCESS, setup.vcpu().hcall(Hcall.H_PUT_TCE, LIOBN, 0x1000, 0x2_0003, 0));
            assertEquals(1, setup.mapped(0), order::toString);
            setup.offline();
            for (final Step step : order) {
                step(step, space, guest);
            }
            assertEquals(0, setup.vm().files().openCount(), order::toString);
            assertEquals(0, setup.vm().process().lockedMemory().lockedPages(), order::toString);
            assertTrue(
                    setup.vm()
                            .process()
                            .pinnedMemory()
                            .regionsAcquire()
                            .regions()
                            .isEmpty(),
                    order::toString);
            setup.close();
        }
        open();
    }

    private void step(final Step step, final VfioAddressSpace space, final TceTable guest) {
        switch (step) {
            case SPACE -> space.close();
            case WINDOW -> setup.closeUserspaceWindow(guest);
            case TABLE_FD -> setup.vm().files().close(setup.tableFd(LIOBN));
            case KVM_DEVICE -> setup.vm().files().close(setup.kvmFd());
            default -> setup.removeWindow(0, LIOBN);
        }
    }

    private static void permute(final List<Step> begun, final List<List<Step>> orders) {
        if (begun.size() == Step.values().length) {
            orders.add(List.copyOf(begun));
        }
        for (final Step next : Step.values()) {
            if (!begun.contains(next)) {
                begun.add(next);
                permute(begun, orders);
                begun.remove(begun.size() - 1);
            }
        }
    }

    @Test
    void shouldLetTheRestGoWhenAGroupIsClosedBehindItsBack() {
        final VfioAddressSpace space = setup.passThrough(List.of(0, 1), 16);
        setup.window(LIOBN, 12, 0, 64);
        for (int fd = 0; fd < 64; fd++) {
            if (setup.isOpen(fd) && setup.vm().files().file(fd) instanceof VfioGroupFile) {
                setup.vm().files().close(fd);
                break;
            }
        }
        space.close();
        space.close();
        assertEquals(0, setup.vm().process().lockedMemory().lockedPages() - tableCharge());
    }

    private long tableCharge() {
        return ((TceTableFile) setup.vm().files().file(setup.tableFd(LIOBN))).chargedPages();
    }
}
