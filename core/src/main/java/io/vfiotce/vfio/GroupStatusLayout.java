package io.vfiotce.vfio;

/**
 * What VFIO_GROUP_GET_STATUS fills in.
 *
 * @source Linux struct vfio_group_status
 */
public final class GroupStatusLayout {
    /** The whole structure. */
    public static final StructLayout STRUCT = new StructLayout("vfio_group_status");

    /** Size of the structure that the caller has. */
    public static final StructField ARGSZ = STRUCT.u32("argsz");

    /** See the flags below. */
    public static final StructField FLAGS = STRUCT.u32("flags");

    /** Every device of the group is with VFIO or with no driver that could use it. */
    public static final int FLAG_VIABLE = 1;

    /** The group is in a container. */
    public static final int FLAG_CONTAINER_SET = 2;

    private GroupStatusLayout() {}
}
