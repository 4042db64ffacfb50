package io.vfiotce.linux;

/** A refused system call: carries the error number that Linux would set, and one line that says what was wrong. */
public class LinuxException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The error number. */
    private final Errno errno;

    /**
     * Creates the exception.
     *
     * @param errno error number
     * @param message what was refused and why, in one line
     */
    public LinuxException(final Errno errno, final String message) {
        super(errno + ": " + message);
        this.errno = errno;
    }

    /** {@return the error number} */
    public final Errno errno() {
        return errno;
    }

    /** {@return what the raw system call returns: the negative error number} */
    public final long result() {
        return -errno.number();
    }
}
