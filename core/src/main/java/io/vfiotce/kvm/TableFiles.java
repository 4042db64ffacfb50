package io.vfiotce.kvm;

import io.vfiotce.handoff.Handoff;
import io.vfiotce.linux.Errno;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.linux.OpenFile;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.tce.LiobnDirectory;
import io.vfiotce.tce.TceTable;
import io.vfiotce.tce.WindowGeometry;
import java.util.List;
import java.util.function.Consumer;

/**
 * The TCE tables of a VM: those that hypercalls find, each with a file, and those that the userspace handler answers for.
 *
 * @threads the VM's lock guards every change; {@link #requireTable} needs no lock
 */
final class TableFiles {
    private final Vm vm;
    private final UserProcess process;
    private final LiobnDirectory tables;
    private final LiobnDirectory windows;
    private Handoff handoff;
    private int openFiles;

    TableFiles(final Vm vm, final UserProcess process) {
        this.vm = vm;
        this.process = process;
        tables = new LiobnDirectory(process.changes());
        windows = new LiobnDirectory(process.changes());
    }

    /** Says where windows are made known to the handler; called once, before there are any. */
    void publishTo(final Handoff way) {
        handoff = way;
    }

    LiobnDirectory tables() {
        return tables;
    }

    LiobnDirectory windows() {
        return windows;
    }

    int openFiles() {
        return openFiles;
    }

    int create(final WindowGeometry window) {
        if (!window.isValid()) {
            throw new LinuxException(Errno.EINVAL, "no window can be " + window);
        }
        final long pages = TableAccounting.lockedPages(window.sizePages(), process.hostPageShift());
        if (!process.lockedMemory().charge(pages)) {
            throw new LinuxException(
                    Errno.ENOMEM, pages + " pages for " + window + " are over the locked-memory limit");
        }
        try {
            return publish(window, pages);
        } catch (final LinuxException e) {
            process.lockedMemory().uncharge(pages);
            throw e;
        } catch (final OutOfMemoryError e) {
            process.lockedMemory().uncharge(pages);
            throw new LinuxException(Errno.ENOMEM, "no memory to describe " + window);
        }
    }

    /** Makes the table and its descriptor, and only then lets vCPUs find it: what fails before leaves nothing behind. */
    private int publish(final WindowGeometry window, final long chargedPages) {
        if (!TceTable.isRepresentable(window, process.hostPageShift())) {
            throw new LinuxException(Errno.ENOMEM, "no memory to describe " + window);
        }
        final TceTable table = new TceTable(window, process.hostPageShift(), process.offHeap());
        if (tables.find(window.liobn()) != null) {
            throw new LinuxException(
                    Errno.EBUSY, "LIOBN 0x" + Long.toHexString(window.liobn()) + " has a table already");
        }
        tables.reserve();
        final int fd = process.files().install(new TceTableFile(vm, table, chargedPages));
        tables.add(table);
        openFiles++;
        return fd;
    }

    /** Ends a table: hypercalls find it no more, its IOMMU tables are let go, its memory is freed after a grace period. */
    void fileClosed(final TceTableFile file) {
        tables.remove(file.table());
        file.table().attached().close();
        process.lockedMemory().uncharge(file.chargedPages());
        openFiles--;
        dropTable(file);
    }

    private void dropTable(final TceTableFile file) {
        if (file.dropTable()) {
            process.reclaimer().retire(file.table()::free);
        }
    }

    /**
     * Takes a file for a table.
     *
     * @param file a file that cannot be released meanwhile
     * @param fd its descriptor
     * @return the file
     * @throws LinuxException EINVAL for a file that is not a table of this VM
     */
    TceTableFile requireTable(final OpenFile file, final int fd) {
        if (file instanceof TceTableFile table && table.vm() == vm) {
            return table;
        }
        throw new LinuxException(Errno.EINVAL, "file descriptor " + fd + " is not a TCE table of this VM");
    }

    UserspaceWindow map(final int fd) {
        final TceTableFile tableFile = requireTable(process.files().file(fd), fd);
        addWindow(tableFile.table());
        tableFile.holdTable();
        return new UserspaceWindow(vm, tableFile);
    }

    UserspaceWindow createUserspaceWindow(final WindowGeometry window) {
        final TceTable table = new TceTable(window, process.hostPageShift(), process.offHeap());
        addWindow(table);
        return new UserspaceWindow(vm, new TceTableFile(vm, table, 0));
    }

    private void addWindow(final TceTable table) {
        // Whoever finds the window waits until it is open.
        synchronized (table.userspaceSide()) {
            if (!windows.add(table)) {
                throw new LinuxException(
                        Errno.EBUSY, "LIOBN 0x" + Long.toHexString(table.liobn()) + " is mapped already");
            }
            if (!publish(table)) {
                windows.remove(table);
                throw new LinuxException(Errno.ENOMEM, "the handler has no room for another window");
            }
            table.userspaceSide().open();
        }
    }

    private boolean publish(final TceTable table) {
        return handoff.windowAdded(
                table.liobn(),
                table.pageShift(),
                table.geometry().offsetPages(),
                table.sizePages(),
                table.generation());
    }

    void windowClosed(final TceTableFile file) {
        handoff.windowRemoved(file.table().generation());
        windows.remove(file.table());
        file.table().userspaceSide().close();
        dropTable(file);
    }

    void whileUserspaceOnly(final TceTable guestView, final Runnable action) {
        final List<TceTable> guestViews = List.of(guestView);
        suspend(guestViews);
        try {
            action.run();
        } finally {
            resume(guestViews);
        }
    }

    void whileUserspaceOnly(final List<TceTable> guestViews, final Consumer<Vm> action) {
        suspend(guestViews);
        try {
            synchronized (vm) {
                vm.requireOpen();
                action.accept(vm);
            }
        } finally {
            resume(guestViews);
        }
    }

    /** Leaves windows to userspace; if a vCPU is late, nothing has changed. */
    private void suspend(final List<TceTable> guestViews) {
        boolean ready = false;
        int suspended = 0;
        try {
            for (final TceTable table : guestViews) {
                table.attached().suspend(process.changes());
                suspended++;
            }
            final String late = process.awaitGracePeriod();
            if (late != null) {
                throw new LinuxException(Errno.EBUSY, late + " is late");
            }
            ready = true;
        } finally {
            if (!ready) {
                resume(guestViews.subList(0, suspended));
            }
        }
    }

    private void resume(final List<TceTable> guestViews) {
        guestViews.forEach(table -> table.attached().resume(process.changes()));
    }
}
