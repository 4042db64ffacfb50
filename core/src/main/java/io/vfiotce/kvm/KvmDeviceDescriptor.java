package io.vfiotce.kvm;

/**
 * Numbers and argument layouts of the ioctls that create and control a device of KVM, in the machine's byte order.
 *
 * <pre>
 *   struct kvm_create_device      struct kvm_device_attr       struct kvm_vfio_spapr_tce
 *   0  u32 type                   0  u32 flags                 0  s32 groupfd
 *   4  u32 fd, written            4  u32 group                 4  s32 tablefd
 *   8  u32 flags                  8  u64 attr
 *                                 16 u64 addr
 * </pre>
 *
 * <p>An address is an offset in the buffer that the structure lies in: that buffer stands for the caller's memory.
 *
 * @source Linux include/uapi/linux/kvm.h
 */
public final class KvmDeviceDescriptor {
    /** KVM_CREATE_DEVICE, an ioctl of the VM. */
    public static final int KVM_CREATE_DEVICE = 0xC00C_AEE0;

    /** KVM_SET_DEVICE_ATTR as a powerpc ioctl number. */
    public static final int KVM_SET_DEVICE_ATTR = 0x8018_AEE1;

    /** KVM_GET_DEVICE_ATTR as a powerpc ioctl number. */
    public static final int KVM_GET_DEVICE_ATTR = 0x8018_AEE2;

    /** KVM_HAS_DEVICE_ATTR as a powerpc ioctl number. */
    public static final int KVM_HAS_DEVICE_ATTR = 0x8018_AEE3;

    /** KVM_DEV_TYPE_VFIO: the type of a {@link KvmVfioDevice}. */
    public static final int KVM_DEV_TYPE_VFIO = 4;

    /** KVM_CREATE_DEVICE_TEST: a flag that only asks whether the type exists. */
    public static final int KVM_CREATE_DEVICE_TEST = 1;

    /** KVM_DEV_VFIO_GROUP: the one group of attributes of a {@link KvmVfioDevice}. */
    public static final int KVM_DEV_VFIO_GROUP = 1;

    /** KVM_DEV_VFIO_GROUP_ADD: the address leads to an s32, the descriptor of a VFIO group. */
    public static final long KVM_DEV_VFIO_GROUP_ADD = 1;

    /** KVM_DEV_VFIO_GROUP_DEL: the address leads to an s32, the descriptor of a VFIO group. */
    public static final long KVM_DEV_VFIO_GROUP_DEL = 2;

    /** KVM_DEV_VFIO_GROUP_SET_SPAPR_TCE: the address leads to a struct kvm_vfio_spapr_tce. */
    public static final long KVM_DEV_VFIO_GROUP_SET_SPAPR_TCE = 3;

    /** Size of struct kvm_create_device in bytes. */
    public static final int CREATE_BYTES = 12;

    /** Offset of the device's type in struct kvm_create_device. */
    public static final int CREATE_TYPE_OFFSET = 0;

    /** Offset of the new descriptor in struct kvm_create_device. */
    public static final int CREATE_FD_OFFSET = 4;

    /** Offset of the flags in struct kvm_create_device. */
    public static final int CREATE_FLAGS_OFFSET = 8;

    /** Size of struct kvm_device_attr in bytes. */
    public static final int ATTR_BYTES = 24;

    /** Offset of the flags in struct kvm_device_attr; nothing reads them. */
    public static final int ATTR_FLAGS_OFFSET = 0;

    /** Offset of the attribute's group in struct kvm_device_attr. */
    public static final int ATTR_GROUP_OFFSET = 4;

    /** Offset of the attribute in struct kvm_device_attr. */
    public static final int ATTR_ATTR_OFFSET = 8;

    /** Offset of the address in struct kvm_device_attr. */
    public static final int ATTR_ADDR_OFFSET = 16;

    /** Size of struct kvm_vfio_spapr_tce in bytes. */
    public static final int SPAPR_TCE_BYTES = 8;

    /** Offset of the VFIO group's descriptor in struct kvm_vfio_spapr_tce. */
    public static final int SPAPR_TCE_GROUP_FD_OFFSET = 0;

    /** Offset of the TCE table's descriptor in struct kvm_vfio_spapr_tce. */
    public static final int SPAPR_TCE_TABLE_FD_OFFSET = 4;

    private KvmDeviceDescriptor() {}
}
