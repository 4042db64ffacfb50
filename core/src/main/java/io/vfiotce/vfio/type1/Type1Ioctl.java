package io.vfiotce.vfio.type1;

import io.vfiotce.linux.Errno;
import io.vfiotce.linux.IoctlArgument;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.vfio.BitmapLayout;
import io.vfiotce.vfio.DirtyBitmapGetLayout;
import io.vfiotce.vfio.DirtyBitmapLayout;
import io.vfiotce.vfio.DmaMapLayout;
import io.vfiotce.vfio.DmaUnmapLayout;
import io.vfiotce.vfio.StructField;
import io.vfiotce.vfio.Type1InfoLayout;
import io.vfiotce.vfio.VfioException;
import io.vfiotce.vfio.VfioExtension;
import io.vfiotce.vfio.VfioRequest;

/**
 * The ioctls of a type1 container over their raw arguments.
 *
 * @threads any
 * @source Linux vfio_iommu_type1_ioctl()
 */
final class Type1Ioctl {
    private static final int MAP_FLAGS = DmaMapLayout.FLAG_READ | DmaMapLayout.FLAG_WRITE | DmaMapLayout.FLAG_VADDR;
    private static final int UNMAP_FLAGS =
            DmaUnmapLayout.FLAG_GET_DIRTY_BITMAP | DmaUnmapLayout.FLAG_ALL | DmaUnmapLayout.FLAG_VADDR;
    private static final int DIRTY_FLAGS =
            DirtyBitmapLayout.FLAG_START | DirtyBitmapLayout.FLAG_STOP | DirtyBitmapLayout.FLAG_GET_BITMAP;

    private Type1Ioctl() {}

    /**
     * Runs an ioctl.
     *
     * @param iommu the container's data; null for VFIO_CHECK_EXTENSION on a container without a driver
     * @param caller the process that calls
     * @param request ioctl number
     * @param argument its argument
     * @return what the ioctl returns
     */
    static long ioctl(
            final Type1Iommu iommu, final UserProcess caller, final int request, final IoctlArgument argument) {
        switch (VfioRequest.powerpc(request)) {
            case VfioRequest.VFIO_CHECK_EXTENSION:
                return checkExtension(iommu, argument.value()) ? 1 : 0;
            case VfioRequest.VFIO_IOMMU_GET_INFO:
                getInfo(iommu, argument);
                return 0;
            case VfioRequest.VFIO_IOMMU_MAP_DMA:
                mapDma(iommu, caller, argument);
                return 0;
            case VfioRequest.VFIO_IOMMU_UNMAP_DMA:
                unmapDma(iommu, argument);
                return 0;
            case VfioRequest.VFIO_IOMMU_DIRTY_PAGES:
                dirtyPages(iommu, argument);
                return 0;
            default:
                throw new VfioException(Errno.ENOTTY, "type1 has no request 0x" + Integer.toHexString(request));
        }
    }

    private static boolean checkExtension(final Type1Iommu iommu, final long extension) {
        if (extension == VfioExtension.DMA_CC) {
            return iommu != null && iommu.enforcesCoherency();
        }
        if (extension == VfioExtension.UPDATE_VADDR) {
            return iommu != null;
        }
        return extension == VfioExtension.TYPE1
                || extension == VfioExtension.TYPE1V2
                || extension == VfioExtension.TYPE1_NESTING
                || extension == VfioExtension.UNMAP_ALL;
    }

    private static void getInfo(final Type1Iommu iommu, final IoctlArgument argument) {
        Type1InfoLayout.STRUCT.requireThrough(argument, Type1InfoLayout.IOVA_PGSIZES);
        final Type1Info info = iommu.getInfo();
        final int argsz = Type1InfoLayout.ARGSZ.int32(argument);
        final boolean hasCapOffset =
                Integer.compareUnsigned(argsz, StructField.offsetOfEnd(Type1InfoLayout.CAP_OFFSET)) >= 0;
        final int firstCapability = Type1InfoLayout.STRUCT.sizeBytes();
        final int neededBytes = firstCapability + Type1Capabilities.sizeBytes(info);
        final boolean hasRoom = Integer.compareUnsigned(argsz, neededBytes) >= 0;
        // Everything that will be written is there, or nothing is written.
        if (hasRoom) {
            argument.requireBytes(neededBytes);
            Type1Capabilities.write(argument, firstCapability, info);
        } else if (hasCapOffset) {
            argument.requireBytes(StructField.offsetOfEnd(Type1InfoLayout.CAP_OFFSET));
        }
        if (hasCapOffset) {
            Type1InfoLayout.CAP_OFFSET.int32(argument, hasRoom ? firstCapability : 0);
        }
        if (!hasRoom) {
            Type1InfoLayout.ARGSZ.int32(argument, neededBytes);
        }
        Type1InfoLayout.FLAGS.int32(argument, Type1InfoLayout.FLAG_PGSIZES | Type1InfoLayout.FLAG_CAPS);
        Type1InfoLayout.IOVA_PGSIZES.int64(argument, info.pageSizes());
    }

    private static void mapDma(final Type1Iommu iommu, final UserProcess caller, final IoctlArgument argument) {
        DmaMapLayout.STRUCT.requireThrough(argument, DmaMapLayout.SIZE);
        iommu.mapDma(
                caller,
                knownFlags(DmaMapLayout.FLAGS.int32(argument), MAP_FLAGS),
                DmaMapLayout.VADDR.int64(argument),
                DmaMapLayout.IOVA.int64(argument),
                DmaMapLayout.SIZE.int64(argument));
    }

    private static void unmapDma(final Type1Iommu iommu, final IoctlArgument argument) {
        DmaUnmapLayout.STRUCT.requireThrough(argument, DmaUnmapLayout.SIZE);
        final int flags = knownFlags(DmaUnmapLayout.FLAGS.int32(argument), UNMAP_FLAGS);
        final long iova = DmaUnmapLayout.IOVA.int64(argument);
        final long sizeBytes = DmaUnmapLayout.SIZE.int64(argument);
        final long removedBytes;
        if ((flags & DmaUnmapLayout.FLAG_GET_DIRTY_BITMAP) == 0) {
            removedBytes = iommu.unmapDma(flags, iova, sizeBytes);
        } else if (flags == DmaUnmapLayout.FLAG_GET_DIRTY_BITMAP) {
            requireRoom(
                    DmaUnmapLayout.ARGSZ.int32(argument),
                    DmaUnmapLayout.DATA.offset() + BitmapLayout.STRUCT.sizeBytes());
            final StructField bitmap = DmaUnmapLayout.DATA;
            removedBytes = iommu.unmapDma(
                    iova, sizeBytes, BitmapLayout.PGSIZE.in(bitmap).int64(argument), UserBitmap.at(argument, bitmap));
        } else {
            throw VfioException.invalid("dirty pages are told for a range that is unmapped");
        }
        DmaUnmapLayout.SIZE.int64(argument, removedBytes);
    }

    private static void dirtyPages(final Type1Iommu iommu, final IoctlArgument argument) {
        iommu.requireVersion2();
        DirtyBitmapLayout.STRUCT.requireThrough(argument, DirtyBitmapLayout.FLAGS);
        switch (knownFlags(DirtyBitmapLayout.FLAGS.int32(argument), DIRTY_FLAGS)) {
            case DirtyBitmapLayout.FLAG_START:
                iommu.startDirtyTracking();
                break;
            case DirtyBitmapLayout.FLAG_STOP:
                iommu.stopDirtyTracking();
                break;
            case DirtyBitmapLayout.FLAG_GET_BITMAP:
                getBitmap(iommu, argument);
                break;
            default:
                throw VfioException.invalid("not exactly one flag");
        }
    }

    private static void getBitmap(final Type1Iommu iommu, final IoctlArgument argument) {
        final StructField range = DirtyBitmapLayout.DATA;
        requireRoom(DirtyBitmapLayout.ARGSZ.int32(argument), range.offset() + DirtyBitmapGetLayout.STRUCT.sizeBytes());
        final StructField bitmap = DirtyBitmapGetLayout.BITMAP.in(range);
        iommu.dirtyBitmap(
                DirtyBitmapGetLayout.IOVA.in(range).int64(argument),
                DirtyBitmapGetLayout.SIZE.in(range).int64(argument),
                BitmapLayout.PGSIZE.in(bitmap).int64(argument),
                UserBitmap.at(argument, bitmap));
    }

    private static int knownFlags(final int flags, final int known) {
        if ((flags & ~known) != 0) {
            throw VfioException.invalid("flags=0x" + Integer.toHexString(flags) + " are not all known");
        }
        return flags;
    }

    private static void requireRoom(final int argsz, final int bytes) {
        if (Integer.compareUnsigned(argsz, bytes) < 0) {
            throw VfioException.invalid("argsz=" + Integer.toUnsignedString(argsz) + " is less than " + bytes);
        }
    }
}
