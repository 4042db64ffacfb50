package io.vfiotce.vfio;

/**
 * The argument of KVM_DEV_VFIO_GROUP_SET_SPAPR_TCE.
 *
 * @source Linux struct kvm_vfio_spapr_tce
 */
public final class KvmVfioSpaprTceLayout {
    /** The whole structure. */
    public static final StructLayout STRUCT = new StructLayout("kvm_vfio_spapr_tce");

    /** File descriptor of the VFIO group, signed. */
    public static final StructField GROUPFD = STRUCT.u32("groupfd");

    /** File descriptor of the table, signed. */
    public static final StructField TABLEFD = STRUCT.u32("tablefd");

    private KvmVfioSpaprTceLayout() {}
}
