package io.vfiotce.dma;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.iommu.Ioda2TableGroup;
import io.vfiotce.iommu.IommuGroup;
import io.vfiotce.kvm.UserspaceWindow;
import io.vfiotce.kvm.Vcpu;
import io.vfiotce.kvm.VmConfig;
import io.vfiotce.memory.GuestMemory;
import io.vfiotce.memory.Memslot;
import io.vfiotce.memory.RawMemory;
import io.vfiotce.papr.HStatus;
import io.vfiotce.papr.Hcall;
import io.vfiotce.support.PassThroughVm;
import io.vfiotce.support.TestVm;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.tce.IommuTableGeometry;
import io.vfiotce.tce.TceTable;
import io.vfiotce.tce.WindowGeometry;
import io.vfiotce.userspace.VfioAddressSpace;
import java.util.List;
import java.util.function.LongUnaryOperator;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * No access that starts after the acknowledgement of an unmap, a detach, or the removal of a window or memory touches the page.
 *
 * <p>One thread maps a page in even rounds and takes it away in odd ones. A page has the number of its round, written before it
 * is mapped, and each round is published when the call that ends it has returned. Pages take turns. So a device that has seen
 * a round and then starts an access finds the number of that round, a later one, or nothing. What it writes is the round
 * that it saw; in a page that was taken away no later round may be found.
 */
class DmaRaceTest {
    private static final int PAGE_BYTES = 0x1_0000;
    private static final int STAMP = 8;
    private static final long GONE = -1;
    private static final long LONG_TIMEOUT_NS = 20_000_000_000L;

    private volatile long published;
    private volatile boolean done;
    private volatile String violation;
    // Read by both, written once: a store for each access would be a fence that hides races.
    private volatile boolean hasReached;

    /** Begins a mapped round in one of two pages. */
    private void prepare(final UnsafeBuffer pages, final long round) {
        final int page = page(round);
        final long stamp = pages.getLongVolatile(page + STAMP);
        // Mapped four rounds ago, taken away a round later.
        if (stamp > round - 4) {
            violation = "a write that had seen round " + stamp + " in the page of round " + (round - 4);
        }
        pages.putLongRelease(page, round);
    }

    private static int page(final long round) {
        return (int) (round >> 1 & 1) * PAGE_BYTES;
    }

    private void publish(final long round) {
        published = round;
        if ((round & 63) == 0) {
            Thread.yield();
        }
    }

    /** The device: loads and stores, and translations that it keeps for a while. */
    private void access(final DmaContext device, final long ioba) {
        for (int i = 0; !done && violation == null; i++) {
            final long seen = published;
            long found = seen;
            if ((i & 7) == 0) {
                found = keep(device, ioba, seen);
            } else if (device.load64(ioba) == DmaStatus.OK) {
                found = device.value();
                if (!hasReached) {
                    hasReached = true;
                }
            }
            if (found < seen) {
                violation = "a read that had seen round " + seen + " found " + found;
            }
            final long seenNow = published;
            device.store64(ioba + STAMP, seenNow);
        }
        device.offline();
    }

    private static long keep(final DmaContext device, final long ioba, final long seen) {
        long found = seen;
        device.begin();
        if (device.translate(ioba, 8, DmaAccess.READ) == DmaStatus.OK) {
            final long address = device.address();
            device.load64(ioba + STAMP);
            for (int spin = 0; spin < 200; spin++) {
                Thread.onSpinWait();
            }
            found = RawMemory.longAcquire(address);
        }
        device.end();
        return found;
    }

    private void run(final DmaContext device, final long ioba, final LongUnaryOperator round, final int rounds)
            throws InterruptedException {
        final Thread thread = new Thread(() -> access(device, ioba));
        thread.start();
        try {
            // The device's thread may come late: rounds that it has not seen show nothing.
            final long most = 1000L * rounds;
            for (long number = 4; number < 4 + (hasReached ? rounds : most) && violation == null; number++) {
                assertEquals(HStatus.H_SUCCESS, round.applyAsLong(number));
                publish(number);
            }
        } finally {
            done = true;
            thread.join();
        }
        assertEquals(null, violation);
        assertTrue(hasReached, "no access reached the page");
    }

    @ParameterizedTest(name = "{0}, hardware {1}, hints {2}")
    @CsvSource({
        "REAL, false, true", "REAL, false, false", "USERSPACE, false, true",
        "REAL, true, true", "REAL, true, false", "VIRTUAL, true, true"
    })
    void shouldNotReachThePageWhenTheUnmapHasReturned(
            final PassThroughVm.Entry entry, final boolean hardware, final boolean hints) throws InterruptedException {
        try (PassThroughVm vm = new PassThroughVm(1, entry, 16).memory(0, 4 * PAGE_BYTES)) {
            vm.passThrough(16);
            vm.window(TestVm.LIOBN, 12, 0, 64);
            final UnsafeBuffer pages = new UnsafeBuffer(vm.test().memory().address(), 4 * PAGE_BYTES);
            final DmaConfig config = new DmaConfig("device").hints(hints);
            try (DmaContext device = hardware
                    ? vm.vm().dma().openContext(config, vm.host().groups().get(0))
                    : vm.vm().dma().openContext(config, TestVm.LIOBN)) {
                run(
                        device,
                        0x3000,
                        round -> {
                            if ((round & 1) != 0) {
                                return (round & 2) == 0
                                        ? vm.vcpu().hcall(Hcall.H_STUFF_TCE, TestVm.LIOBN, 0x2000, 0, 3)
                                        : vm.vcpu().hcall(Hcall.H_PUT_TCE, TestVm.LIOBN, 0x3000, 0, 0);
                            }
                            prepare(pages, round);
                            return vm.vcpu().hcall(Hcall.H_PUT_TCE, TestVm.LIOBN, 0x3000, page(round) | 3, 0);
                        },
                        60_000);
                vm.offline();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldNotReachTheWindowWhenItsRemovalHasReturned(final boolean hints) throws InterruptedException {
        try (TestVm vm = TestVm.inline(new VmConfig())) {
            vm.withMemory(0, GuestMemory.sparse(4 * PAGE_BYTES));
            final UnsafeBuffer pages = new UnsafeBuffer(vm.memory().address(), 4 * PAGE_BYTES);
            final int[] fd = {-1};
            final Vcpu vcpu = vm.vcpu();
            try (DmaContext device = vm.vm().dma().openContext(new DmaConfig("device").hints(hints), TestVm.LIOBN)) {
                run(
                        device,
                        0x3000,
                        round -> {
                            if ((round & 1) != 0) {
                                vm.vm().files().close(fd[0]);
                                return 0;
                            }
                            prepare(pages, round);
                            fd[0] = vm.vm().createSpaprTce64(new WindowGeometry(TestVm.LIOBN, 12, 0, 16));
                            return vcpu.hcall(Hcall.H_PUT_TCE, TestVm.LIOBN, 0x3000, page(round) | 3, 0);
                        },
                        4_000);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldNotReachTheMemoryWhenItsRemovalHasReturnedAndWasWaitedFor(final boolean hints)
            throws InterruptedException {
        try (TestVm vm = TestVm.inline(new VmConfig())) {
            final TceTable table = vm.window(TestVm.LIOBN, 16, 0, 16);
            table.fill(3, 1, 3);
            final GuestMemory[] blocks = {GuestMemory.sparse(PAGE_BYTES), GuestMemory.sparse(PAGE_BYTES)};
            try (DmaContext device = vm.vm().dma().openContext(new DmaConfig("device").hints(hints), TestVm.LIOBN)) {
                run(
                        device,
                        0x3_0000,
                        round -> {
                            final GuestMemory block = blocks[(int) (round >> 1 & 1)];
                            final UnsafeBuffer page = new UnsafeBuffer(block.address(), PAGE_BYTES);
                            if ((round & 1) == 0) {
                                page.putLongRelease(0, round);
                                vm.vm().addMemslot(Memslot.of(0, block));
                                return 0;
                            }
                            vm.vm().removeMemslot(0);
                            published = round;
                            assertEquals(null, vm.vm().awaitGracePeriod(LONG_TIMEOUT_NS));
                            // The memory may be given back now: nobody reads or writes it any more.
                            page.putLongRelease(0, GONE);
                            page.putLongRelease(STAMP, GONE);
                            for (int spin = 0; spin < 500; spin++) {
                                Thread.onSpinWait();
                            }
                            if (page.getLongVolatile(STAMP) != GONE) {
                                violation = "a write into memory that was given back";
                            }
                            return 0;
                        },
                        4_000);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldNotReachTheTableWhenItHasLeftTheGroupsSlot(final boolean hints) throws InterruptedException {
        try (PassThroughVm vm = new PassThroughVm(1, PassThroughVm.Entry.REAL, 16).memory(0, 4 * PAGE_BYTES)) {
            final UnsafeBuffer pages = new UnsafeBuffer(vm.test().memory().address(), 4 * PAGE_BYTES);
            final IommuGroup group = vm.host().groups().get(0);
            final Ioda2TableGroup slots = (Ioda2TableGroup) group.tableGroup();
            try (DmaContext device = vm.vm().dma().openContext(new DmaConfig("device").hints(hints), group)) {
                run(
                        device,
                        0x3000,
                        round -> {
                            if ((round & 1) != 0) {
                                slots.unsetWindow(0);
                                return 0;
                            }
                            prepare(pages, round);
                            final IommuTable table = new IommuTable(
                                    vm.vm().process(), new IommuTableGeometry(12, 0, 1 << 24, 1, 16), false);
                            table.exchange(table.leafAddressAcquire(3), 3, PassThroughVm.HPA + page(round) | 3);
                            slots.setWindow(0, table);
                            // The group has a reference of its own: with it the table goes.
                            table.put();
                            vm.vm().process().reclaimer().reclaim();
                            return 0;
                        },
                        4_000);
            }
        }
    }

    @ParameterizedTest(name = "whole container {0}, hints {1}")
    @CsvSource({"false, true", "false, false", "true, true", "true, false"})
    void shouldNotReachTheGroupsTableWhenItWasTakenAway(final boolean wholeContainer, final boolean hints)
            throws InterruptedException {
        try (PassThroughVm vm =
                new PassThroughVm(1, PassThroughVm.Entry.REAL, 16, LONG_TIMEOUT_NS).memory(0, 4 * PAGE_BYTES)) {
            final UnsafeBuffer pages = new UnsafeBuffer(vm.test().memory().address(), 4 * PAGE_BYTES);
            final VfioAddressSpace[] space = {null};
            final UserspaceWindow[] window = {null};
            try (DmaContext device = vm.vm()
                    .dma()
                    .openContext(
                            new DmaConfig("device").hints(hints),
                            vm.host().groups().get(0))) {
                run(
                        device,
                        0x3000,
                        round -> {
                            vm.offline();
                            if ((round & 1) != 0) {
                                if (wholeContainer) {
                                    space[0].close();
                                    space[0] = null;
                                } else {
                                    space[0].removeWindow(window[0]);
                                }
                                published = round;
                                vm.closeWindows();
                                return 0;
                            }
                            if (space[0] == null) {
                                space[0] = new VfioAddressSpace(
                                        vm.host().vfio(),
                                        vm.vm(),
                                        vm.kvmFd(),
                                        List.of(vm.host().groups().get(0).id()),
                                        16);
                            }
                            prepare(pages, round);
                            window[0] = vm.bareWindow(TestVm.LIOBN, 12, 0, 64);
                            space[0].addWindow(window[0], vm.tableFd(TestVm.LIOBN));
                            final long status =
                                    vm.vcpu().hcall(Hcall.H_PUT_TCE, TestVm.LIOBN, 0x3000, page(round) | 3, 0);
                            vm.offline();
                            return status;
                        },
                        600);
            }
            if (space[0] != null) {
                space[0].close();
            }
        }
    }
}
