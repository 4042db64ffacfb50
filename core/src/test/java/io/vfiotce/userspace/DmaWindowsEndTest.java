package io.vfiotce.userspace;

import static io.vfiotce.handoff.WindowOperations.Outcome.REFUSED;
import static io.vfiotce.papr.HStatus.H_SUCCESS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vfiotce.handoff.BridgeLookup;
import io.vfiotce.handoff.HostBridge;
import io.vfiotce.iommu.Ioda2TableGroup;
import io.vfiotce.kvm.UserspaceWindow;
import io.vfiotce.kvm.Vm;
import io.vfiotce.linux.Errno;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.memory.GuestInts;
import io.vfiotce.papr.Hcall;
import io.vfiotce.papr.Rtas;
import io.vfiotce.support.PassThroughVm;
import io.vfiotce.support.PassThroughVm.Entry;
import io.vfiotce.support.RtasVm;
import io.vfiotce.support.TestFile;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.tce.WindowGeometry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Containers that are closed while a guest has windows in them, windows that end while a call is on its way. */
class DmaWindowsEndTest {
    private static final HostBridge BRIDGE = RtasVm.BRIDGE;
    private static final long SECOND = BRIDGE.secondLiobn();
    private static final long START = BRIDGE.secondStartBytes();
    private static final long BUFFER = 0x1000;

    /** A platform whose firmware fails in a way of its own when told. */
    private static final class FailingGroup extends Ioda2TableGroup {
        private boolean failing;

        @Override
        protected void mapWindow(final int slot, final IommuTable table) {
            if (failing) {
                throw new IllegalStateException("planted");
            }
        }
    }

    private final List<LinuxException> refusals = new ArrayList<>();
    private final FailingGroup failing = new FailingGroup();
    private PassThroughVm guest;
    private DmaWindows windows;

    @BeforeEach
    void open() {
        guest = new PassThroughVm(2, Entry.REAL, 16).memory(0, 1 << 20);
        guest.host().groups().get(1).tableGroup(failing);
        guest.passThrough(16);
        windows = new DmaWindows(guest.vm(), List.of(BRIDGE), refusals::add);
        guest.spaces().forEach(space -> windows.attach(BRIDGE, space));
        windows.reset(BRIDGE);
    }

    @AfterEach
    void close() {
        guest.offline();
        windows.close();
        guest.close();
    }

    /** The guest asks for a window; {@return the RTAS status} */
    private int create() {
        final long[] words = {Rtas.CREATE_PE_DMA_WINDOW, 5, 4, 0, RtasVm.buidHigh(), RtasVm.buidLow(), 16, 24};
        for (int i = 0; i < words.length; i++) {
            GuestInts.put(guest.vm().memslots(), BUFFER + 4L * i, words[i]);
        }
        assertEquals(H_SUCCESS, guest.vcpu().hcall(Hcall.H_RTAS, BUFFER, 0, 0, 0));
        guest.offline();
        return (int) GuestInts.get(guest.vm().memslots(), BUFFER + 4L * words.length);
    }

    private static Errno errno(final Runnable call) {
        return assertThrows(LinuxException.class, call::run).errno();
    }

    @Test
    void shouldRefuseTheGuestAWindowWhenAContainerIsClosed() {
        guest.spaces().get(1).close();
        // Other files get the numbers.
        final int fd = guest.vm().files().install(new TestFile());
        final int files = guest.vm().files().openCount();
        final long locked = guest.vm().process().lockedMemory().lockedPages();
        assertEquals(-1, create());
        assertEquals(1, refusals.size());
        assertEquals(Errno.ENODEV, refusals.get(0).errno());
        assertNull(guest.hardware(0, 1));
        assertNull(windows.table(SECOND));
        assertEquals(files, guest.vm().files().openCount());
        assertEquals(locked, guest.vm().process().lockedMemory().lockedPages());
        windows.reset(BRIDGE);
        guest.vm().files().close(fd);
        windows.detach(BRIDGE, guest.spaces().get(1));
        assertEquals(0, create());
        assertNotNull(guest.hardware(0, 1));
    }

    @Test
    void shouldTouchNobodyElsesContainerWhenItIsClosed() {
        final VfioAddressSpace space = guest.spaces().get(0);
        space.close();
        final int fd = guest.vm().createSpaprTce64(new WindowGeometry(0x1234, 16, START >>> 16, 16));
        final UserspaceWindow window = guest.vm().mapTable(fd);
        // It gets the descriptors that were closed.
        final VfioAddressSpace other = guest.passThrough(List.of(0), 16);
        assertEquals(Errno.ENODEV, errno(() -> space.addWindow(window, fd)));
        assertNull(guest.hardware(0));
        other.addWindow(window, fd);
        space.clearWindow(window);
        space.removeWindow(window);
        space.close();
        assertNotNull(guest.hardware(0, 1));
        window.close();
    }

    @Test
    void shouldCloseNobodyElsesFilesWhenItsOwnWereClosedBefore() {
        final Vm vm = guest.vm();
        final List<Integer> reused = new ArrayList<>();
        for (int fd = 0; fd < 64; fd++) {
            if (guest.isOpen(fd)
                    && vm.files().file(fd).getClass().getSimpleName().startsWith("Vfio")) {
                vm.files().close(fd);
                reused.add(vm.files().install(new TestFile()));
            }
        }
        assertEquals(4, reused.size());
        guest.spaces().forEach(VfioAddressSpace::close);
        reused.forEach(fd -> assertEquals(TestFile.class, vm.files().file(fd).getClass()));
    }

    @Test
    void shouldLetWindowsOfTheContainerGoWhenItIsDetached() {
        assertEquals(0, create());
        final VfioAddressSpace space = guest.spaces().get(0);
        windows.detach(BRIDGE, space);
        windows.detach(BRIDGE, space);
        windows.detach(HostBridge.ofIndex(3), space);
        for (int slot = 0; slot < 2; slot++) {
            assertNull(guest.hardware(0, slot));
            assertNotNull(guest.hardware(1, slot));
        }
        windows.reset(BRIDGE);
        assertEquals(0, create());
        assertNull(guest.hardware(0, 1));
        assertEquals(List.of(), refusals);
    }

    @Test
    void shouldSayHardwareErrorWhenThePlatformThrows() {
        final long locked = guest.vm().process().lockedMemory().lockedPages();
        final int files = guest.vm().files().openCount();
        failing.failing = true;
        assertEquals(-1, create());
        assertEquals(1, refusals.size());
        assertEquals("planted", refusals.get(0).getCause().getMessage());
        assertEquals(locked, guest.vm().process().lockedMemory().lockedPages());
        assertEquals(files, guest.vm().files().openCount());
        assertNull(guest.hardware(0, 1));
        assertNull(guest.hardware(1, 1));
        assertNull(guest.vm().windows().find(SECOND));
        failing.failing = false;
        assertEquals(0, create());
        guest.audit();
    }

    @Test
    void shouldChangeNothingWhenACallWasOnItsWayAsTheWindowsWereClosed() {
        windows.close();
        final long none = BridgeLookup.generation(0, 0);
        assertEquals(REFUSED, windows.create(none, SECOND, START, 16, 16));
        assertEquals(REFUSED, windows.reset(none, BRIDGE.liobn()));
        assertEquals(REFUSED, windows.remove(none, SECOND));
        assertEquals(0, guest.vm().windows().all().size());
        final WindowGeometry window = new WindowGeometry(SECOND, 16, START >>> 16, 16);
        assertEquals(Errno.ENODEV, errno(() -> windows.create(window)));
        assertEquals(Errno.ENODEV, errno(() -> windows.createEmulated(window)));
        assertEquals(Errno.ENODEV, errno(() -> windows.reset(BRIDGE)));
        assertEquals(
                Errno.ENODEV, errno(() -> windows.attach(BRIDGE, guest.spaces().get(0))));
        assertEquals(0, guest.vm().windows().all().size());
    }

    @Test
    void shouldLeaveTheNextOnesAloneWhenItIsClosedTwice() {
        windows.close();
        try (DmaWindows next = new DmaWindows(guest.vm(), List.of(BRIDGE), refusals::add)) {
            next.reset(BRIDGE);
            windows.close();
            assertEquals(0, create());
        }
    }
}
