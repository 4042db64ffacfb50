package io.vfiotce.lifecycle;

import io.vfiotce.kvm.KvmVfioDevice;
import io.vfiotce.linux.Errno;
import io.vfiotce.linux.IoctlArgument;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.linux.OpenFile;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.vfio.VfioIoctl;
import io.vfiotce.vfio.VfioRequest;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.stream.Stream;

/** The system calls of one thread. Each returns what Linux returns; anything that is neither that nor an errno fails. */
final class UserCalls {
    private final UserProcess process;
    private final IoctlArgument structure = IoctlArgument.ofNew(64);
    long succeeded;
    long refused;

    UserCalls(final UserProcess process) {
        this.process = process;
    }

    private long checked(final long result) {
        if (result < 0 && Stream.of(Errno.values()).noneMatch(errno -> -errno.number() == result)) {
            throw new AssertionError("result " + result + " is no errno");
        }
        if (result < 0) {
            refused++;
        } else {
            succeeded++;
        }
        return result;
    }

    int call(final IntSupplier call) {
        try {
            return (int) checked(call.getAsInt());
        } catch (final LinuxException e) {
            return (int) checked(e.result());
        }
    }

    void run(final Runnable call) {
        call(() -> {
            call.run();
            return 0;
        });
    }

    int close(final int fd) {
        return call(() -> {
            process.files().close(fd);
            return 0;
        });
    }

    long ioctl(final int fd, final int request, final IoctlArgument argument) {
        return checked(VfioIoctl.ioctl(process, fd, request, argument));
    }

    long ioctl(final int fd, final int request, final long value) {
        return ioctl(fd, request, IoctlArgument.of(value));
    }

    private IoctlArgument structure(final int argsz, final int flags) {
        structure.int32(0, argsz);
        structure.int32(4, flags);
        return structure;
    }

    long setContainer(final int groupFd, final int containerFd) {
        structure.int32(0, containerFd);
        return ioctl(groupFd, VfioRequest.VFIO_GROUP_SET_CONTAINER, structure);
    }

    long deviceFd(final int groupFd, final String name) {
        final byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < bytes.length; i++) {
            structure.int8(i, bytes[i]);
        }
        structure.int8(bytes.length, (byte) 0);
        return ioctl(groupFd, VfioRequest.VFIO_GROUP_GET_DEVICE_FD, structure);
    }

    long memory(final int fd, final boolean register, final int argsz, final long ua, final long bytes) {
        final IoctlArgument argument = structure(argsz, 0);
        argument.int64(8, ua);
        argument.int64(16, bytes);
        return ioctl(
                fd,
                register
                        ? VfioRequest.VFIO_IOMMU_SPAPR_REGISTER_MEMORY
                        : VfioRequest.VFIO_IOMMU_SPAPR_UNREGISTER_MEMORY,
                argument);
    }

    long createWindow(final int fd, final int argsz, final int pageShift, final long bytes, final int levels) {
        final IoctlArgument argument = structure(argsz, 0);
        argument.int32(8, pageShift);
        argument.int64(16, bytes);
        argument.int32(24, levels);
        return ioctl(fd, VfioRequest.VFIO_IOMMU_SPAPR_TCE_CREATE, argument);
    }

    long removeWindow(final int fd, final int argsz, final long start) {
        final IoctlArgument argument = structure(argsz, 0);
        argument.int64(8, start);
        return ioctl(fd, VfioRequest.VFIO_IOMMU_SPAPR_TCE_REMOVE, argument);
    }

    long mapDma(final int fd, final int flags, final long ua, final long iova, final long bytes) {
        final IoctlArgument argument = structure(32, flags);
        argument.int64(8, ua);
        argument.int64(16, iova);
        argument.int64(24, bytes);
        return ioctl(fd, VfioRequest.VFIO_IOMMU_MAP_DMA, argument);
    }

    long unmapDma(final int fd, final long iova, final long bytes) {
        final IoctlArgument argument = structure(24, 0);
        argument.int64(8, iova);
        argument.int64(16, bytes);
        return ioctl(fd, VfioRequest.VFIO_IOMMU_UNMAP_DMA, argument);
    }

    /** Calls a KVM-VFIO device, held for the length of the call as an ioctl holds it. */
    void onDevice(final int fd, final Consumer<KvmVfioDevice> call) {
        run(() -> {
            final OpenFile file = process.files().hold(fd);
            try {
                if (!(file instanceof KvmVfioDevice device)) {
                    throw new LinuxException(Errno.ENOTTY, "no KVM-VFIO device");
                }
                call.accept(device);
            } finally {
                file.put();
            }
        });
    }
}
