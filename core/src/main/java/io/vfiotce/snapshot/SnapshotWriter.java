package io.vfiotce.snapshot;

import static io.vfiotce.snapshot.SnapshotDescriptor.END_BYTES;
import static io.vfiotce.snapshot.SnapshotDescriptor.END_TAG;
import static io.vfiotce.snapshot.SnapshotDescriptor.GONE_TAG;
import static io.vfiotce.snapshot.SnapshotDescriptor.MAX_WINDOWS;
import static io.vfiotce.snapshot.SnapshotDescriptor.ROUND_TAG;
import static io.vfiotce.snapshot.SnapshotDescriptor.TABLE_FLAG_BYPASS;
import static io.vfiotce.snapshot.SnapshotDescriptor.TABLE_TAG;

import io.vfiotce.kvm.Vm;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.tce.TceTable;
import io.vfiotce.tce.WindowGeometry;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Takes a snapshot of the windows that userspace answers for, in rounds, as live migration does.
 *
 * <p>{@link #round} may be called while vCPUs run and windows come and go; each one writes what has changed since the one
 * before. When little changes any more, stop the vCPUs and call {@link #finish}: then the snapshot is the state of that
 * moment, and only then is it whole.
 *
 * <p>Hypercalls pay nothing for it: there are no dirty marks. A round compares every page that is present with a copy of
 * what was written before.
 *
 * @threads one at a time, which is no online vCPU; nothing waits for a vCPU
 * @cost a round reads every present page of every window and its copy, however little has changed: about twice as long
 *     as copying the tables. The copies, of pages that have ever held something, are off heap in the VM's process
 * @source QEMU migration in rounds; spapr_tce_table_pre_save()
 */
public final class SnapshotWriter implements AutoCloseable {
    private enum State {
        OPEN,
        FAILED,
        ENDED
    }

    private final UserProcess process;
    private final Vm vm;
    private final BlockWriter out;
    private final LivePages live;
    // By generation.
    private final Map<Long, WindowCopy> copies = new TreeMap<>();
    private State state = State.OPEN;
    private int windowNumber;
    private int rounds;
    private long records;

    /**
     * Begins a snapshot.
     *
     * @param vm the VM
     * @param out where to write, in pieces of up to 64 KiB; not closed. A channel becomes one by {@code
     *     Channels.newOutputStream}
     * @throws IOException if it cannot be written
     */
    public SnapshotWriter(final Vm vm, final OutputStream out) throws IOException {
        this.vm = vm;
        process = vm.process();
        this.out = new BlockWriter(out);
        live = new LivePages(process, vm.windows());
    }

    /**
     * Writes what has changed since the last round; the first one writes everything.
     *
     * @return number of pages written, of 512 entries each, in full or in part
     * @throws IOException if it cannot be written; the snapshot has failed then
     * @throws SnapshotException if there is no memory for the copies, or there are too many windows; it has failed as well
     * @throws IllegalStateException if the snapshot has failed or ended
     */
    public long round() throws IOException {
        begin();
        final long pages = writeRound();
        state = State.OPEN;
        return pages;
    }

    /**
     * Writes the last round and the end. The vCPUs must have stopped, or what they store meanwhile may be missing.
     *
     * @return as {@link #round}
     * @throws IOException as {@link #round}
     */
    public long finish() throws IOException {
        begin();
        final long pages = writeRound();
        out.begin(END_TAG).putInt(rounds).putInt(copies.size()).putLong(records).putLong(out.bytesAfter(END_BYTES));
        out.end();
        out.flush();
        state = State.ENDED;
        return pages;
    }

    private void begin() {
        if (state != State.OPEN) {
            throw new IllegalStateException("the snapshot has " + (state == State.ENDED ? "ended" : "failed"));
        }
        state = State.FAILED;
    }

    private long writeRound() throws IOException {
        final List<TceTable> tables = vm.windows().all();
        if (tables.size() > MAX_WINDOWS) {
            throw new SnapshotException(tables.size() + " windows are more than the " + MAX_WINDOWS + " of a snapshot");
        }
        tables.sort(Comparator.comparing(TceTable::liobn, Long::compareUnsigned));
        dropAllBut(tables);
        long pages = 0;
        for (final TceTable table : tables) {
            pages += writeWindow(table);
        }
        out.begin(ROUND_TAG).putInt(rounds).putInt(0).putLong(pages);
        out.end();
        rounds++;
        records += pages;
        return pages;
    }

    private void dropAllBut(final List<TceTable> tables) throws IOException {
        final Set<Long> open = new HashSet<>();
        tables.forEach(table -> open.add(table.generation()));
        for (final WindowCopy copy : List.copyOf(copies.values())) {
            if (!open.contains(copy.table().generation())) {
                drop(copy);
            }
        }
    }

    private void drop(final WindowCopy copy) throws IOException {
        copies.remove(copy.table().generation());
        copy.free();
        out.begin(GONE_TAG).putInt(copy.number()).putInt(0);
        out.end();
    }

    private long writeWindow(final TceTable table) throws IOException {
        final WindowCopy copy = declared(table);
        long pages = 0;
        long page = live.copyNext(table, 0);
        while (page >= 0) {
            copy.update(page, live.words());
            if (copy.changed() > 0) {
                out.record(copy.number(), page, live.words(), copy.firstChanged(), copy.changed());
                pages++;
            }
            page = live.copyNext(table, page + 1);
        }
        if (page == LivePages.GONE) {
            drop(copy);
        }
        return pages;
    }

    /** The window's copy; the window is written if it is new, or if devices have begun or ceased to bypass it. */
    private WindowCopy declared(final TceTable table) throws IOException {
        final boolean bypassed = table.userspaceSide().isBypassed();
        WindowCopy copy = copies.get(table.generation());
        if (copy != null && copy.isBypassed() == bypassed) {
            return copy;
        }
        if (copy == null) {
            copy = new WindowCopy(windowNumber++, table, bypassed, process.offHeap());
            copies.put(table.generation(), copy);
        }
        copy.setBypass(bypassed);
        final WindowGeometry geometry = table.geometry();
        out.begin(TABLE_TAG)
                .putInt(copy.number())
                .putInt(bypassed ? TABLE_FLAG_BYPASS : 0)
                .putLong(geometry.liobn())
                .putInt(geometry.pageShift())
                .putInt(0)
                .putLong(geometry.offsetPages())
                .putLong(geometry.sizePages());
        out.end();
        return copy;
    }

    /** Frees the copies; a snapshot that has not ended stays incomplete, and will be refused. A second time does nothing. */
    @Override
    public void close() {
        state = State.ENDED;
        copies.values().forEach(WindowCopy::free);
        copies.clear();
        live.close();
    }
}
