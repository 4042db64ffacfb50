package io.vfiotce.kvm;

/**
 * Capabilities that {@link Vm#checkExtension} knows.
 *
 * @source Linux include/uapi/linux/kvm.h
 */
public final class KvmCapability {
    /** KVM_CAP_SPAPR_TCE: KVM_CREATE_SPAPR_TCE. */
    public static final int KVM_CAP_SPAPR_TCE = 63;

    /** KVM_CAP_SPAPR_MULTITCE: H_PUT_TCE_INDIRECT and H_STUFF_TCE. */
    public static final int KVM_CAP_SPAPR_MULTITCE = 94;

    /** KVM_CAP_PPC_ENABLE_HCALL: hypercalls can be enabled one by one. */
    public static final int KVM_CAP_PPC_ENABLE_HCALL = 104;

    /** KVM_CAP_SPAPR_TCE_64: KVM_CREATE_SPAPR_TCE_64. */
    public static final int KVM_CAP_SPAPR_TCE_64 = 125;

    /** KVM_CAP_SPAPR_TCE_VFIO: hypercalls can reach the tables of the hardware. */
    public static final int KVM_CAP_SPAPR_TCE_VFIO = 142;

    private KvmCapability() {}
}
