package io.vfiotce.vfio.spapr;

import io.vfiotce.iommu.EehPe;
import io.vfiotce.iommu.IommuGroup;
import io.vfiotce.iommu.IommuTableGroup;
import io.vfiotce.linux.Errno;
import io.vfiotce.memory.MappingTurns;
import io.vfiotce.memory.PinnedMemory;
import io.vfiotce.memory.PinnedRegion;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.vfio.VfioException;
import io.vfiotce.vfio.spapr.SpaprContainer.Attachment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * The sPAPR TCE driver's data of one container, with the container's ioctls as methods.
 *
 * <p>The first process that enables it, registers memory or makes or removes a window owns it; every call of another is
 * refused with EPERM. After {@link #release} every call is refused with ENODEV.
 *
 * @threads any but an online vCPU; {@link #mapDma}, {@link #unregisterMemory} and {@link #removeWindow} may wait until running
 *     hypercalls have ended
 * @source Linux drivers/vfio/vfio_iommu_spapr_tce.c
 */
public final class SpaprTceIommu {
    private final boolean eehEnabled;
    private final SpaprContainer container;
    private final GroupCalls groups;
    private final EnableCalls enabling;
    private final WindowCalls windows;
    private final DmaCalls dma;
    private final MemoryCalls memory;

    /**
     * Creates the data of a container without groups.
     *
     * @param isV2 whether it is version 2
     * @param eehEnabled whether the host has enhanced error handling
     */
    SpaprTceIommu(final boolean isV2, final boolean eehEnabled) {
        this.eehEnabled = eehEnabled;
        container = new SpaprContainer(isV2);
        groups = new GroupCalls(container);
        enabling = new EnableCalls(container);
        windows = new WindowCalls(container);
        dma = new DmaCalls(container, windows);
        memory = new MemoryCalls(container);
    }

    /** {@return whether this is version 2} */
    public boolean isV2() {
        return container.isV2;
    }

    /**
     * Allows mapping, version 1: charges the whole default window.
     *
     * @param caller the calling process
     * @throws VfioException EPERM, ENOTTY for version 2, EBUSY if enabled, ENODEV without a group, ENOMEM
     */
    public void enable(final UserProcess caller) {
        synchronized (container) {
            container.requireVersion(caller, false);
            enabling.enable(caller);
        }
    }

    /**
     * Forbids mapping, version 1; what is mapped stays. Nothing happens if it is forbidden.
     *
     * @param caller the calling process
     * @throws VfioException EPERM, ENOTTY for version 2
     */
    public void disable(final UserProcess caller) {
        synchronized (container) {
            container.requireVersion(caller, false);
            enabling.disable();
        }
    }

    /**
     * Tells what the platform offers.
     *
     * @param caller the calling process
     * @return the platform's windows, those of the group attached last
     * @throws VfioException EPERM, ENXIO without a group
     */
    public SpaprTceInfo getInfo(final UserProcess caller) {
        synchronized (container) {
            container.requireCaller(caller);
            container.requireGroups();
            final IommuTableGroup first = container.first();
            if (first == null) {
                throw SpaprContainer.refuse(Errno.ENXIO, "the platform does not know the group");
            }
            final boolean dynamic = container.isV2 && first.maxDynamicWindows() != 0;
            return new SpaprTceInfo(
                    first.defaultWindowStartBytes(),
                    first.defaultWindowSizeBytes(),
                    dynamic,
                    dynamic ? first.pageSizes() : 0,
                    dynamic ? first.maxDynamicWindows() : 0,
                    dynamic ? first.maxLevels() : 0);
        }
    }

    /**
     * Maps memory; what was mapped there is unmapped.
     *
     * @param caller the calling process
     * @param flags {@link io.vfiotce.vfio.DmaMapLayout#FLAG_READ} and {@link io.vfiotce.vfio.DmaMapLayout#FLAG_WRITE}
     * @param vaddr user address
     * @param iova bus address
     * @param sizeBytes size, a multiple of the window's page; 0 maps nothing
     * @throws VfioException EPERM, EINVAL, ENXIO outside every window, EFAULT, ENOMEM; nothing is mapped then. A bus address
     *     that is no multiple of the window's page is EINVAL, where the ioctl returns 1
     * @cost no allocation
     */
    public void mapDma(
            final UserProcess caller, final int flags, final long vaddr, final long iova, final long sizeBytes) {
        requireInRange(mapDmaResult(caller, flags, vaddr, iova, sizeBytes), iova);
    }

    long mapDmaResult(
            final UserProcess caller, final int flags, final long vaddr, final long iova, final long sizeBytes) {
        final MappingTurns turns = caller.pinnedMemory().turns();
        turns.beginMapping();
        try {
            synchronized (container) {
                return dma.map(caller, flags, vaddr, iova, sizeBytes);
            }
        } finally {
            turns.endMapping();
        }
    }

    /**
     * Unmaps memory; what is not mapped is passed over.
     *
     * @param caller the calling process
     * @param flags must be 0
     * @param iova bus address
     * @param sizeBytes size, a multiple of the window's page
     * @throws VfioException EPERM, EINVAL, ENXIO outside every window; nothing is unmapped then. A range that is not aligned
     *     or not within the window is EINVAL, where the ioctl returns 1
     * @cost no allocation
     */
    public void unmapDma(final UserProcess caller, final int flags, final long iova, final long sizeBytes) {
        requireInRange(unmapDmaResult(caller, flags, iova, sizeBytes), iova);
    }

    long unmapDmaResult(final UserProcess caller, final int flags, final long iova, final long sizeBytes) {
        synchronized (container) {
            return dma.unmap(caller, flags, iova, sizeBytes);
        }
    }

    private static void requireInRange(final long result, final long iova) {
        if (result != 0) {
            throw SpaprContainer.refuse(
                    Errno.EINVAL, "the range at bus address 0x" + Long.toHexString(iova) + " does not fit the window");
        }
    }

    /**
     * Registers memory for mapping, version 2.
     *
     * @param caller the calling process
     * @param flags must be 0
     * @param vaddr user address, a multiple of the host page
     * @param sizeBytes size, likewise
     * @throws VfioException EPERM, ENOTTY for version 1, EINVAL also for an overlap, EBUSY if this container has it, ENOMEM,
     *     EFAULT; nothing is pinned then
     */
    public void registerMemory(final UserProcess caller, final int flags, final long vaddr, final long sizeBytes) {
        requireVersion(caller, true);
        memory.register(caller, flags, vaddr, sizeBytes);
    }

    /**
     * Unregisters memory, version 2.
     *
     * @param caller the calling process
     * @param flags must be 0
     * @param vaddr user address, exactly as registered
     * @param sizeBytes size, exactly as registered
     * @throws VfioException EPERM, ENOTTY for version 1, EINVAL, ENOENT, EBUSY if something is mapped or a vCPU is late;
     *     the memory stays registered then
     */
    public void unregisterMemory(final UserProcess caller, final int flags, final long vaddr, final long sizeBytes) {
        requireVersion(caller, true);
        memory.unregister(caller, flags, vaddr, sizeBytes);
    }

    /**
     * Makes a window, version 2.
     *
     * @param caller the calling process
     * @param flags must be 0
     * @param pageShift log2 of the I/O page size in bytes
     * @param windowSizeBytes size, a power of two
     * @param levels levels of its table
     * @return the window's bus address
     * @throws VfioException EPERM, ENOTTY for version 1, ENXIO without a group, EINVAL, ENOSPC, ENOMEM, what the firmware says
     */
    public long createWindow(
            final UserProcess caller,
            final int flags,
            final int pageShift,
            final long windowSizeBytes,
            final int levels) {
        synchronized (container) {
            container.requireVersion(caller, true);
            return windows.create(caller, flags, pageShift, windowSizeBytes, levels);
        }
    }

    /**
     * Removes a window with all its mappings, version 2. If a vCPU is late, the mappings go when it no longer is.
     *
     * @param caller the calling process
     * @param flags must be 0
     * @param startAddress any bus address in the window
     * @throws VfioException EPERM, ENOTTY for version 1, ENXIO without a group, EINVAL outside every window
     */
    public void removeWindow(final UserProcess caller, final int flags, final long startAddress) {
        final boolean removed;
        synchronized (container) {
            container.requireVersion(caller, true);
            removed = windows.remove(caller, flags, startAddress);
        }
        if (removed) {
            caller.awaitGracePeriod();
        }
    }

    /**
     * Does an error-handling operation on the endpoint of each group, until one result is not 0.
     *
     * @param caller the calling process
     * @param op VFIO_EEH_PE_DISABLE (0) to VFIO_EEH_PE_CONFIGURE (8)
     * @return 0, or the state if that was asked for
     * @throws VfioException EPERM, ENODEV if a group has no endpoint, EINVAL, EIO, ENOENT if the platform cannot
     */
    public int eehOp(final UserProcess caller, final int op) {
        return eehOnEach(caller, pe -> EehCalls.apply(pe, op, eehEnabled));
    }

    /**
     * Injects an error into the endpoint of each group.
     *
     * @param caller the calling process
     * @param error what fails
     * @throws VfioException EPERM, ENODEV if a group has no endpoint, EINVAL, ENOENT if the platform cannot
     */
    public void eehInjectError(final UserProcess caller, final EehPe.InjectedError error) {
        eehOnEach(caller, pe -> {
            pe.inject(error);
            return 0;
        });
    }

    int eehOnEach(final UserProcess caller, final ToIntFunction<EehPe> op) {
        final List<Attachment> attached;
        synchronized (container) {
            container.requireCaller(caller);
            attached = List.copyOf(container.groups);
        }
        return EehCalls.onEach(attached, op);
    }

    int applyEeh(final EehPe pe, final int op) {
        return EehCalls.apply(pe, op, eehEnabled);
    }

    void requireCaller(final UserProcess caller) {
        synchronized (container) {
            container.requireCaller(caller);
        }
    }

    void requireEnabled(final UserProcess caller) {
        synchronized (container) {
            container.requireEnabled(caller);
        }
    }

    void requireVersion(final UserProcess caller, final boolean wantsV2) {
        synchronized (container) {
            container.requireVersion(caller, wantsV2);
        }
    }

    /** The checks that REGISTER, TCE_CREATE and TCE_REMOVE make before they look at their argument. */
    void requireV2AndBind(final UserProcess caller, final boolean needsGroups) {
        synchronized (container) {
            container.requireVersion(caller, true);
            container.bind(caller);
            if (needsGroups) {
                container.requireGroups();
            }
        }
    }

    /** The checks that UNREGISTER makes before it looks at its argument. */
    void requireV2AndBound(final UserProcess caller) {
        synchronized (container) {
            container.requireVersion(caller, true);
            memory.requireBound();
        }
    }

    void attachGroup(final IommuGroup group) {
        synchronized (container) {
            groups.attach(group);
        }
    }

    void detachGroup(final IommuGroup group) {
        synchronized (container) {
            groups.detach(group);
        }
    }

    /** Ends the container's data without waiting: what running hypercalls may still use goes when they have ended. */
    void release() {
        final UserProcess process;
        final Runnable rest;
        synchronized (container) {
            if (container.released) {
                return;
            }
            groups.detachAll();
            rest = takeOutAll();
            enabling.disable();
            process = container.process;
            container.released = true;
            container.notifyAll();
        }
        if (process != null) {
            process.reclaimer().retire(rest);
        }
    }

    private Runnable takeOutAll() {
        final List<Runnable> clearing = new ArrayList<>();
        for (int slot = 0; slot < container.tables.length; slot++) {
            if (container.tables[slot] != null) {
                clearing.add(windows.takeOut(slot));
            }
        }
        final List<PinnedRegion> regions = memory.takeAll();
        final PinnedMemory pinned = container.process == null ? null : container.process.pinnedMemory();
        return () -> {
            clearing.forEach(Runnable::run);
            regions.forEach(pinned::release);
        };
    }
}
