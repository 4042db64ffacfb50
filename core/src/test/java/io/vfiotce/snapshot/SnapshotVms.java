package io.vfiotce.snapshot;

import io.vfiotce.kvm.Vm;
import io.vfiotce.kvm.VmConfig;
import io.vfiotce.memory.GuestMemory;
import io.vfiotce.memory.OffHeap;
import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.support.TestVm;
import io.vfiotce.tce.TceTable;
import io.vfiotce.tce.WindowGeometry;
import io.vfiotce.userspace.ReferenceHandler;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** VMs with several windows, snapshots of them in memory, and their state as plain values. */
final class SnapshotVms {
    /** A table of 4 KiB pages, one of 64 KiB pages, one of 16 MiB pages that ends in the middle of a page, a huge sparse one. */
    static final List<WindowGeometry> WINDOWS = List.of(
            new WindowGeometry(0x8000_0000L, 12, 0, 1 << 18),
            new WindowGeometry(0x8000_0001L, 16, 0x800_0000_0000L, 1 << 16),
            new WindowGeometry(0x8000_0002L, 24, 1 << 15, 1300),
            new WindowGeometry(0x1_8000_0003L, 12, 1L << 40, 1L << 36));

    /** Guest memory from address 0 in bytes: two pages of the largest size. */
    static final int RAM_BYTES = 2 << 24;

    static final long LIMIT_BYTES = 1L << 30;

    /** What a window holds: its bypass flag under -1, and each entry that is not 0. */
    record State(Map<WindowGeometry, SortedMap<Long, Long>> windows) {}

    private SnapshotVms() {}

    static TestVm vm(final int hostPageShift, final List<WindowGeometry> windows) {
        return add(TestVm.inline(new VmConfig().process(new ProcessConfig().hostPageShift(hostPageShift))), windows);
    }

    static TestVm threaded(final int hostPageShift, final List<WindowGeometry> windows) {
        return add(
                TestVm.threaded(
                        new VmConfig().process(new ProcessConfig().hostPageShift(hostPageShift)),
                        ReferenceHandler::new),
                windows);
    }

    private static TestVm add(final TestVm vm, final List<WindowGeometry> windows) {
        vm.withMemory(0, GuestMemory.sparse(RAM_BYTES));
        windows.forEach(
                window -> vm.window(window.liobn(), window.pageShift(), window.offsetPages(), window.sizePages()));
        return vm;
    }

    static TceTable table(final TestVm vm, final WindowGeometry window) {
        return vm.vm().windows().find(window.liobn());
    }

    static State state(final Vm vm) {
        final Map<WindowGeometry, SortedMap<Long, Long>> windows = new TreeMap<>(SnapshotVms::byLiobn);
        for (final TceTable table : vm.windows().all()) {
            final SortedMap<Long, Long> entries = new TreeMap<>();
            entries.put(-1L, table.userspaceSide().isBypassed() ? 1L : 0L);
            for (long entry = table.nextNonZero(0); entry >= 0; entry = table.nextNonZero(entry + 1)) {
                entries.put(entry, table.tceAcquire(entry));
            }
            windows.put(table.geometry(), entries);
        }
        return new State(windows);
    }

    static State state(final TableSnapshot snapshot) {
        final Map<WindowGeometry, SortedMap<Long, Long>> windows = new TreeMap<>(SnapshotVms::byLiobn);
        for (final SavedWindow window : snapshot.windows()) {
            final SortedMap<Long, Long> entries = new TreeMap<>();
            entries.put(-1L, window.isBypassed() ? 1L : 0L);
            for (long entry = window.nextNonZero(0); entry >= 0; entry = window.nextNonZero(entry + 1)) {
                entries.put(entry, window.tce(entry));
            }
            windows.put(window.geometry(), entries);
        }
        return new State(windows);
    }

    private static int byLiobn(final WindowGeometry a, final WindowGeometry b) {
        return Long.compareUnsigned(a.liobn(), b.liobn());
    }

    /** A snapshot in one round of a VM that stands still. */
    static byte[] save(final Vm vm) {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (SnapshotWriter writer = new SnapshotWriter(vm, out)) {
            writer.finish();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** Reads a snapshot that nothing may follow. */
    static TableSnapshot read(final byte[] bytes) {
        return read(bytes, new OffHeap(LIMIT_BYTES));
    }

    static TableSnapshot read(final byte[] bytes, final OffHeap offHeap) {
        try {
            return TableSnapshot.read(new ByteArrayInputStream(bytes), offHeap, true);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void restore(final byte[] bytes, final Vm vm) {
        try (TableSnapshot snapshot = read(bytes)) {
            snapshot.restoreTo(vm);
        }
    }
}
