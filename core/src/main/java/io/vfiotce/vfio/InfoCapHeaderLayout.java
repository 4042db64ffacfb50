package io.vfiotce.vfio;

/**
 * The beginning of every capability in a chain.
 *
 * @source Linux struct vfio_info_cap_header
 */
public final class InfoCapHeaderLayout {
    /** The whole structure. */
    public static final StructLayout STRUCT = new StructLayout("vfio_info_cap_header");

    /** Kind of capability. */
    public static final StructField ID = STRUCT.u16("id");

    /** Version of the kind. */
    public static final StructField VERSION = STRUCT.u16("version");

    /** Where the next capability is, from the start of the first structure; 0 for none. */
    public static final StructField NEXT = STRUCT.u32("next");

    private InfoCapHeaderLayout() {}
}
