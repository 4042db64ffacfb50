package io.vfiotce.vfio;

/**
 * The argument of VFIO_EEH_PE_OP.
 *
 * @source Linux struct vfio_eeh_pe_op
 */
public final class EehPeOpLayout {
    /** The whole structure. */
    public static final StructLayout STRUCT = new StructLayout("vfio_eeh_pe_op");

    /** Size of the structure that the caller has. */
    public static final StructField ARGSZ = STRUCT.u32("argsz");

    /** Must be 0. */
    public static final StructField FLAGS = STRUCT.u32("flags");

    /** What to do. */
    public static final StructField OP = STRUCT.u32("op");

    /** The error to inject. */
    public static final StructField ERR = STRUCT.nested("err", EehPeErrLayout.STRUCT);

    /** Kind of error. */
    public static final StructField ERR_TYPE = EehPeErrLayout.TYPE.in(ERR);

    /** Which access fails. */
    public static final StructField ERR_FUNC = EehPeErrLayout.FUNC.in(ERR);

    /** Where. */
    public static final StructField ERR_ADDR = EehPeErrLayout.ADDR.in(ERR);

    /** How much of the address counts. */
    public static final StructField ERR_MASK = EehPeErrLayout.MASK.in(ERR);

    private EehPeOpLayout() {}
}
