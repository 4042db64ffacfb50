package io.vfiotce.snapshot;

import io.vfiotce.kvm.Vm;
import io.vfiotce.memory.ChangeCount;
import io.vfiotce.memory.OffHeap;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.tce.TceTable;
import io.vfiotce.tce.UserspaceSide;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A snapshot that has been read: whole, undamaged, the state of its last round.
 *
 * @threads one at a time
 */
public final class TableSnapshot implements AutoCloseable {
    /** Enough off-heap memory for the pages of any snapshot of sensible size, in bytes. */
    public static final long DEFAULT_LIMIT_BYTES = 4L << 30;

    private final List<SavedWindow> windows;
    private final int rounds;
    private boolean closed;

    private TableSnapshot(final SnapshotReader reader) {
        windows = reader.windows();
        rounds = reader.rounds();
    }

    /**
     * Reads a snapshot up to its end, and nothing behind it.
     *
     * @param in where from; not closed. A stream that costs a system call for each read is best buffered
     * @param limitBytes most off-heap memory that the pages may take until the snapshot is closed, in bytes
     * @return the snapshot
     * @throws IOException if it cannot be read
     * @throws SnapshotException if it is damaged, not complete, of another version or over the limit
     * @cost off-heap memory for the pages that hold something, 4 KiB each; heap memory for windows and pages that are there,
     *     whatever sizes the data claims
     */
    public static TableSnapshot read(final InputStream in, final long limitBytes) throws IOException {
        return read(in, new OffHeap(limitBytes), false);
    }

    /**
     * Reads a snapshot's file.
     *
     * @param file the file; nothing may stand behind the end
     * @param limitBytes as for {@link #read(InputStream, long)}
     * @return the snapshot
     * @throws IOException if it cannot be read
     * @throws SnapshotException as for a stream
     */
    public static TableSnapshot read(final Path file, final long limitBytes) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            return read(in, new OffHeap(limitBytes), true);
        }
    }

    static TableSnapshot read(final InputStream in, final OffHeap offHeap, final boolean isAll) throws IOException {
        final SnapshotReader reader = new SnapshotReader(in, offHeap);
        boolean whole = false;
        try {
            reader.read();
            if (isAll) {
                reader.requireNothingBehind();
            }
            whole = true;
            return new TableSnapshot(reader);
        } finally {
            if (!whole) {
                reader.free();
            }
        }
    }

    /** {@return the windows in the order of their LIOBNs} */
    public List<SavedWindow> windows() {
        return windows;
    }

    /** {@return how many rounds it was taken in} */
    public int rounds() {
        return rounds;
    }

    /**
     * Brings the snapshot into a VM that has the same windows: whatever they held is gone, and the groups that are attached
     * map what the snapshot holds, as far as the VM has memory there. All of it is done or nothing; only if the machine itself
     * runs out of memory, or others take the VM's meanwhile, do pages that hold nothing stay.
     *
     * <p>A VM has the same windows if {@link Vm#windows} has the same LIOBNs with the same geometries. What is missing can be
     * made from {@link #windows} before.
     *
     * @param vm the VM; its guest should stand still. What it calls meanwhile waits or sees windows of before and after
     * @throws SnapshotException if the windows are not the same, or there is no memory for the entries
     * @throws IllegalStateException if the snapshot is closed
     * @throws io.vfiotce.linux.LinuxException EBUSY if a vCPU does not end its call in time; it is named
     * @threads none that is an online vCPU
     * @source QEMU spapr_tce_table_post_load()
     */
    public void restoreTo(final Vm vm) {
        if (closed) {
            throw new IllegalStateException("the snapshot is closed");
        }
        final List<TceTable> tables = tablesOf(vm);
        vm.whileUserspaceOnly(tables, whole -> {
            if (!tables.equals(tablesOf(whole))) {
                throw new SnapshotException("the VM's windows have changed meanwhile");
            }
            load(tables, whole.process());
        });
    }

    /** The VM's tables of the windows, in their order. */
    private List<TceTable> tablesOf(final Vm vm) {
        final List<TceTable> tables = new ArrayList<>();
        for (final SavedWindow window : windows) {
            final TceTable table = vm.windows().find(window.geometry().liobn());
            if (table == null) {
                throw new SnapshotException("the VM has no window " + window.geometry());
            }
            if (!table.geometry().equals(window.geometry())) {
                throw new SnapshotException(
                        "the snapshot has window " + window.geometry() + ", the VM has " + table.geometry());
            }
            tables.add(table);
        }
        final Set<TceTable> known = new HashSet<>(tables);
        for (final TceTable table : vm.windows().all()) {
            if (!known.contains(table)) {
                throw new SnapshotException("the snapshot has no window " + table.geometry());
            }
        }
        return tables;
    }

    private void load(final List<TceTable> tables, final UserProcess process) {
        // Pages cannot be taken back while others may read them: so none is made unless there is room for all.
        long left = process.offHeap().availableBytes();
        for (int i = 0; i < tables.size(); i++) {
            left -= windows.get(i).missingBytes(tables.get(i));
            if (left < 0) {
                throw noMemory(tables.get(i));
            }
        }
        for (int i = 0; i < tables.size(); i++) {
            if (!windows.get(i).makeResident(tables.get(i))) {
                throw noMemory(tables.get(i));
            }
        }
        for (int i = 0; i < tables.size(); i++) {
            load(windows.get(i), tables.get(i), process.changes());
        }
    }

    private static SnapshotException noMemory(final TceTable table) {
        return new SnapshotException("the VM has no memory for the entries of " + table.geometry());
    }

    /** Empties the table first, so that a page which cannot be mapped leaves nothing older behind. */
    private static void load(final SavedWindow window, final TceTable table, final ChangeCount changes) {
        final UserspaceSide userspace = table.userspaceSide();
        synchronized (userspace) {
            userspace.clear(table);
            window.storeIn(table);
            userspace.replay(table);
            userspace.setBypass(window.isBypassed(), changes);
        }
    }

    /** Frees the pages; a second time does nothing. */
    @Override
    public void close() {
        closed = true;
        windows.forEach(SavedWindow::free);
    }
}
