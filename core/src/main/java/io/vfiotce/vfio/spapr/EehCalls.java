package io.vfiotce.vfio.spapr;

import io.vfiotce.iommu.EehPe;
import io.vfiotce.iommu.IommuTableGroup;
import io.vfiotce.linux.Errno;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.vfio.VfioException;
import io.vfiotce.vfio.spapr.SpaprContainer.Attachment;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Error handling of the endpoints behind a container's groups.
 *
 * @threads any
 * @source Linux vfio_spapr_iommu_eeh_ioctl()
 */
final class EehCalls {
    private static final int INJECT_ERROR = 9;

    private EehCalls() {}

    /** {@return the first result that is not 0, group by group; a state ends the round just as an error does} */
    static int onEach(final List<Attachment> groups, final ToIntFunction<EehPe> op) {
        for (final Attachment attachment : groups) {
            final IommuTableGroup tableGroup = attachment.group().tableGroup();
            final EehPe pe = tableGroup == null ? null : tableGroup.eehPe();
            if (pe == null) {
                throw SpaprContainer.refuse(
                        Errno.ENODEV, "group " + attachment.group().id() + " has no endpoint for error handling");
            }
            final int result;
            try {
                result = op.applyAsInt(pe);
            } catch (final LinuxException e) {
                throw SpaprContainer.refuse(e);
            }
            if (result != 0) {
                return result;
            }
        }
        return 0;
    }

    static boolean isInjection(final int op) {
        return op == INJECT_ERROR;
    }

    static int apply(final EehPe pe, final int op, final boolean eehEnabled) {
        switch (op) {
            case 0 -> {
                // Disabling has never had an effect.
            }
            case 1 -> {
                if (!eehEnabled) {
                    throw SpaprContainer.refuse(Errno.EIO, "error handling is off");
                }
                pe.enable();
            }
            case 2 -> pe.unfreezeIo();
            case 3 -> pe.unfreezeDma();
            case 4 -> {
                return pe.state();
            }
            case 5 -> pe.deactivateReset();
            case 6, 7 -> pe.reset();
            case 8 -> pe.configure();
            default -> throw new VfioException(Errno.EINVAL, "no EEH operation " + Integer.toUnsignedString(op));
        }
        return 0;
    }
}
