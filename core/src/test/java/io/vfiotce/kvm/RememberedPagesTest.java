package io.vfiotce.kvm;

import static io.vfiotce.papr.HStatus.H_SUCCESS;
import static io.vfiotce.papr.HStatus.H_TOO_HARD;
import static io.vfiotce.papr.Hcall.H_PUT_TCE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vfiotce.memory.GuestMemory;
import io.vfiotce.memory.HostMemory;
import io.vfiotce.memory.Memslot;
import io.vfiotce.memory.PinnedRegion;
import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.memory.WindowCache;
import io.vfiotce.support.InlineHandler;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.tce.IommuTableGeometry;
import io.vfiotce.tce.PinnedMappings;
import io.vfiotce.tce.TceTable;
import io.vfiotce.tce.WindowGeometry;
import io.vfiotce.userspace.ReferenceHandler;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A remembered window is checked with its own page size, whatever was in its place before. */
class RememberedPagesTest {
    private static final long LARGE = 0x8000_0000L;
    private static final long UA = Memslot.DEFAULT_UA_BASE;
    private static final long HUGE_BYTES = 32L << 20;

    /** Huge pages behind the first 32 MiB, ordinary ones behind the rest. */
    private static final HostMemory HOST = new HostMemory() {
        @Override
        public long hpaOffsetBytes() {
            return 0;
        }

        @Override
        public int pageShift(final long ua, final long sizeBytes, final int hostPageShift) {
            return ua + sizeBytes <= UA + HUGE_BYTES ? 24 : hostPageShift;
        }
    };

    private final UserProcess process = new UserProcess(new ProcessConfig().hostMemory(HOST));
    private final InlineHandler handler = new InlineHandler();
    private final Vm vm = new Vm(new VmConfig().process(process).vcpuIdle(() -> handler), ReferenceHandler::new);
    private final Vcpu vcpu = vm.createVcpu();
    private final List<UserspaceWindow> windows = new ArrayList<>();
    private final List<Integer> tableFds = new ArrayList<>();
    private final List<IommuTable> tables = new ArrayList<>();
    private final List<PinnedRegion> regions = new ArrayList<>();

    private void register(final long gpa, final long bytes) {
        regions.add(process.pinnedMemory().register(UA + gpa, bytes >> 16));
    }

    private IommuTable attach(final TceTable window, final int pageShift) {
        final IommuTable table =
                new IommuTable(process, new IommuTableGeometry(pageShift, 0, 64L << pageShift, 1, 16), true);
        window.attached().attach(table);
        tables.add(table);
        return table;
    }

    private TceTable window(final long liobn, final int pageShift) {
        final int fd = vm.createSpaprTce64(new WindowGeometry(liobn, pageShift, 0, 64));
        tableFds.add(fd);
        windows.add(vm.mapTable(fd));
        final TceTable table = windows.get(windows.size() - 1).table();
        // The first calls are to end in real mode, by the tables.
        table.makeResident(0, 64);
        return table;
    }

    @BeforeEach
    void answer() {
        handler.answer(vm.handoff());
    }

    @AfterEach
    void close() {
        vcpu.close();
        for (final IommuTable table : tables) {
            table.die();
            PinnedMappings.unmap(table, process.pinnedMemory(), 0, table.sizePages());
            table.put();
        }
        windows.forEach(UserspaceWindow::close);
        tableFds.forEach(process.files()::close);
        vm.close();
        regions.forEach(process.pinnedMemory()::put);
        process.close();
    }

    private static long neighbour(final long liobn) {
        long other = liobn + 1;
        while (WindowCache.stretch(0, other, 0) != WindowCache.stretch(0, liobn, 0)) {
            other++;
        }
        return other;
    }

    /** The region used last is the one of ordinary pages then. */
    private void mapOrdinaryMemoryElsewhere() {
        assertEquals(H_SUCCESS, vcpu.hPutTce(LARGE - 1, 0, HUGE_BYTES | 3));
    }

    @Test
    void shouldRefuseSmallPagesWhenAWindowTakesThePlaceOfOneWithSmallerPages() {
        vm.addMemslot(Memslot.of(0, GuestMemory.sparse(64 << 20)));
        register(0, HUGE_BYTES);
        register(HUGE_BYTES, HUGE_BYTES);
        final long small = neighbour(LARGE);
        final IommuTable large = attach(window(LARGE, 24), 24);
        attach(window(small, 12), 12);
        attach(window(LARGE - 1, 16), 16);
        for (int i = 0; i < 3; i++) {
            assertEquals(H_SUCCESS, vcpu.hPutTce(small, 0, 3));
        }
        assertEquals(H_SUCCESS, vcpu.hPutTce(LARGE, 0, 3));
        mapOrdinaryMemoryElsewhere();
        assertEquals(H_SUCCESS, vcpu.hPutTce(LARGE, 1 << 24, HUGE_BYTES | 3));
        assertEquals(0, large.hardwareTceAcquire(1), "a page of 16 MiB over pages of 64 KiB");
    }

    @Test
    void shouldRefuseSmallPagesWhenAGroupComesToARememberedWindow() {
        vm.addMemslot(Memslot.of(0, GuestMemory.sparse(64 << 20)));
        final TceTable window = window(LARGE, 24);
        for (int i = 0; i < 3; i++) {
            assertEquals(H_SUCCESS, vcpu.hPutTce(LARGE, 0, 3));
        }
        register(0, HUGE_BYTES);
        register(HUGE_BYTES, HUGE_BYTES);
        attach(window(LARGE - 1, 16), 16);
        final IommuTable table = attach(window, 24);
        assertEquals(H_SUCCESS, vcpu.hPutTce(LARGE, 0, 3));
        assertEquals(3, table.hardwareTceAcquire(0) & 3);
        mapOrdinaryMemoryElsewhere();
        assertEquals(H_SUCCESS, vcpu.hPutTce(LARGE, 1 << 24, HUGE_BYTES | 3));
        assertEquals(0, table.hardwareTceAcquire(1));
    }

    @Test
    void shouldRefuseWhatLiesBehindARegionWhenALargerOneWasUsedBefore() {
        vm.addMemslot(Memslot.of(0, GuestMemory.sparse(64 << 20)));
        register(0, HUGE_BYTES);
        register(HUGE_BYTES, 1 << 16);
        final IommuTable table = attach(window(LARGE, 16), 16);
        attach(window(LARGE - 1, 12), 12);
        for (int i = 0; i < 3; i++) {
            // One page size and the other: each time it is asked which pages may start in the large region.
            assertEquals(H_SUCCESS, vcpu.hPutTce(LARGE - 1, 0, 3));
            assertEquals(H_SUCCESS, vcpu.hPutTce(LARGE, 0, 3));
        }
        assertEquals(H_SUCCESS, vcpu.hPutTce(LARGE, 1 << 16, HUGE_BYTES | 3));
        assertEquals(3, table.hardwareTceAcquire(1) & 3);
        assertEquals(H_SUCCESS, vcpu.hPutTce(LARGE, 2 << 16, HUGE_BYTES + (1 << 16) | 3));
        assertEquals(0, table.hardwareTceAcquire(2), "a page that is not registered");
    }

    @Test
    void shouldPassOnWhenTheHostsPageIsNotAlignedAsTheGuestsIs() {
        final GuestMemory memory = GuestMemory.sparse(16 << 20);
        vm.addMemslot(new Memslot(0, 16 << 20, UA + (1 << 16), memory));
        register(0, HUGE_BYTES);
        final IommuTable table = attach(window(LARGE, 24), 24);
        assertEquals(H_TOO_HARD, vcpu.virtualModeOnly(H_PUT_TCE, LARGE, 0, 3, 0));
        assertEquals(H_SUCCESS, vcpu.hPutTce(LARGE, 0, 3));
        assertEquals(0, table.hardwareTceAcquire(0));
    }
}
