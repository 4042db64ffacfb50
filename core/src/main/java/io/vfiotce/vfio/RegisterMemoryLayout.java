package io.vfiotce.vfio;

/**
 * The argument of VFIO_IOMMU_SPAPR_REGISTER_MEMORY and UNREGISTER_MEMORY.
 *
 * @source Linux struct vfio_iommu_spapr_register_memory
 */
public final class RegisterMemoryLayout {
    /** The whole structure. */
    public static final StructLayout STRUCT = new StructLayout("vfio_iommu_spapr_register_memory");

    /** Size of the structure that the caller has. */
    public static final StructField ARGSZ = STRUCT.u32("argsz");

    /** Must be 0. */
    public static final StructField FLAGS = STRUCT.u32("flags");

    /** User address. */
    public static final StructField VADDR = STRUCT.u64("vaddr");

    /** Size in bytes. */
    public static final StructField SIZE = STRUCT.u64("size");

    private RegisterMemoryLayout() {}
}
