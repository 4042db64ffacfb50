package io.vfiotce.kvm;

/**
 * Ioctl numbers and argument layouts of the table-creating calls, in the machine's byte order.
 *
 * <pre>
 *   struct kvm_create_spapr_tce         struct kvm_create_spapr_tce_64
 *   0  u64 liobn                        0  u64 liobn
 *   8  u32 window_size, bytes           8  u32 page_shift
 *   12 (padding)                        12 u32 flags
 *                                       16 u64 offset, pages
 *                                       24 u64 size, pages
 * </pre>
 *
 * @source Linux arch/powerpc/include/uapi/asm/kvm.h, include/uapi/linux/kvm.h
 */
public final class SpaprTceDescriptor {
    /** KVM_CREATE_SPAPR_TCE as a powerpc ioctl number. */
    public static final int KVM_CREATE_SPAPR_TCE = 0x8010_AEA8;

    /** KVM_CREATE_SPAPR_TCE_64 as a powerpc ioctl number. */
    public static final int KVM_CREATE_SPAPR_TCE_64 = 0x8020_AEA8;

    /** Size of the argument of {@link #KVM_CREATE_SPAPR_TCE} in bytes. */
    public static final int CREATE_BYTES = 16;

    /** Size of the argument of {@link #KVM_CREATE_SPAPR_TCE_64} in bytes. */
    public static final int CREATE_64_BYTES = 32;

    /** Offset of the LIOBN in both arguments. */
    public static final int LIOBN_OFFSET = 0;

    /** Offset of the window size in bytes in the argument of {@link #KVM_CREATE_SPAPR_TCE}. */
    public static final int WINDOW_SIZE_OFFSET = 8;

    /** Offset of the page shift. */
    public static final int PAGE_SHIFT_OFFSET = 8;

    /** Offset of the flags, which must be 0. */
    public static final int FLAGS_OFFSET = 12;

    /** Offset of the first page of the window. */
    public static final int OFFSET_PAGES_OFFSET = 16;

    /** Offset of the number of pages of the window. */
    public static final int SIZE_PAGES_OFFSET = 24;

    private SpaprTceDescriptor() {}
}
