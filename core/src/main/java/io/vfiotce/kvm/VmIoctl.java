package io.vfiotce.kvm;

import io.vfiotce.linux.Errno;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.tce.WindowGeometry;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;

/**
 * The table-creating ioctls of a VM over their raw arguments, for embedders that hold a structure and not its fields.
 *
 * @threads any but an online vCPU
 */
public final class VmIoctl {
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    private VmIoctl() {}

    /**
     * Runs an ioctl on a VM.
     *
     * @param vm the VM
     * @param request {@link SpaprTceDescriptor#KVM_CREATE_SPAPR_TCE} or {@link
     *     SpaprTceDescriptor#KVM_CREATE_SPAPR_TCE_64}
     * @param argument holds the structure
     * @param offset where it starts in {@code argument}
     * @return a descriptor, or a negative errno: -EFAULT if the structure is not all there, -EINVAL for flags, -ENOTTY for
     *     another request, else as {@link Vm#createSpaprTce64}
     * @source Linux kvm_arch_vm_ioctl()
     */
    public static long ioctl(final Vm vm, final int request, final DirectBuffer argument, final int offset) {
        try {
            return switch (request) {
                case SpaprTceDescriptor.KVM_CREATE_SPAPR_TCE -> create(vm, argument, offset);
                case SpaprTceDescriptor.KVM_CREATE_SPAPR_TCE_64 -> create64(vm, argument, offset);
                default -> -Errno.ENOTTY.number();
            };
        } catch (final LinuxException e) {
            return e.result();
        }
    }

    private static int create(final Vm vm, final DirectBuffer argument, final int offset) {
        requireReadable(argument, offset, SpaprTceDescriptor.CREATE_BYTES);
        return vm.createSpaprTce(
                argument.getLong(offset + SpaprTceDescriptor.LIOBN_OFFSET, ORDER),
                argument.getInt(offset + SpaprTceDescriptor.WINDOW_SIZE_OFFSET, ORDER));
    }

    private static int create64(final Vm vm, final DirectBuffer argument, final int offset) {
        requireReadable(argument, offset, SpaprTceDescriptor.CREATE_64_BYTES);
        final int flags = argument.getInt(offset + SpaprTceDescriptor.FLAGS_OFFSET, ORDER);
        if (flags != 0) {
            throw new LinuxException(Errno.EINVAL, "flags=0x" + Integer.toHexString(flags) + " is not 0");
        }
        return vm.createSpaprTce64(new WindowGeometry(
                argument.getLong(offset + SpaprTceDescriptor.LIOBN_OFFSET, ORDER),
                argument.getInt(offset + SpaprTceDescriptor.PAGE_SHIFT_OFFSET, ORDER),
                argument.getLong(offset + SpaprTceDescriptor.OFFSET_PAGES_OFFSET, ORDER),
                argument.getLong(offset + SpaprTceDescriptor.SIZE_PAGES_OFFSET, ORDER)));
    }

    private static void requireReadable(final DirectBuffer argument, final int offset, final int bytes) {
        if (argument == null || offset < 0 || argument.capacity() - bytes < offset) {
            throw new LinuxException(Errno.EFAULT, "no " + bytes + " bytes of argument at offset " + offset);
        }
    }
}
