package io.vfiotce.vfio.spapr;

import io.vfiotce.iommu.EehPe;
import io.vfiotce.linux.Errno;
import io.vfiotce.linux.IoctlArgument;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.vfio.DmaMapLayout;
import io.vfiotce.vfio.DmaUnmapLayout;
import io.vfiotce.vfio.EehPeOpLayout;
import io.vfiotce.vfio.RegisterMemoryLayout;
import io.vfiotce.vfio.SpaprTceInfoLayout;
import io.vfiotce.vfio.TceCreateLayout;
import io.vfiotce.vfio.TceRemoveLayout;
import io.vfiotce.vfio.VfioRequest;

/**
 * The raw ioctls of a container. Each makes its first checks before it looks at its argument.
 *
 * @threads any
 * @source Linux tce_iommu_ioctl()
 */
final class SpaprIoctl {
    private SpaprIoctl() {}

    static long call(
            final SpaprTceIommu iommu, final UserProcess caller, final int request, final IoctlArgument argument) {
        switch (request) {
            case VfioRequest.VFIO_IOMMU_SPAPR_TCE_GET_INFO -> getInfo(iommu, caller, argument);
            case VfioRequest.VFIO_IOMMU_MAP_DMA -> {
                return map(iommu, caller, argument);
            }
            case VfioRequest.VFIO_IOMMU_UNMAP_DMA -> {
                return unmap(iommu, caller, argument);
            }
            case VfioRequest.VFIO_IOMMU_ENABLE -> iommu.enable(caller);
            case VfioRequest.VFIO_IOMMU_DISABLE -> iommu.disable(caller);
            case VfioRequest.VFIO_IOMMU_SPAPR_REGISTER_MEMORY -> register(iommu, caller, argument);
            case VfioRequest.VFIO_IOMMU_SPAPR_UNREGISTER_MEMORY -> unregister(iommu, caller, argument);
            case VfioRequest.VFIO_IOMMU_SPAPR_TCE_CREATE -> create(iommu, caller, argument);
            case VfioRequest.VFIO_IOMMU_SPAPR_TCE_REMOVE -> remove(iommu, caller, argument);
            case VfioRequest.VFIO_EEH_PE_OP -> {
                return iommu.eehOnEach(caller, pe -> eeh(iommu, pe, argument));
            }
            default -> {
                iommu.requireCaller(caller);
                throw SpaprContainer.refuse(Errno.ENOTTY, "sPAPR TCE has no request 0x" + Integer.toHexString(request));
            }
        }
        return 0;
    }

    private static void getInfo(final SpaprTceIommu iommu, final UserProcess caller, final IoctlArgument argument) {
        final SpaprTceInfo info = iommu.getInfo(caller);
        SpaprTceInfoLayout.STRUCT.requireThrough(argument, SpaprTceInfoLayout.DMA32_WINDOW_SIZE);
        final boolean wantsAll =
                Integer.compareUnsigned(SpaprTceInfoLayout.ARGSZ.int32(argument), SpaprTceInfoLayout.STRUCT.sizeBytes())
                        >= 0;
        if (wantsAll) {
            argument.requireBytes(SpaprTceInfoLayout.STRUCT.sizeBytes());
        }
        SpaprTceInfoLayout.FLAGS.int32(argument, info.dynamicWindows() ? SpaprTceInfoLayout.FLAG_DDW : 0);
        SpaprTceInfoLayout.DMA32_WINDOW_START.int32(argument, (int) info.windowStartBytes());
        SpaprTceInfoLayout.DMA32_WINDOW_SIZE.int32(argument, (int) info.windowSizeBytes());
        if (wantsAll) {
            SpaprTceInfoLayout.DDW_PGSIZES.int64(argument, info.pageSizes());
            SpaprTceInfoLayout.DDW_MAX_DYNAMIC_WINDOWS_SUPPORTED.int32(argument, info.maxWindows());
            SpaprTceInfoLayout.DDW_LEVELS.int32(argument, info.maxLevels());
        }
    }

    private static long map(final SpaprTceIommu iommu, final UserProcess caller, final IoctlArgument argument) {
        iommu.requireEnabled(caller);
        DmaMapLayout.STRUCT.requireThrough(argument, DmaMapLayout.SIZE);
        return iommu.mapDmaResult(
                caller,
                DmaMapLayout.FLAGS.int32(argument),
                DmaMapLayout.VADDR.int64(argument),
                DmaMapLayout.IOVA.int64(argument),
                DmaMapLayout.SIZE.int64(argument));
    }

    private static long unmap(final SpaprTceIommu iommu, final UserProcess caller, final IoctlArgument argument) {
        iommu.requireEnabled(caller);
        DmaUnmapLayout.STRUCT.requireThrough(argument, DmaUnmapLayout.SIZE);
        return iommu.unmapDmaResult(
                caller,
                DmaUnmapLayout.FLAGS.int32(argument),
                DmaUnmapLayout.IOVA.int64(argument),
                DmaUnmapLayout.SIZE.int64(argument));
    }

    private static void register(final SpaprTceIommu iommu, final UserProcess caller, final IoctlArgument argument) {
        iommu.requireV2AndBind(caller, false);
        RegisterMemoryLayout.STRUCT.requireThrough(argument, RegisterMemoryLayout.SIZE);
        iommu.registerMemory(
                caller,
                RegisterMemoryLayout.FLAGS.int32(argument),
                RegisterMemoryLayout.VADDR.int64(argument),
                RegisterMemoryLayout.SIZE.int64(argument));
    }

    private static void unregister(final SpaprTceIommu iommu, final UserProcess caller, final IoctlArgument argument) {
        iommu.requireV2AndBound(caller);
        RegisterMemoryLayout.STRUCT.requireThrough(argument, RegisterMemoryLayout.SIZE);
        iommu.unregisterMemory(
                caller,
                RegisterMemoryLayout.FLAGS.int32(argument),
                RegisterMemoryLayout.VADDR.int64(argument),
                RegisterMemoryLayout.SIZE.int64(argument));
    }

    private static void create(final SpaprTceIommu iommu, final UserProcess caller, final IoctlArgument argument) {
        iommu.requireV2AndBind(caller, true);
        TceCreateLayout.STRUCT.requireThrough(argument, TceCreateLayout.START_ADDR);
        final long start = iommu.createWindow(
                caller,
                TceCreateLayout.FLAGS.int32(argument),
                TceCreateLayout.PAGE_SHIFT.int32(argument),
                TceCreateLayout.WINDOW_SIZE.int64(argument),
                TceCreateLayout.LEVELS.int32(argument));
        TceCreateLayout.START_ADDR.int64(argument, start);
    }

    private static void remove(final SpaprTceIommu iommu, final UserProcess caller, final IoctlArgument argument) {
        iommu.requireV2AndBind(caller, true);
        TceRemoveLayout.STRUCT.requireThrough(argument, TceRemoveLayout.START_ADDR);
        iommu.removeWindow(caller, TceRemoveLayout.FLAGS.int32(argument), TceRemoveLayout.START_ADDR.int64(argument));
    }

    private static int eeh(final SpaprTceIommu iommu, final EehPe pe, final IoctlArgument argument) {
        EehPeOpLayout.STRUCT.requireThrough(argument, EehPeOpLayout.OP);
        SpaprContainer.requireNoFlags(EehPeOpLayout.FLAGS.int32(argument));
        final int op = EehPeOpLayout.OP.int32(argument);
        if (!EehCalls.isInjection(op)) {
            return iommu.applyEeh(pe, op);
        }
        requireInjection(argument);
        pe.inject(new EehPe.InjectedError(
                EehPeOpLayout.ERR_TYPE.int32(argument),
                EehPeOpLayout.ERR_FUNC.int32(argument),
                EehPeOpLayout.ERR_ADDR.int64(argument),
                EehPeOpLayout.ERR_MASK.int64(argument)));
        return 0;
    }

    /** Unlike other calls this one has seen argsz before it copies the rest, so argsz comes first. */
    private static void requireInjection(final IoctlArgument argument) {
        if (Integer.compareUnsigned(EehPeOpLayout.ARGSZ.int32(argument), EehPeOpLayout.STRUCT.sizeBytes()) < 0) {
            throw SpaprContainer.refuse(Errno.EINVAL, "argsz does not hold an error to inject");
        }
        argument.requireBytes(EehPeOpLayout.STRUCT.sizeBytes());
    }
}
