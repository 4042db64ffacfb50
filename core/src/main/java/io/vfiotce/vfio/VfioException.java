package io.vfiotce.vfio;

import io.vfiotce.linux.Errno;
import io.vfiotce.linux.LinuxException;

/** A refused VFIO call. */
public final class VfioException extends LinuxException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param errno error number
     * @param message what was refused and why, in one line
     */
    public VfioException(final Errno errno, final String message) {
        super(errno, message);
    }

    /**
     * An argument that is not valid.
     *
     * @param message what was refused and why, in one line
     * @return EINVAL
     */
    public static VfioException invalid(final String message) {
        return new VfioException(Errno.EINVAL, message);
    }
}
