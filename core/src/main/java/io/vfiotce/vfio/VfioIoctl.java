package io.vfiotce.vfio;

import io.vfiotce.linux.Errno;
import io.vfiotce.linux.IoctlArgument;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.linux.OpenFile;
import io.vfiotce.memory.UserProcess;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.agrona.MutableDirectBuffer;

/**
 * The ioctl system call for VFIO files: returns what Linux returns, a result that is not negative or a negative errno.
 *
 * <p>Requests are accepted in the encodings of powerpc and of x86. The file is held during the call, so closing its
 * descriptor meanwhile does not release it.
 *
 * @threads any but an online vCPU
 * @source Linux vfio_fops_unl_ioctl(), vfio_group_fops_unl_ioctl(), vfio_device_fops_unl_ioctl()
 */
public final class VfioIoctl {
    private VfioIoctl() {}

    /**
     * Runs an ioctl whose argument is a number.
     *
     * @param caller the process that calls
     * @param fd its file descriptor
     * @param request see {@link VfioRequest}
     * @param argument the number
     * @return the result, or a negative errno
     */
    public static long ioctl(final UserProcess caller, final int fd, final int request, final long argument) {
        return ioctl(caller, fd, request, IoctlArgument.of(argument));
    }

    /**
     * Runs an ioctl whose argument points to a structure.
     *
     * @param caller the process that calls
     * @param fd its file descriptor
     * @param request see {@link VfioRequest}
     * @param buffer the caller's memory; null for a null pointer
     * @param offset where the structure starts
     * @return the result, or a negative errno
     */
    public static long ioctl(
            final UserProcess caller,
            final int fd,
            final int request,
            final MutableDirectBuffer buffer,
            final int offset) {
        return ioctl(caller, fd, request, IoctlArgument.of(buffer, offset));
    }

    /**
     * Runs an ioctl.
     *
     * @param caller the process that calls
     * @param fd its file descriptor
     * @param request see {@link VfioRequest}
     * @param argument the argument
     * @return the result, or a negative errno: -EBADF if the descriptor is not open, -ENOTTY if it is no file of VFIO or a
     *     group does not know the request, -EFAULT if the argument cannot be read or written, else what the call says
     */
    public static long ioctl(final UserProcess caller, final int fd, final int request, final IoctlArgument argument) {
        try {
            final OpenFile file = caller.files().hold(fd);
            try {
                return run(caller, file, VfioRequest.powerpc(request), argument);
            } finally {
                file.put();
            }
        } catch (final LinuxException e) {
            return e.result();
        }
    }

    private static long run(
            final UserProcess caller, final OpenFile file, final int request, final IoctlArgument argument) {
        if (file instanceof VfioContainer container) {
            return container(caller, container, request, argument);
        }
        if (file instanceof VfioGroupFile group) {
            return group(caller, group, request, argument);
        }
        if (file instanceof VfioDeviceFile device) {
            return device.ioctl(caller, request, argument);
        }
        throw new LinuxException(Errno.ENOTTY, "not a file of VFIO");
    }

    private static long container(
            final UserProcess caller, final VfioContainer file, final int request, final IoctlArgument argument) {
        switch (request) {
            case VfioRequest.VFIO_GET_API_VERSION:
                return file.getApiVersion();
            case VfioRequest.VFIO_CHECK_EXTENSION:
                return file.checkExtension(argument.value());
            case VfioRequest.VFIO_SET_IOMMU:
                file.setIommu(caller, argument.value());
                return 0;
            default:
                return file.driverIoctl(caller, request, argument);
        }
    }

    private static long group(
            final UserProcess caller, final VfioGroupFile file, final int request, final IoctlArgument argument) {
        switch (request) {
            case VfioRequest.VFIO_GROUP_GET_STATUS:
                GroupStatusLayout.STRUCT.requireThrough(argument, GroupStatusLayout.FLAGS);
                GroupStatusLayout.FLAGS.int32(argument, file.getStatus());
                return 0;
            case VfioRequest.VFIO_GROUP_SET_CONTAINER:
                file.setContainer(caller, argument.int32(0));
                return 0;
            case VfioRequest.VFIO_GROUP_UNSET_CONTAINER:
                file.unsetContainer();
                return 0;
            case VfioRequest.VFIO_GROUP_GET_DEVICE_FD:
                return file.getDeviceFd(caller, name(argument, 1 << caller.hostPageShift()));
            default:
                throw new VfioException(
                        Errno.ENOTTY, "a group does not know request 0x" + Integer.toHexString(request));
        }
    }

    /**
     * Reads a name that ends with a zero byte.
     *
     * @source Linux strndup_user()
     */
    private static String name(final IoctlArgument argument, final int pageBytes) {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int next = argument.int8(0); next != 0; next = argument.int8(bytes.size())) {
            bytes.write(next);
            if (bytes.size() == pageBytes) {
                throw VfioException.invalid("a device name is longer than a page");
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
