package io.vfiotce.kvm;

import io.vfiotce.dma.DmaSpace;
import io.vfiotce.handoff.Handoff;
import io.vfiotce.handoff.InProcessHandoff;
import io.vfiotce.handoff.UserspaceHandler;
import io.vfiotce.handoff.WindowOperations;
import io.vfiotce.hcall.EnabledHcalls;
import io.vfiotce.hcall.HcallEnvironment;
import io.vfiotce.iommu.HostIommu;
import io.vfiotce.linux.Errno;
import io.vfiotce.linux.FileDescriptors;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.linux.OpenFile;
import io.vfiotce.memory.ChangeCount;
import io.vfiotce.memory.GuestAddressSpace;
import io.vfiotce.memory.Memslot;
import io.vfiotce.memory.Memslots;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.tce.LiobnDirectory;
import io.vfiotce.tce.TceTable;
import io.vfiotce.tce.WindowGeometry;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A virtual machine: guest memory, TCE tables by LIOBN, vCPUs, the way to the userspace handler and to VFIO groups.
 *
 * <p>Life: create it with a handler in this process, run {@link #handoff} on a thread of its own (an Agrona {@code AgentRunner}), add
 * memory and tables, create vCPUs and call {@link Vcpu#hcall} on their threads. At the end close the vCPUs, the runner,
 * then the VM.
 *
 * @threads any but an online vCPU, which goes {@linkplain Vcpu#offline offline} first; any at all what only looks, {@link
 *     #addMemslot}, {@link #removeMemslot} and {@link #enableHcall}. The other changes take the VM's lock, and who has it to
 *     map or to close a window may wait until an answer is applied or a window carried over, which may wait until every online
 *     vCPU has ended its call
 * @source Linux struct kvm, arch/powerpc/kvm
 */
public final class Vm implements AutoCloseable {
    private final UserProcess process;
    private final boolean ownsProcess;
    private final GuestAddressSpace guestMemory;
    private final EnabledHcalls enabledHcalls;
    private final HostIommu host;
    private final TableFiles tableFiles;
    private final HcallEnvironment environment;
    private final VmHandoff handoff;
    private final Vcpus vcpus;
    private final DmaSpace dma;
    private boolean hasDevice;
    private volatile WindowOperations windowOperations = WindowOperations.NONE;
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
        this(config, handler, null);
    }

    /**
     * Creates a VM whose handler is elsewhere.
     *
     * @param config how to set it up; how vCPUs wait is the hand-off's affair
     * @param handoff the way to the handler; close it after the VM
     * @throws IllegalStateException if the JVM lacks the flag that Agrona needs
     */
    public Vm(final VmConfig config, final Handoff handoff) {
        this(config, null, handoff);
    }

    private Vm(
            final VmConfig config, final Function<LiobnDirectory, UserspaceHandler> handler, final Handoff elsewhere) {
        ownsProcess = config.process() == null;
        process = ownsProcess ? new UserProcess(config.ownProcess()) : config.process();
        final ChangeCount changes = process.changes();
        host = config.host();
        tableFiles = new TableFiles(this, process);
        guestMemory = new GuestAddressSpace(process.hostPageShift(), changes);
        enabledHcalls = new EnabledHcalls(config.realMode(), changes);
        environment = new HcallEnvironment(
                enabledHcalls,
                changes,
                tableFiles.tables(),
                tableFiles.windows(),
                guestMemory,
                process.pinnedMemory(),
                process.offHeap(),
                () -> windowOperations);
        handoff = elsewhere == null
                ? VmHandoff.inProcess(config, handler, tableFiles.windows(), process)
                : new VmHandoff(elsewhere);
        tableFiles.publishTo(handoff.handoff());
        vcpus = new Vcpus(process, handoff.handoff());
        dma = new DmaSpace(process, guestMemory, tableFiles.tables(), tableFiles.windows());
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
     * Does something while every hypercall that changes a window goes to userspace, so that nothing changes it but what
     * userspace does. The caller must not be an online vCPU.
     *
     * @param window the window
     * @param action what to do; it may lock the window to keep userspace out too
     * @throws LinuxException EBUSY, with nothing done, if a vCPU does not end its call in time; it is named
     */
    public void whileUserspaceOnly(final UserspaceWindow window, final Runnable action) {
        tableFiles.whileUserspaceOnly(window.table(), action);
    }

    /**
     * As above, for several windows at once; no table or window of the VM comes or goes meanwhile.
     *
     * @param tables their guest views
     * @param action what to do with this VM
     * @throws LinuxException as above
     */
    public void whileUserspaceOnly(final List<TceTable> tables, final Consumer<Vm> action) {
        tableFiles.whileUserspaceOnly(tables, action);
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
        return tableFiles.create(window);
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
        tableFiles.fileClosed(file);
    }

    TceTableFile requireTable(final OpenFile file, final int fd) {
        return tableFiles.requireTable(file, fd);
    }

    /**
     * Creates a device of KVM.
     *
     * @param type {@link KvmDeviceDescriptor#KVM_DEV_TYPE_VFIO}
     * @param flags {@link KvmDeviceDescriptor#KVM_CREATE_DEVICE_TEST} to ask only whether the type exists; other bits mean
     *     nothing
     * @return descriptor of a {@link KvmVfioDevice}; 0 if it was only asked for
     * @throws LinuxException in this order: ENODEV for another type; EBUSY if the VM has such a device already; EMFILE
     * @source Linux kvm_ioctl_create_device()
     */
    public synchronized int createDevice(final int type, final int flags) {
        requireOpen();
        if (type != KvmDeviceDescriptor.KVM_DEV_TYPE_VFIO) {
            throw new LinuxException(Errno.ENODEV, "there is no device of type " + type);
        }
        if ((flags & KvmDeviceDescriptor.KVM_CREATE_DEVICE_TEST) != 0) {
            return 0;
        }
        if (hasDevice) {
            throw new LinuxException(Errno.EBUSY, "the VM has a KVM-VFIO device already");
        }
        final int fd = process.files().install(new KvmVfioDevice(this));
        hasDevice = true;
        return fd;
    }

    synchronized void deviceClosed() {
        hasDevice = false;
    }

    /**
     * Asks for a capability.
     *
     * @param capability one of {@link KvmCapability}
     * @return 1 if the VM has it, else 0
     * @source Linux KVM_CHECK_EXTENSION
     */
    public int checkExtension(final int capability) {
        return switch (capability) {
            case KvmCapability.KVM_CAP_SPAPR_TCE,
                    KvmCapability.KVM_CAP_SPAPR_MULTITCE,
                    KvmCapability.KVM_CAP_PPC_ENABLE_HCALL,
                    KvmCapability.KVM_CAP_SPAPR_TCE_64 -> 1;
            // Without the host's IOMMU groups the VM is as one on a host that is itself a guest.
            case KvmCapability.KVM_CAP_SPAPR_TCE_VFIO -> host == null ? 0 : 1;
            default -> 0;
        };
    }

    /** {@return the process that the VM belongs to} */
    public UserProcess process() {
        return process;
    }

    /** {@return the DMA of the VM's devices: they open their contexts there} */
    public DmaSpace dma() {
        return dma;
    }

    HostIommu host() {
        return host;
    }

    LiobnDirectory tables() {
        return tableFiles.tables();
    }

    /**
     * Maps a table file for the userspace handler: it may answer for the window from now on.
     *
     * @param fd descriptor of a table of this VM
     * @return the mapping; close it when the window goes
     * @throws LinuxException EBADF for a bad descriptor, EINVAL for a file that is not a table of this VM, EBUSY if the
     *     LIOBN is mapped already
     * @threads any but an online vCPU; waits until an answer for the table's former window is applied
     */
    public synchronized UserspaceWindow mapTable(final int fd) {
        requireOpen();
        return tableFiles.map(fd);
    }

    /**
     * Makes a table that only the userspace handler answers for, as a VMM does when the kernel refuses one.
     *
     * @param window a valid window
     * @return the window; close it when it goes
     * @throws LinuxException EBUSY if the LIOBN is mapped already
     * @threads any but an online vCPU
     */
    public synchronized UserspaceWindow createUserspaceWindow(final WindowGeometry window) {
        requireOpen();
        return tableFiles.createUserspaceWindow(window);
    }

    synchronized void windowClosed(final TceTableFile file) {
        tableFiles.windowClosed(file);
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
        return vcpus.create(this, environment);
    }

    synchronized void vcpuClosed(final Vcpu vcpu) {
        vcpus.closed(vcpu);
    }

    /** {@return the guest's memory of this moment} */
    public Memslots memslots() {
        return guestMemory.memslotsAcquire();
    }

    /** {@return the windows that the userspace handler answers for, by LIOBN} */
    public LiobnDirectory windows() {
        return tableFiles.windows();
    }

    /**
     * The way to a handler in this process, an Agrona agent to be run by the embedder.
     *
     * @return the hand-off
     * @throws IllegalStateException if the handler is elsewhere
     */
    public InProcessHandoff handoff() {
        return handoff.requireInProcess();
    }

    /** {@return the descriptors that table files and the KVM-VFIO device are opened in} */
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

    /**
     * Sets what makes and removes windows when the guest asks firmware for it; nothing does unless set, and the guest is told
     * of a hardware error.
     *
     * @param operations applies what the handler answers
     */
    public void windowOperations(final WindowOperations operations) {
        windowOperations = operations;
    }

    void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the VM is closed");
        }
    }

    /**
     * Ends the VM and frees all its memory.
     *
     * @throws IllegalStateException if vCPUs, DMA contexts, table files, windows or the KVM-VFIO device are still open, or the
     *     dirty log is on; nothing is done then
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        final int files = tableFiles.openFiles();
        final int windows = tableFiles.windows().size();
        final int devices = hasDevice ? 1 : 0;
        if (vcpus.count() + files + windows + devices != 0) {
            throw new IllegalStateException(vcpus.count() + " vCPUs, " + files + " table files, " + windows
                    + " windows and " + devices + " KVM-VFIO devices of the VM are still open");
        }
        dma.close();
        handoff.close();
        process.reclaimer().reclaim();
        if (ownsProcess) {
            process.close();
        }
        closed = true;
    }
}
