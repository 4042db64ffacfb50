package io.vfiotce.userspace;

import static io.vfiotce.handoff.WindowOperations.Outcome.REFUSED;
import static io.vfiotce.handoff.WindowOperations.Outcome.STALE;
import static io.vfiotce.papr.HStatus.H_SUCCESS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vfiotce.handoff.BridgeList;
import io.vfiotce.handoff.BridgeLookup;
import io.vfiotce.handoff.HostBridge;
import io.vfiotce.handoff.WindowLookup;
import io.vfiotce.kvm.Vcpu;
import io.vfiotce.kvm.VmConfig;
import io.vfiotce.linux.Errno;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.linux.LockedMemory;
import io.vfiotce.memory.GuestInts;
import io.vfiotce.memory.GuestMemory;
import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.papr.Hcall;
import io.vfiotce.papr.Rtas;
import io.vfiotce.support.PassThroughVm;
import io.vfiotce.support.PassThroughVm.Entry;
import io.vfiotce.support.RtasVm;
import io.vfiotce.support.TestVm;
import io.vfiotce.tce.LiobnDirectory;
import io.vfiotce.tce.WindowGeometry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Windows that are made and removed with all that hangs on them, or not at all. */
class DmaWindowsTest {
    private static final HostBridge BRIDGE = RtasVm.BRIDGE;
    private static final long FIRST = BRIDGE.liobn();
    private static final long SECOND = BRIDGE.secondLiobn();
    private static final long START = BRIDGE.secondStartBytes();
    private static final long MEMORY = 1 << 20;
    private static final long BUFFER = 0x1000;

    /** A guest with two groups in two containers behind its bridge. */
    private static final class Guest implements AutoCloseable {
        private final PassThroughVm vm;
        private final List<LinuxException> refusals = new ArrayList<>();
        private final DmaWindows windows;

        Guest(final Entry entry) {
            vm = new PassThroughVm(2, entry, 16).memory(0, MEMORY).passThrough(16);
            windows = new DmaWindows(vm.vm(), List.of(BRIDGE), refusals::add);
            vm.spaces().forEach(space -> windows.attach(BRIDGE, space));
            windows.reset(BRIDGE);
        }

        long[] call(final long token, final int nret, final long... arguments) {
            final long[] words = new long[3 + arguments.length];
            words[0] = token;
            words[1] = arguments.length;
            words[2] = nret;
            System.arraycopy(arguments, 0, words, 3, arguments.length);
            for (int i = 0; i < words.length; i++) {
                GuestInts.put(vm.vm().memslots(), BUFFER + 4L * i, words[i]);
            }
            assertEquals(H_SUCCESS, vm.vcpu().hcall(Hcall.H_RTAS, BUFFER, 0, 0, 0));
            final long[] results = new long[nret];
            for (int i = 0; i < nret; i++) {
                results[i] = (int) GuestInts.get(vm.vm().memslots(), BUFFER + 4L * (words.length + i));
            }
            return results;
        }

        long[] create(final int pageShift, final int windowShift) {
            return call(Rtas.CREATE_PE_DMA_WINDOW, 4, 0, RtasVm.buidHigh(), RtasVm.buidLow(), pageShift, windowShift);
        }

        long put(final long liobn, final long ioba, final long tce) {
            return vm.vcpu().hcall(Hcall.H_PUT_TCE, liobn, ioba, tce, 0);
        }

        @Override
        public void close() {
            vm.offline();
            windows.close();
            vm.close();
        }
    }

    @ParameterizedTest
    @EnumSource(Entry.class)
    void shouldReachTheHardwareWhenTheGuestMakesAWindow(final Entry entry) {
        try (Guest guest = new Guest(entry)) {
            assertArrayEquals(new long[] {0, (int) SECOND, 0x0800_0000, 0}, guest.create(16, 24));
            assertEquals(H_SUCCESS, guest.put(SECOND, START + 0x2_0000, 0x3_0003));
            for (int group = 0; group < 2; group++) {
                assertEquals(
                        PassThroughVm.HPA + 0x3_0003,
                        guest.vm.hardware(group, 1).hardwareTceAcquire(2));
            }
            guest.vm.audit();
            assertEquals(2, guest.vm.mapped(0));
            assertEquals(0, guest.call(Rtas.REMOVE_PE_DMA_WINDOW, 1, SECOND)[0]);
            for (int group = 0; group < 2; group++) {
                assertNull(guest.vm.hardware(group, 1));
                assertNotNull(guest.vm.hardware(group, 0));
            }
            guest.vm.offline();
            guest.vm.vm().process().awaitGracePeriod();
            assertEquals(0, guest.vm.mapped(0));
            assertEquals(List.of(), guest.refusals);
        }
    }

    @ParameterizedTest
    @EnumSource(Entry.class)
    void shouldUnmapEverythingWhenTheGuestResetsTheBridge(final Entry entry) {
        try (Guest guest = new Guest(entry)) {
            guest.put(FIRST, 0x1000, 0x2003);
            guest.create(16, 24);
            guest.put(SECOND, START, 0x1_0003);
            guest.vm.audit();
            assertEquals(0, guest.call(Rtas.RESET_PE_DMA_WINDOW, 1, 0, RtasVm.buidHigh(), RtasVm.buidLow())[0]);
            guest.vm.offline();
            guest.vm.vm().process().awaitGracePeriod();
            guest.vm.audit();
            assertEquals(0, guest.vm.mapped(0));
            assertEquals(-1, guest.windows.table(FIRST).nextNonZero(0));
            assertEquals(H_SUCCESS, guest.put(FIRST, 0x1000, 0x2003));
            assertEquals(2, guest.vm.mapped(0));
            guest.vm.audit();
        }
    }

    @Test
    void shouldRestoreTheDefaultWindowInTheContainersWhenTheLastOneGoes() {
        try (Guest guest = new Guest(Entry.REAL)) {
            guest.create(16, 24);
            assertEquals(0, guest.call(Rtas.REMOVE_PE_DMA_WINDOW, 1, FIRST)[0]);
            assertEquals(0, guest.call(Rtas.REMOVE_PE_DMA_WINDOW, 1, SECOND)[0]);
            assertEquals(H_SUCCESS, guest.put(FIRST, 0x1000, 0x2003));
            assertEquals(2, guest.vm.mapped(0));
            guest.vm.audit();
        }
    }

    /** Whatever a second container refuses, the first one has not got either. */
    @Test
    void shouldLeaveNothingBehindWhenOneContainerRefuses() {
        try (Guest guest = new Guest(Entry.REAL)) {
            guest.vm.offline();
            // The second container has no room: its other window is taken.
            final int fd = guest.vm.vm().createSpaprTce64(new WindowGeometry(0x1234, 16, START >>> 16, 16));
            final var taken = guest.vm.vm().mapTable(fd);
            guest.vm.spaces().get(1).addWindow(taken, fd);
            final long locked = guest.vm.vm().process().lockedMemory().lockedPages();
            final int files = guest.vm.vm().files().openCount();
            assertEquals(-1, guest.create(16, 24)[0]);
            assertEquals(1, guest.refusals.size());
            assertEquals(Errno.ENOSPC, guest.refusals.get(0).errno());
            assertEquals(locked, guest.vm.vm().process().lockedMemory().lockedPages());
            assertEquals(files, guest.vm.vm().files().openCount());
            assertNull(guest.windows.table(SECOND));
            assertNull(guest.vm.vm().windows().find(SECOND));
            assertNull(guest.vm.hardware(0, 1));
            guest.vm.offline();
            guest.vm.spaces().get(1).removeWindow(taken);
            taken.close();
            guest.vm.vm().files().close(fd);
            assertEquals(0, guest.create(16, 24)[0]);
        }
    }

    @Test
    void shouldSayHardwareErrorWhenTheLockedMemoryLimitIsReached() {
        final LockedMemory limit = new LockedMemory(100);
        try (RtasVm vm = new RtasVm(new ProcessConfig().lockedMemory(limit))) {
            final long locked = limit.lockedPages();
            assertArrayEquals(new long[] {-1, RtasVm.UNTOUCHED, RtasVm.UNTOUCHED, RtasVm.UNTOUCHED}, vm.create(12, 43));
            assertEquals(1, vm.refusals().size());
            assertEquals(locked, limit.lockedPages());
            assertEquals(1, vm.windows().size());
            assertEquals(0, vm.create(24, 30)[0]);
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "page size not offered, 0x80000001, 0x800000000000000, 13, 16",
        "page shift negative, 0x80000001, 0x800000000000000, -1, 16",
        "page shift 2^32 + 16, 0x80000001, 0x800000000000000, 4294967312, 16",
        "start not aligned, 0x80000001, 0x800000000000800, 16, 16",
        "no pages, 0x80000001, 0x800000000000000, 16, 0",
        "size negative, 0x80000001, 0x800000000000000, 16, -1",
        "overlaps the default window, 0x80000001, 0x3fff0000, 16, 16",
        "covers the default window, 0x80000001, 0, 16, 0x100000000",
        "LIOBN in use, 0x80000000, 0x800000000000000, 16, 16",
        "LIOBN of another bridge, 0x80000200, 0x800000000000000, 16, 16",
        "LIOBN of a bridge with ddw off, 0x80000101, 0x800000000000000, 16, 16"
    })
    void shouldRefuseAWindowWhenTheBridgeDoesNotOfferIt(
            final String name, final String liobn, final String start, final long pageShift, final String sizePages) {
        try (RtasVm vm = new RtasVm()) {
            final long generation = BridgeLookup.generation(vm.table(FIRST).generation(), 0);
            vm.vcpu().offline();
            assertEquals(
                    REFUSED,
                    vm.dmaWindows()
                            .create(
                                    generation,
                                    Long.decode(liobn),
                                    Long.decode(start),
                                    pageShift,
                                    Long.decode(sizePages)));
            assertEquals(1, vm.refusals().size());
            assertEquals(1, vm.windows().size());
        }
    }

    @Test
    void shouldDoNothingWhenTheWindowsAreOthersThanDecidedOn() {
        try (RtasVm vm = new RtasVm()) {
            final long old = BridgeLookup.generation(vm.table(FIRST).generation(), 0);
            vm.create(16, 24);
            vm.vcpu().offline();
            assertEquals(STALE, vm.dmaWindows().create(old, SECOND, START, 16, 16));
            assertEquals(STALE, vm.dmaWindows().remove(old, FIRST));
            assertEquals(STALE, vm.dmaWindows().reset(old, FIRST));
            assertEquals(2, vm.windows().size());
            vm.remove(SECOND);
            vm.vcpu().offline();
            assertEquals(REFUSED, vm.dmaWindows().remove(old, SECOND));
            assertEquals(List.of(), vm.refusals().subList(1, vm.refusals().size()));
        }
    }

    /** The windows of a VM, of which the second goes as soon as the handler has seen it. */
    private static final class Vanishing implements WindowLookup {
        private final DirectoryWindows windows;
        private DmaWindows maker;

        Vanishing(final LiobnDirectory windows) {
            this.windows = new DirectoryWindows(windows);
        }

        @Override
        public boolean find(final long liobn) {
            final boolean found = windows.find(liobn);
            if (found && liobn == SECOND && maker != null) {
                maker.remove(SECOND);
            }
            return found;
        }

        @Override
        public int pageShift() {
            return windows.pageShift();
        }

        @Override
        public long offsetPages() {
            return windows.offsetPages();
        }

        @Override
        public long sizePages() {
            return windows.sizePages();
        }

        @Override
        public long generation() {
            return windows.generation();
        }
    }

    @Test
    void shouldDecideAnewWhenAnotherVcpuRemovesTheWindowMeanwhile() {
        final List<LinuxException> refusals = new ArrayList<>();
        final Vanishing[] lookup = new Vanishing[1];
        try (TestVm vm = TestVm.inline(new VmConfig(), found -> {
            lookup[0] = new Vanishing(found);
            return new ReferenceHandler(lookup[0], new BridgeList(List.of(BRIDGE)));
        })) {
            vm.withMemory(0, GuestMemory.sparse(MEMORY));
            final DmaWindows windows = new DmaWindows(vm.vm(), List.of(BRIDGE), refusals::add);
            windows.reset(BRIDGE);
            windows.create(new WindowGeometry(SECOND, 16, START >>> 16, 16));
            lookup[0].maker = windows;
            vm.memory().putBigEndianOpaque(BUFFER, Rtas.REMOVE_PE_DMA_WINDOW << 32 | 1);
            vm.memory().putBigEndianOpaque(BUFFER + 8, 1L << 32 | SECOND);
            final Vcpu vcpu = vm.vcpu();
            assertEquals(H_SUCCESS, vcpu.hcall(Hcall.H_RTAS, BUFFER, 0, 0, 0));
            assertEquals(-3, (int) GuestInts.get(vm.vm().memslots(), BUFFER + 16));
            assertEquals(List.of(), refusals);
            vcpu.offline();
            windows.close();
        }
    }

    @Test
    void shouldHoldAgainstTheGuestWhenTheVmmHasTheLiobnElsewhere() {
        try (RtasVm vm = new RtasVm()) {
            final var mine = vm.test().vm().createUserspaceWindow(new WindowGeometry(SECOND, 12, 1 << 20, 16));
            assertEquals(-1, vm.create(16, 24)[0], "both windows are there");
            assertEquals(-1, vm.remove(SECOND), "it is the VMM's");
            vm.vcpu().offline();
            mine.close();
            assertEquals(0, vm.create(16, 24)[0]);
        }
    }

    @Test
    void shouldRefuseAContainerWhenItComesTooLateOrForAnotherBridge() {
        try (Guest guest = new Guest(Entry.REAL)) {
            final VfioAddressSpace space = guest.vm.spaces().get(0);
            assertEquals(
                    Errno.EBUSY,
                    assertThrows(LinuxException.class, () -> guest.windows.attach(BRIDGE, space))
                            .errno());
            assertEquals(
                    Errno.EINVAL,
                    assertThrows(LinuxException.class, () -> guest.windows.attach(HostBridge.ofIndex(3), space))
                            .errno());
        }
    }

    @Test
    void shouldChangeNothingMoreWhenItIsClosed() {
        try (RtasVm vm = new RtasVm()) {
            vm.vcpu().offline();
            vm.dmaWindows().close();
            assertEquals(List.of(), vm.windows());
            assertEquals(-1, vm.create(16, 24)[0]);
            assertEquals(-1, vm.reset());
        }
    }
}
