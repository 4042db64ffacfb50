package io.vfiotce.vfio;

/**
 * An error to inject.
 *
 * @source Linux struct vfio_eeh_pe_err
 */
public final class EehPeErrLayout {
    /** The whole structure. */
    public static final StructLayout STRUCT = new StructLayout("vfio_eeh_pe_err");

    /** Kind of error. */
    public static final StructField TYPE = STRUCT.u32("type");

    /** Which access fails. */
    public static final StructField FUNC = STRUCT.u32("func");

    /** Where. */
    public static final StructField ADDR = STRUCT.u64("addr");

    /** How much of the address counts. */
    public static final StructField MASK = STRUCT.u64("mask");

    private EehPeErrLayout() {}
}
