package io.vfiotce.linux;

/**
 * Error numbers as Linux returns them, positive.
 *
 * @source Linux include/uapi/asm-generic/errno-base.h, errno.h
 */
public enum Errno {
    /** Operation not permitted. */
    EPERM(1),
    /** No such entry. */
    ENOENT(2),
    /** Input or output error. */
    EIO(5),
    /** No such device or address. */
    ENXIO(6),
    /** Bad file descriptor. */
    EBADF(9),
    /** Out of memory, or over the locked-memory limit. */
    ENOMEM(12),
    /** Permission denied. */
    EACCES(13),
    /** Bad address: an argument could not be read or written. */
    EFAULT(14),
    /** In use. */
    EBUSY(16),
    /** Already there. */
    EEXIST(17),
    /** No such device. */
    ENODEV(19),
    /** Invalid argument. */
    EINVAL(22),
    /** Too many open files. */
    EMFILE(24),
    /** The file does not know this request. */
    ENOTTY(25),
    /** No space left. */
    ENOSPC(28);

    private final int number;

    Errno(final int number) {
        this.number = number;
    }

    /** {@return the positive number, for example 22 for {@link #EINVAL}} */
    public int number() {
        return number;
    }
}
