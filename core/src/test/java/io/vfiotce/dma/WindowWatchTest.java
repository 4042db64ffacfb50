package io.vfiotce.dma;

import static io.vfiotce.papr.HStatus.H_PARAMETER;
import static io.vfiotce.papr.HStatus.H_SUCCESS;
import static io.vfiotce.papr.Hcall.H_GET_TCE;
import static io.vfiotce.papr.Hcall.H_PUT_TCE;
import static io.vfiotce.papr.Hcall.H_PUT_TCE_INDIRECT;
import static io.vfiotce.papr.Hcall.H_STUFF_TCE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.kvm.Vcpu;
import io.vfiotce.kvm.VmConfig;
import io.vfiotce.linux.Errno;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.memory.GuestMemory;
import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.snapshot.SnapshotWriter;
import io.vfiotce.snapshot.TableSnapshot;
import io.vfiotce.support.AllocationProbe;
import io.vfiotce.support.PassThroughVm;
import io.vfiotce.support.PassThroughVm.Entry;
import io.vfiotce.support.RtasVm;
import io.vfiotce.support.TestVm;
import io.vfiotce.tce.TceTable;
import io.vfiotce.telemetry.Layer;
import io.vfiotce.telemetry.PassReason;
import io.vfiotce.userspace.DmaWindows;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the notifier of a window is told, and what it costs whom. */
class WindowWatchTest {
    private static final long LIOBN = TestVm.LIOBN;
    private static final long LIST = 0x8_0000;

    private final TestVm test = TestVm.inline(
                    new VmConfig().process(new ProcessConfig().hostPageShift(12).gracePeriodTimeoutNs(1_000_000)))
            .withMemory(0, GuestMemory.sparse(1 << 20));
    private final TceTable table = test.window(LIOBN, 12, 0x100, 2048);
    private final Vcpu vcpu = test.vcpu();
    private final EventDiary diary = new EventDiary();

    @AfterEach
    void close() {
        test.close();
    }

    private WindowWatch watch(final DmaNotifier notifier) {
        vcpu.offline();
        return test.vm().dma().watch(LIOBN, notifier);
    }

    private long call(final long opcode, final long page, final long r6, final long r7) {
        return vcpu.hcall(opcode, LIOBN, 0x10_0000 + (page << 12), r6, r7);
    }

    private void put(final long page, final long tce) {
        assertEquals(H_SUCCESS, call(H_PUT_TCE, page, tce, 0));
    }

    private void putList(final long page, final long... tces) {
        test.putList(LIST, tces);
        assertEquals(H_SUCCESS, call(H_PUT_TCE_INDIRECT, page, LIST, tces.length));
    }

    @Test
    void shouldMergeWhatOneCallMapsWhenPagesFollowEachOther() {
        watch(diary);
        putList(2, 0x1003, 0x2003, 0x3003, 0x3003, 0x4001, 0x5001, 0x6002, 0, 0x800, 0x8003);
        assertEquals(
                List.of(
                        "map 102000+3000=1000/3",
                        "map 105000+1000=3000/3",
                        "map 106000+2000=4000/1",
                        "map 108000+1000=6000/2",
                        "unmap 109000+2000",
                        "map 10b000+1000=8000/3"),
                diary.read());
        put(12, 0x9003);
        assertEquals(List.of("map 10c000+1000=9000/3"), diary.read(), "calls are not merged");
        assertEquals(H_SUCCESS, vcpu.userspaceOnly(H_PUT_TCE, LIOBN, 0x10_c000, 0x9abf, 0));
        assertEquals(List.of("map 10c000+1000=9000/3"), diary.read(), "userspace stores what is not aligned");
        assertEquals(H_SUCCESS, call(H_STUFF_TCE, 0, 0, 2048));
        assertEquals(List.of("unmap 100000+800000"), diary.read());
        assertEquals(H_PARAMETER, call(H_PUT_TCE, 2048, 0x1003, 0));
        assertEquals(H_PARAMETER, vcpu.userspaceOnly(H_STUFF_TCE, LIOBN, 0x10_0000 + (2000L << 12), 0, 100));
        assertEquals(List.of("unmap 8d0000+30000"), diary.read(), "what userspace writes of a range that is too long");
        assertEquals(H_SUCCESS, call(H_GET_TCE, 2, 0, 0));
        assertEquals(List.of(), diary.read());
    }

    @Test
    void shouldTellPagesOfTheWindowsSizeWhenTheyAreLarge() {
        test.window(LIOBN + 1, 16, 0x8000, 64);
        vcpu.offline();
        test.vm().dma().watch(LIOBN + 1, diary);
        test.putList(LIST, 0x1_0003, 0x2_0003, 0x4_0003);
        assertEquals(H_SUCCESS, vcpu.hcall(H_PUT_TCE_INDIRECT, LIOBN + 1, 0x8000_0000L, LIST, 3));
        assertEquals(List.of("map 80000000+20000=10000/3", "map 80020000+10000=40000/3"), diary.read());
    }

    @Test
    void shouldReplayMergedWhenItComesLate() {
        table.makeResident(0, 2048);
        for (int i = 0; i < 700; i++) {
            put(i, 0x1000L * (i & 127) + 3);
        }
        put(1000, 0x7800);
        put(2047, 0x1001);
        final WindowWatch watch = watch(diary);
        assertEquals(
                List.of(
                        "map 100000+80000=0/3",
                        "map 180000+80000=0/3",
                        "map 200000+80000=0/3",
                        "map 280000+80000=0/3",
                        "map 300000+80000=0/3",
                        "map 380000+3c000=0/3",
                        "map 8ff000+1000=1000/1"),
                diary.read(),
                "an entry without permissions is none");
        put(1000, 0x800);
        assertEquals(List.of("unmap 4e8000+1000"), diary.read());
        final EventDiary later = new EventDiary();
        final WindowWatch second = watch(later);
        assertEquals(7, later.read().size());
        assertEquals(List.of(), diary.read(), "only the late one gets the replay");
        put(5, 0x2003);
        assertEquals(List.of("map 105000+1000=2000/3"), diary.read());
        assertEquals(List.of("map 105000+1000=2000/3"), later.read());
        second.close();
        put(5, 0x3003);
        assertEquals(1, diary.read().size());
        assertEquals(List.of(), later.read());
        assertTrue(watch.isWatching());
        assertFalse(second.isWatching());
    }

    @Test
    void shouldLeaveTheFastPathOnlyWhileItIsWatched() {
        table.makeResident(0, 2048);
        put(0, 0x1003);
        assertEquals(1, vcpu.counters().ended(Layer.REAL));
        final WindowWatch watch = watch(diary);
        final WindowWatch second = watch(new EventDiary());
        assertEquals(LIOBN, watch.liobn());
        diary.read();
        put(0, 0x2003);
        putList(1, 0x1003);
        assertEquals(H_SUCCESS, call(H_STUFF_TCE, 0, 0, 1));
        assertEquals(3, vcpu.counters().ended(Layer.USERSPACE));
        assertEquals(3, vcpu.counters().passedOn(Layer.REAL, PassReason.USERSPACE_ONLY));
        assertEquals(3, vcpu.counters().passedOn(Layer.VIRTUAL, PassReason.USERSPACE_ONLY));
        for (final PassReason reason : PassReason.values()) {
            if (reason != PassReason.USERSPACE_ONLY) {
                assertEquals(0, vcpu.counters().passedOn(Layer.REAL, reason), reason.name());
                assertEquals(0, vcpu.counters().passedOn(Layer.VIRTUAL, reason), reason.name());
            }
        }
        assertEquals(H_SUCCESS, call(H_GET_TCE, 0, 0, 0));
        assertEquals(3, vcpu.counters().ended(Layer.USERSPACE), "what changes nothing stays");
        vcpu.offline();
        watch.close();
        watch.close();
        put(0, 0x3003);
        assertEquals(4, vcpu.counters().ended(Layer.USERSPACE), "there is another one");
        vcpu.offline();
        second.close();
        put(0, 0x4003);
        assertEquals(4, vcpu.counters().ended(Layer.USERSPACE));
        assertEquals(3, diary.read().size());
        assertNull(table.attached().liveAcquire());
    }

    @Test
    void shouldChangeNothingWhenThereIsNoWindowOrAVcpuIsLate() {
        assertEquals(
                Errno.ENODEV,
                assertThrows(LinuxException.class, () -> test.vm().dma().watch(LIOBN + 9, diary))
                        .errno());
        put(0, 0x1003);
        final LinuxException late =
                assertThrows(LinuxException.class, () -> test.vm().dma().watch(LIOBN, diary));
        assertEquals(Errno.EBUSY, late.errno());
        assertTrue(late.getMessage().contains("vcpu 0"), late.getMessage());
        assertNull(table.attached().liveAcquire());
        assertThrows(NullPointerException.class, () -> watch(null));
        assertNull(table.attached().liveAcquire());
        assertEquals(List.of(), diary.read());
    }

    @Test
    void shouldGoOnWhenTheNotifierThrows() {
        final WindowWatch watch = watch(diary);
        final EventDiary other = new EventDiary();
        watch(other);
        diary.throwAt(2);
        putList(0, 0x1003, 0x5003, 0x9003);
        assertEquals(List.of("map 102000+1000=9000/3"), diary.read());
        assertEquals(3, other.read().size());
        assertEquals(2, watch.failures());
        put(9, 0x1003);
        assertEquals(List.of("map 109000+1000=1000/3"), diary.read());
    }

    @Test
    void shouldEndWithOneEventWhenTheWindowIsClosed() {
        final WindowWatch watch = watch(diary);
        put(3, 0x1003);
        diary.read();
        vcpu.offline();
        assertNotNull(table.attached().liveAcquire());
        test.closeWindows();
        assertEquals(List.of("unmap 100000+800000"), diary.read());
        assertFalse(watch.isWatching());
        assertNull(table.attached().liveAcquire(), "the window is not left to a userspace that has no window");
        watch.close();
        assertEquals(List.of(), diary.read());
        assertThrows(LinuxException.class, () -> watch(diary));
    }

    @Test
    void shouldTellOfEveryChangeWhenASnapshotIsRestored() throws IOException {
        put(1, 0x1003);
        vcpu.offline();
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (SnapshotWriter writer = new SnapshotWriter(test.vm(), out)) {
            writer.finish();
        }
        try (TableSnapshot snapshot =
                TableSnapshot.read(new ByteArrayInputStream(out.toByteArray()), TableSnapshot.DEFAULT_LIMIT_BYTES)) {
            put(1, 0);
            put(7, 0x3003);
            watch(diary);
            diary.read();
            vcpu.offline();
            snapshot.restoreTo(test.vm());
            assertEquals(List.of("unmap 107000+1000", "map 101000+1000=1000/3"), diary.read());
        }
    }

    @Test
    void shouldTellOfOneUnmapWhenTheBridgeIsReset() {
        try (PassThroughVm vm = new PassThroughVm(1, Entry.REAL, 16)) {
            vm.memory(0, 1 << 20).passThrough(16);
            final DmaWindows windows = new DmaWindows(vm.vm(), List.of(RtasVm.BRIDGE), refusal -> {
                throw refusal;
            });
            windows.attach(RtasVm.BRIDGE, vm.spaces().get(0));
            windows.reset(RtasVm.BRIDGE);
            final WindowWatch watch = vm.vm().dma().watch(RtasVm.BRIDGE.liobn(), diary);
            assertEquals(H_SUCCESS, vm.vcpu().hcall(H_PUT_TCE, RtasVm.BRIDGE.liobn(), 0x1_0000, 0x3003, 0));
            vm.offline();
            windows.reset(RtasVm.BRIDGE);
            final TceTable first = windows.table(RtasVm.BRIDGE.liobn());
            assertEquals(
                    List.of(
                            "map 10000+1000=3000/3",
                            "unmap 0+" + Long.toHexString(first.sizePages() << first.pageShift())),
                    diary.read());
            assertTrue(watch.isWatching());
            windows.close();
            assertFalse(watch.isWatching());
        }
    }

    @Test
    void shouldHaveTheDirtyPagesBeforeTheGuestGoesOnWhenTheyAreUnmapped() {
        final DirtyLog log = new DirtyLog(test.vm().process());
        log.start(12);
        final List<String> dirty = new ArrayList<>();
        try (DirtyPages pages = log.newPages()) {
            final WindowWatch watch = watch(new DmaNotifier() {
                @Override
                public void mapped(final long ioba, final long sizeBytes, final long gpa, final int permission) {
                    // Only the end of a mapping is of interest.
                }

                @Override
                public void unmapped(final long ioba, final long sizeBytes) {
                    log.collectWindow(LIOBN, ioba, sizeBytes, pages);
                    pages.forEach(ioba, sizeBytes, (from, bytes) -> dirty.add(Long.toHexString(from) + "+" + bytes));
                    pages.clear();
                }
            });
            putList(0, 0x1003, 0x2003, 0x3003);
            log.windowMarker(LIOBN).mark(0x10_1800, 0x2800, 8);
            log.windowMarker(LIOBN).mark(0x10_2000, 0x3000, 8);
            assertEquals(H_SUCCESS, call(H_STUFF_TCE, 0, 0, 2));
            assertEquals(List.of("101000+4096"), dirty);
            assertEquals(H_SUCCESS, call(H_STUFF_TCE, 2, 0, 1));
            assertEquals(List.of("101000+4096", "102000+4096"), dirty);
            vcpu.offline();
            watch.close();
            assertEquals(0, watch.failures());
        }
        log.stop();
    }

    @Test
    void shouldAllocateNothingWhenEventsAreTold() {
        final long[] sum = {0};
        final DmaNotifier counting = new DmaNotifier() {
            @Override
            public void mapped(final long ioba, final long sizeBytes, final long gpa, final int permission) {
                sum[0] += sizeBytes;
            }

            @Override
            public void unmapped(final long ioba, final long sizeBytes) {
                sum[0] -= sizeBytes;
            }
        };
        watch(counting);
        test.putList(LIST, 0x1003, 0x2003, 0x4003, 0x5001);
        assertEquals(0, AllocationProbe.leastBytes(() -> {
            for (int i = 0; i < 30_000; i++) {
                call(H_PUT_TCE_INDIRECT, 8, LIST, 4);
                call(H_STUFF_TCE, 8, 0, 4);
            }
        }));
        assertEquals(0, sum[0]);
    }
}
