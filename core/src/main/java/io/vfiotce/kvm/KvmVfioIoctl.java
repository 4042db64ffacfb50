package io.vfiotce.kvm;

import io.vfiotce.linux.Errno;
import io.vfiotce.linux.IoctlArgument;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.linux.OpenFile;
import io.vfiotce.memory.UserProcess;

/**
 * The ioctls that create and control a {@link KvmVfioDevice} over their raw arguments; {@link KvmDeviceDescriptor} has the
 * layouts.
 *
 * @threads any but an online vCPU
 */
public final class KvmVfioIoctl {
    private KvmVfioIoctl() {}

    /**
     * Runs an ioctl on a VM.
     *
     * @param vm the VM
     * @param request {@link KvmDeviceDescriptor#KVM_CREATE_DEVICE}
     * @param argument struct kvm_create_device; the new descriptor is written to it
     * @return 0, or a negative errno: -EFAULT if the structure is not all there, -ENOTTY for another request, else as {@link
     *     Vm#createDevice}
     * @source Linux kvm_vm_ioctl()
     */
    public static long vmIoctl(final Vm vm, final int request, final IoctlArgument argument) {
        if (request != KvmDeviceDescriptor.KVM_CREATE_DEVICE) {
            return -Errno.ENOTTY.number();
        }
        try {
            argument.requireBytes(KvmDeviceDescriptor.CREATE_BYTES);
            final int flags = argument.int32(KvmDeviceDescriptor.CREATE_FLAGS_OFFSET);
            final int fd = vm.createDevice(argument.int32(KvmDeviceDescriptor.CREATE_TYPE_OFFSET), flags);
            if ((flags & KvmDeviceDescriptor.KVM_CREATE_DEVICE_TEST) == 0) {
                argument.int32(KvmDeviceDescriptor.CREATE_FD_OFFSET, fd);
            }
            return 0;
        } catch (final LinuxException e) {
            return e.result();
        }
    }

    /**
     * Runs an ioctl on a device's descriptor.
     *
     * @param caller the process that calls
     * @param fd descriptor of a {@link KvmVfioDevice} in the caller's files
     * @param request {@link KvmDeviceDescriptor#KVM_SET_DEVICE_ATTR}, {@link KvmDeviceDescriptor#KVM_GET_DEVICE_ATTR} or
     *     {@link KvmDeviceDescriptor#KVM_HAS_DEVICE_ATTR}
     * @param argument struct kvm_device_attr
     * @return 0, or a negative errno in this order: -EBADF; -EIO if the VM is another process's; -ENOTTY for another request
     *     or file; -EPERM for getting; -EFAULT if the structure is not all there; -ENXIO for an unknown attribute; -EFAULT
     *     if its value is not all there; else as {@link KvmVfioDevice}'s methods
     * @source Linux kvm_device_ioctl()
     */
    public static long ioctl(final UserProcess caller, final int fd, final int request, final IoctlArgument argument) {
        try {
            final OpenFile file = caller.files().hold(fd);
            try {
                if (!(file instanceof KvmVfioDevice device)) {
                    throw new LinuxException(Errno.ENOTTY, "file descriptor " + fd + " is not a KVM-VFIO device");
                }
                run(device, caller, request, argument);
                return 0;
            } finally {
                file.put();
            }
        } catch (final LinuxException e) {
            return e.result();
        }
    }

    private static void run(
            final KvmVfioDevice device, final UserProcess caller, final int request, final IoctlArgument argument) {
        if (device.process() != caller) {
            throw new LinuxException(Errno.EIO, "the VM belongs to another process");
        }
        switch (request) {
            case KvmDeviceDescriptor.KVM_SET_DEVICE_ATTR -> set(device, argument);
            case KvmDeviceDescriptor.KVM_HAS_DEVICE_ATTR -> requireAttribute(argument);
            case KvmDeviceDescriptor.KVM_GET_DEVICE_ATTR ->
                throw new LinuxException(Errno.EPERM, "a KVM-VFIO device has no attribute to get");
            default ->
                throw new LinuxException(
                        Errno.ENOTTY, "a KVM-VFIO device has no ioctl 0x" + Integer.toHexString(request));
        }
    }

    private static long requireAttribute(final IoctlArgument argument) {
        argument.requireBytes(KvmDeviceDescriptor.ATTR_BYTES);
        final int group = argument.int32(KvmDeviceDescriptor.ATTR_GROUP_OFFSET);
        final long attribute = argument.int64(KvmDeviceDescriptor.ATTR_ATTR_OFFSET);
        if (group != KvmDeviceDescriptor.KVM_DEV_VFIO_GROUP
                || attribute < KvmDeviceDescriptor.KVM_DEV_VFIO_GROUP_ADD
                || attribute > KvmDeviceDescriptor.KVM_DEV_VFIO_GROUP_SET_SPAPR_TCE) {
            throw new LinuxException(
                    Errno.ENXIO, "a KVM-VFIO device has no attribute " + attribute + " in group " + group);
        }
        return attribute;
    }

    private static void set(final KvmVfioDevice device, final IoctlArgument argument) {
        final long attribute = requireAttribute(argument);
        final IoctlArgument value = argument.pointer(KvmDeviceDescriptor.ATTR_ADDR_OFFSET);
        if (attribute == KvmDeviceDescriptor.KVM_DEV_VFIO_GROUP_ADD) {
            device.groupAdd(value.int32(0));
        } else if (attribute == KvmDeviceDescriptor.KVM_DEV_VFIO_GROUP_DEL) {
            device.groupDel(value.int32(0));
        } else {
            value.requireBytes(KvmDeviceDescriptor.SPAPR_TCE_BYTES);
            device.setSpaprTce(
                    value.int32(KvmDeviceDescriptor.SPAPR_TCE_GROUP_FD_OFFSET),
                    value.int32(KvmDeviceDescriptor.SPAPR_TCE_TABLE_FD_OFFSET));
        }
    }
}
