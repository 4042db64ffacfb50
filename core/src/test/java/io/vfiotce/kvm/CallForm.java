package io.vfiotce.kvm;

import io.vfiotce.linux.IoctlArgument;
import io.vfiotce.linux.LinuxException;
import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** The two ways to the attributes of a KVM-VFIO device; both give what Linux returns. */
enum CallForm {
    METHOD {
        @Override
        long add(final Vm vm, final int device, final int groupFd) {
            return result(() -> device(vm, device).groupAdd(groupFd));
        }

        @Override
        long del(final Vm vm, final int device, final int groupFd) {
            return result(() -> device(vm, device).groupDel(groupFd));
        }

        @Override
        long set(final Vm vm, final int device, final int groupFd, final int tableFd) {
            return result(() -> device(vm, device).setSpaprTce(groupFd, tableFd));
        }
    },
    IOCTL {
        @Override
        long add(final Vm vm, final int device, final int groupFd) {
            return set(vm, device, KvmDeviceDescriptor.KVM_DEV_VFIO_GROUP_ADD, groupFd, 0);
        }

        @Override
        long del(final Vm vm, final int device, final int groupFd) {
            return set(vm, device, KvmDeviceDescriptor.KVM_DEV_VFIO_GROUP_DEL, groupFd, 0);
        }

        @Override
        long set(final Vm vm, final int device, final int groupFd, final int tableFd) {
            return set(vm, device, KvmDeviceDescriptor.KVM_DEV_VFIO_GROUP_SET_SPAPR_TCE, groupFd, tableFd);
        }

        private long set(final Vm vm, final int device, final long attribute, final int first, final int second) {
            final UnsafeBuffer memory = new UnsafeBuffer(ByteBuffer.allocateDirect(40));
            memory.putInt(8, 1);
            memory.putLong(12, attribute);
            memory.putLong(20, 28);
            memory.putInt(28, first);
            memory.putInt(32, second);
            return KvmVfioIoctl.ioctl(
                    vm.process(), device, KvmDeviceDescriptor.KVM_SET_DEVICE_ATTR, IoctlArgument.of(memory, 4));
        }
    };

    abstract long add(Vm vm, int device, int groupFd);

    abstract long del(Vm vm, int device, int groupFd);

    abstract long set(Vm vm, int device, int groupFd, int tableFd);

    static KvmVfioDevice device(final Vm vm, final int fd) {
        return (KvmVfioDevice) vm.files().file(fd);
    }

    /** {@return 0, or the negative errno that a call is refused with} */
    static long result(final Runnable call) {
        try {
            call.run();
            return 0;
        } catch (final LinuxException e) {
            return e.result();
        }
    }
}
