package io.vfiotce.dma;

import io.vfiotce.iommu.IommuGroup;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.memory.GuestAddressSpace;
import io.vfiotce.memory.Memslots;
import io.vfiotce.memory.OffHeap;
import io.vfiotce.memory.QuiescentReader;
import io.vfiotce.memory.TranslationHints;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.tce.LiobnDirectory;
import io.vfiotce.tce.TceTable;
import java.util.ArrayList;
import java.util.List;

/**
 * The DMA of one VM's devices: each opens a context here, and they share the guest's memory, its windows and the dirty log.
 *
 * @threads any
 */
public final class DmaSpace {
    private final UserProcess process;
    private final GuestAddressSpace guestMemory;
    private final LiobnDirectory tables;
    private final LiobnDirectory windows;
    private final DirtyLog dirtyLog;
    private final List<DmaContext> contexts = new ArrayList<>();
    private boolean closed;

    /**
     * Makes a space without devices.
     *
     * @param process the VM's process
     * @param guestMemory the guest's memory
     * @param tables the tables that hypercalls find
     * @param windows the tables that the userspace handler answers for
     */
    public DmaSpace(
            final UserProcess process,
            final GuestAddressSpace guestMemory,
            final LiobnDirectory tables,
            final LiobnDirectory windows) {
        this.process = process;
        this.guestMemory = guestMemory;
        this.tables = tables;
        this.windows = windows;
        dirtyLog = new DirtyLog(process);
    }

    /**
     * Opens the context of a device whose windows are found by LIOBN, with default settings.
     *
     * @param name what messages call the device
     * @param liobns as {@link #openContext(DmaConfig, long...)}
     * @return the context
     * @throws IllegalArgumentException as there
     * @throws IllegalStateException as there
     * @throws OutOfMemoryError as there
     */
    public DmaContext openContext(final String name, final long... liobns) {
        return openContext(new DmaConfig(name), liobns);
    }

    /**
     * Opens the context of a device whose windows are found by LIOBN: an emulated device, which sees what the guest wrote. The
     * windows may come and go. Of a LIOBN with a kernel table and another window of the userspace handler it is the kernel's.
     *
     * @param config the device's settings
     * @param liobns one or two LIOBNs, whose windows do not overlap; of those that do, the second on the bus hides the first
     *     from its start on. If userspace has let a device bypass one, there is no translation and no other window
     * @return the context, offline; close it
     * @throws IllegalArgumentException for another number of LIOBNs, or settings that make no sense
     * @throws IllegalStateException if the VM is closed
     * @throws OutOfMemoryError if there is no off-heap memory for it; nothing is left behind
     */
    public DmaContext openContext(final DmaConfig config, final long... liobns) {
        return open(config, DmaView.of(liobns));
    }

    /**
     * Opens the context of a device of an IOMMU group, with default settings.
     *
     * @param name what messages call the device
     * @param group as {@link #openContext(DmaConfig, IommuGroup)}
     * @return the context
     * @throws IllegalArgumentException as there
     * @throws IllegalStateException as there
     * @throws OutOfMemoryError as there
     */
    public DmaContext openContext(final String name, final IommuGroup group) {
        return openContext(new DmaConfig(name), group);
    }

    /**
     * Opens the context of a device of an IOMMU group: a device that is passed through, which sees the hardware's tables. The
     * tables may come and go; those of another process are not seen.
     *
     * @param config the device's settings
     * @param group a group with TCE tables
     * @return the context, offline; close it
     * @throws IllegalArgumentException for a group without TCE tables, or settings that make no sense
     * @throws IllegalStateException if the VM is closed
     * @throws OutOfMemoryError if there is no off-heap memory for it; nothing is left behind
     */
    public DmaContext openContext(final DmaConfig config, final IommuGroup group) {
        return open(config, DmaView.of(group, process.pinnedMemory().hpaOffsetBytes()));
    }

    /**
     * Tells a notifier of all that is mapped in a window, and then of every change, until the watch is closed or the window
     * is. It misses nothing and is told nothing twice, whatever vCPUs do meanwhile.
     *
     * @param liobn LIOBN of a window that the userspace handler answers for
     * @param notifier whom to tell
     * @return the watch; close it to end it
     * @throws LinuxException ENODEV if there is no such window; EBUSY if a vCPU or device does not end its call in time; it
     *     is named. Nothing has changed then
     * @threads any but an online vCPU or device
     * @source QEMU memory_region_register_iommu_notifier(), memory_region_iommu_replay()
     */
    public WindowWatch watch(final long liobn, final DmaNotifier notifier) {
        return WindowWatch.open(process, windows, liobn, notifier);
    }

    private synchronized DmaContext open(final DmaConfig config, final DmaView view) {
        if (closed) {
            throw new IllegalStateException("the VM is closed");
        }
        final OffHeap offHeap = process.offHeap();
        DmaFaults faults = null;
        TranslationHints hints = null;
        QuiescentReader reader = null;
        DmaContext context = null;
        try {
            faults = new DmaFaults(offHeap, config.faultCapacity());
            hints = new TranslationHints(offHeap, config.hints());
            reader = process.quiescence().register(config.name());
            context = new DmaContext(this, view, reader, hints, faults, config.byteOrder());
            contexts.add(context);
            return context;
        } catch (final RuntimeException | Error e) {
            if (context != null) {
                context.closeReader();
            } else if (reader != null) {
                reader.close();
            }
            if (hints != null) {
                hints.free();
            }
            if (faults != null) {
                faults.free();
            }
            throw e;
        }
    }

    synchronized void contextClosed(final DmaContext context) {
        contexts.remove(context);
    }

    /** {@return which pages devices have written, if it is on} */
    public DirtyLog dirtyLog() {
        return dirtyLog;
    }

    /** {@return contexts that are open} */
    public synchronized int openContexts() {
        return contexts.size();
    }

    /**
     * Ends the space: no context can be opened any more.
     *
     * @throws IllegalStateException if one is open or the dirty log is on; nothing has changed then
     */
    public synchronized void close() {
        if (!contexts.isEmpty()) {
            throw new IllegalStateException(contexts.size() + " DMA contexts of the VM are still open");
        }
        if (dirtyLog.isOn()) {
            throw new IllegalStateException("the dirty log of the VM is still on");
        }
        closed = true;
    }

    UserProcess process() {
        return process;
    }

    Memslots memslotsAcquire() {
        return guestMemory.memslotsAcquire();
    }

    TceTable find(final long liobn) {
        final TceTable table = tables.find(liobn);
        return table != null ? table : windows.find(liobn);
    }
}
