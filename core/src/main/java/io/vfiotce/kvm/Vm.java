package io.vfiotce.kvm;

import io.vfiotce.handoff.HandoffPort;
import io.vfiotce.handoff.InProcessHandoff;
import io.vfiotce.handoff.UserspaceHandler;
import io.vfiotce.hcall.EnabledHcalls;
import io.vfiotce.hcall.HcallEnvironment;
import io.vfiotce.linux.Errno;
import io.vfiotce.linux.FileDescriptors;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.memory.ChangeCount;
import io.vfiotce.memory.GuestAddressSpace;
import io.vfiotce.memory.Memslot;
import io.vfiotce.memory.QuiescentReader;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.tce.LiobnDirectory;
import io.vfiotce.tce.TceTable;
import io.vfiotce.tce.WindowGeometry;
import io.vfiotce.telemetry.HcallCounters;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A virtual machine: guest memory, TCE tables by LIOBN, vCPUs, and the way to the userspace handler.
 *
 * <p>Life: create it with a handler, run {@link #handoff} on a thread of its own (an Agrona {@code AgentRunner}), add
 * memory and tables, create vCPUs and call {@link Vcpu#hcall} on their threads. At the end close the vCPUs, the runner,
 * then the VM.
 *
 * @threads any; changes are synchronized and none waits for a vCPU
 * @source Linux struct kvm, arch/powerpc/kvm
 */
public final class Vm implements AutoCloseable {
    private final UserProcess process;
    private final boolean ownsProcess;
    private final GuestAddressSpace guestMemory;
    private final EnabledHcalls enabledHcalls;
    private final LiobnDirectory tables;
    private final LiobnDirectory windows;
    private final HcallEnvironment environment;
    private final InProcessHandoff handoff;
    private final List<Vcpu> vcpus = new ArrayList<>();
    private int vcpuNumber;
    private int tableFiles;
    private volatile boolean closed;

    /**
     * Creates a VM without memory, tables or vCPUs.
     *
     * @param config how to set it up
     * @param handler makes what decides the calls that the kernel layers pass on, given the windows to answer for; it runs
     *     wherever {@link #handoff} is run
     * @throws IllegalStateException if the JVM lacks the flag that Agrona needs
     */
    public Vm(final VmConfig config, final Function<LiobnDirectory, UserspaceHandler> handler) {
        ownsProcess = config.process() == null;
        process = ownsProcess ? new UserProcess(config.ownProcess()) : config.process();
        final ChangeCount changes = process.changes();
        tables = new LiobnDirectory(changes);
        windows = new LiobnDirectory(changes);
        guestMemory = new GuestAddressSpace(process.hostPageShift(), changes);
        enabledHcalls = new EnabledHcalls(config.realMode(), changes);
        environment = new HcallEnvironment(
                enabledHcalls, changes, tables, windows, guestMemory, process.pinnedMemory(), process.offHeap());
        handoff = openHandoff(config, handler);
    }

    private InProcessHandoff openHandoff(
            final VmConfig config, final Function<LiobnDirectory, UserspaceHandler> handler) {
        boolean open = false;
        try {
            final InProcessHandoff made = new InProcessHandoff(
                    handler.apply(windows), process.offHeap(), config.vcpuIdle(), config.maxVcpus());
            open = true;
            return made;
        } finally {
            if (!open && ownsProcess) {
                process.close();
            }
        }
    }

    /**
     * Adds guest memory.
     *
     * @param slot aligned to host pages
     * @throws LinuxException EINVAL if it is not aligned, EEXIST if it overlaps
     * @source Linux KVM_SET_USER_MEMORY_REGION
     */
    public void addMemslot(final Memslot slot) {
        guestMemory.add(slot);
    }

    /**
     * Removes guest memory. The bytes may be given back after {@link #awaitGracePeriod}.
     *
     * @param gpa where the slot starts
     * @throws LinuxException EINVAL if no slot starts there
     */
    public void removeMemslot(final long gpa) {
        guestMemory.remove(gpa);
    }

    /**
     * Enables or disables a hypercall in the kernel layers. GET and PUT are enabled from the start.
     *
     * @param opcode hypercall number
     * @param on whether the kernel layers serve it; if not, every call goes to the userspace handler
     * @throws LinuxException EINVAL if it is not a TCE hypercall
     * @source Linux KVM_ENABLE_CAP(KVM_CAP_PPC_ENABLE_HCALL)
     */
    public void enableHcall(final long opcode, final boolean on) {
        if (!enabledHcalls.enable(opcode, on)) {
            throw new LinuxException(Errno.EINVAL, "0x" + Long.toHexString(opcode) + " is not a TCE hypercall");
        }
    }

    /**
     * Creates a table that the kernel layers serve, and a descriptor for it.
     *
     * @param window the window
     * @return the descriptor; close it in {@link #files}
     * @throws LinuxException in this order: EINVAL for a bad geometry; ENOMEM over the locked-memory limit or for a window
     *     too large to describe; EBUSY for a LIOBN in use; EMFILE. Nothing is left behind
     * @source Linux kvm_vm_ioctl_create_spapr_tce()
     */
    public synchronized int createSpaprTce64(final WindowGeometry window) {
        requireOpen();
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
        final int fd = process.files().install(new TceTableFile(this, table, chargedPages));
        tables.add(table);
        tableFiles++;
        return fd;
    }

    /**
     * Creates a table by the older call: 4 KiB pages from bus address 0.
     *
     * @param liobn logical I/O bus number
     * @param windowSizeBytes size of the window in bytes; below 4 KiB there is no page, EINVAL
     * @return the descriptor
     * @throws LinuxException as {@link #createSpaprTce64}
     * @source Linux KVM_CREATE_SPAPR_TCE
     */
    public int createSpaprTce(final long liobn, final int windowSizeBytes) {
        final int shift = WindowGeometry.MIN_PAGE_SHIFT;
        return createSpaprTce64(new WindowGeometry(liobn, shift, 0, Integer.toUnsignedLong(windowSizeBytes) >>> shift));
    }

    synchronized void tableFileClosed(final TceTableFile file) {
        tables.remove(file.table());
        process.lockedMemory().uncharge(file.chargedPages());
        tableFiles--;
        dropTable(file);
    }

    private void dropTable(final TceTableFile file) {
        if (file.dropTable()) {
            process.reclaimer().retire(file.table()::free);
        }
    }

    /**
     * Maps a table file for the userspace handler: it may answer for the window from now on.
     *
     * @param fd descriptor of a table of this VM
     * @return the mapping; close it when the window goes
     * @throws LinuxException EBADF for a bad descriptor, EINVAL for a file that is not a table of this VM, EBUSY if the
     *     LIOBN is mapped already
     */
    public synchronized UserspaceWindow mapTable(final int fd) {
        requireOpen();
        if (!(process.files().file(fd) instanceof TceTableFile file) || file.vm() != this) {
            throw new LinuxException(Errno.EINVAL, "file descriptor " + fd + " is not a TCE table of this VM");
        }
        addWindow(file.table());
        file.holdTable();
        return new UserspaceWindow(this, file);
    }

    /**
     * Makes a table that only the userspace handler answers for, as a VMM does when the kernel refuses one.
     *
     * @param window a valid window
     * @return the window; close it when it goes
     * @throws LinuxException EBUSY if the LIOBN is mapped already
     */
    public synchronized UserspaceWindow createUserspaceWindow(final WindowGeometry window) {
        requireOpen();
        final TceTable table = new TceTable(window, process.hostPageShift(), process.offHeap());
        addWindow(table);
        return new UserspaceWindow(this, new TceTableFile(this, table, 0));
    }

    private void addWindow(final TceTable table) {
        // Whoever finds the window waits until it is open.
        synchronized (table.userspaceSide()) {
            if (!windows.add(table)) {
                throw new LinuxException(
                        Errno.EBUSY, "LIOBN 0x" + Long.toHexString(table.liobn()) + " is mapped already");
            }
            table.userspaceSide().open();
        }
    }

    synchronized void windowClosed(final TceTableFile file) {
        windows.remove(file.table());
        file.table().userspaceSide().close();
        dropTable(file);
    }

    /**
     * Creates a vCPU, offline. Every class that real mode touches is initialized when this returns.
     *
     * @return the vCPU
     * @throws IllegalStateException if the VM has as many vCPUs as it may
     * @throws OutOfMemoryError if there is no off-heap memory for it; nothing is left behind in either case
     */
    public synchronized Vcpu createVcpu() {
        requireOpen();
        final QuiescentReader reader = process.quiescence().register("vcpu " + vcpuNumber);
        HandoffPort port = null;
        HcallCounters counters = null;
        final Vcpu vcpu;
        try {
            port = handoff.openPort();
            counters = new HcallCounters(process.offHeap());
            vcpu = new Vcpu(this, environment, reader, port, counters);
        } catch (final RuntimeException | Error e) {
            reader.close();
            if (port != null) {
                port.close();
            }
            if (counters != null) {
                counters.free();
            }
            throw e;
        }
        vcpuNumber++;
        vcpus.add(vcpu);
        return vcpu;
    }

    synchronized void vcpuClosed(final Vcpu vcpu) {
        vcpus.remove(vcpu);
    }

    /** {@return the windows that the userspace handler answers for, by LIOBN} */
    public LiobnDirectory windows() {
        return windows;
    }

    /** {@return the way to the userspace handler, an Agrona agent to be run by the embedder} */
    public InProcessHandoff handoff() {
        return handoff;
    }

    /** {@return the descriptors that table files are opened in} */
    public FileDescriptors files() {
        return process.files();
    }

    /** {@return off-heap bytes of this VM now} */
    public long offHeapBytes() {
        return process.offHeap().allocatedBytes();
    }

    /**
     * Waits until no vCPU can use what was removed before, and frees it.
     *
     * @param timeoutNs how long to wait at most, in nanoseconds
     * @return null when done, else the name of a vCPU that is late: one that is online and makes no calls
     */
    public String awaitGracePeriod(final long timeoutNs) {
        requireOpen();
        return process.reclaimer().awaitGracePeriod(timeoutNs);
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the VM is closed");
        }
    }

    /**
     * Ends the VM and frees all its memory.
     *
     * @throws IllegalStateException if vCPUs, table files or windows are still open; nothing is done then
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        if (!vcpus.isEmpty() || tableFiles != 0 || windows.size() != 0) {
            throw new IllegalStateException(vcpus.size() + " vCPUs, " + tableFiles + " table files and "
                    + windows.size() + " windows of the VM are still open");
        }
        handoff.onClose();
        handoff.free();
        process.reclaimer().reclaim();
        if (ownsProcess) {
            process.close();
        }
        closed = true;
    }
}
