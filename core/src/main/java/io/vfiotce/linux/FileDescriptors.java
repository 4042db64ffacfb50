package io.vfiotce.linux;

import java.util.ArrayList;
import java.util.List;

/**
 * The file descriptors of one process: small numbers that stand for {@link OpenFile}s, lowest free number first.
 *
 * @threads any; every method is synchronized, but no file is released with the lock held
 */
public final class FileDescriptors {
    private final int limit;
    private final List<OpenFile> files = new ArrayList<>();
    // No number below this one is free: keeps opening thousands of files linear.
    private int noneFreeBelow;

    /**
     * Creates an empty set.
     *
     * @param limit RLIMIT_NOFILE: most descriptors that may be open at once
     */
    public FileDescriptors(final int limit) {
        if (limit < 0) {
            throw new IllegalArgumentException("limit=" + limit + " is negative");
        }
        this.limit = limit;
    }

    /**
     * Opens a descriptor.
     *
     * @param file what it stands for
     * @return the lowest free number
     * @throws LinuxException EMFILE if the limit is reached
     */
    public synchronized int install(final OpenFile file) {
        int fd = noneFreeBelow;
        while (fd < files.size() && files.get(fd) != null) {
            fd++;
        }
        if (fd >= limit) {
            throw new LinuxException(Errno.EMFILE, "all " + limit + " file descriptors are open");
        }
        if (fd == files.size()) {
            files.add(file);
        } else {
            files.set(fd, file);
        }
        noneFreeBelow = fd + 1;
        return fd;
    }

    /**
     * The file behind a descriptor.
     *
     * @param fd descriptor
     * @return the file
     * @throws LinuxException EBADF if it is not open
     */
    public synchronized OpenFile file(final int fd) {
        if (fd < 0 || fd >= files.size() || files.get(fd) == null) {
            throw new LinuxException(Errno.EBADF, "file descriptor " + fd + " is not open");
        }
        return files.get(fd);
    }

    /**
     * The file behind a descriptor, held so that closing the descriptor meanwhile does not release it.
     *
     * @param fd descriptor
     * @return the file; {@link OpenFile#put} it
     * @throws LinuxException EBADF if it is not open
     * @source Linux fdget()
     */
    public synchronized OpenFile hold(final int fd) {
        return file(fd).hold();
    }

    /**
     * Closes a descriptor; its file is released when nobody holds it any more.
     *
     * @param fd descriptor
     * @throws LinuxException EBADF if it is not open
     * @threads as {@link OpenFile#put}
     */
    public void close(final int fd) {
        final OpenFile file;
        synchronized (this) {
            file = file(fd);
            files.set(fd, null);
            noneFreeBelow = Math.min(noneFreeBelow, fd);
        }
        file.put();
    }

    /** {@return how many descriptors are open} */
    public synchronized int openCount() {
        int open = 0;
        for (final OpenFile file : files) {
            open += file == null ? 0 : 1;
        }
        return open;
    }
}
