package io.vfiotce.linux;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a file descriptor stands for. It is held once by its descriptor, and by whoever is inside a call on it.
 *
 * <p>Holding takes no lock, above all not the monitor of the file: {@link FileDescriptors} holds a file under its own lock, and a
 * call that has the monitor of its file may hold another file by its descriptor.
 *
 * @threads any
 * @source Linux struct file: get_file(), fput()
 */
public abstract class OpenFile {
    private final AtomicInteger holds = new AtomicInteger(1);

    /** Creates a file with one hold, which belongs to the descriptor that it is installed under. */
    protected OpenFile() {}

    /**
     * Holds the file once more.
     *
     * @return this file
     * @throws LinuxException EBADF if it is released already
     * @ordering volatile
     */
    public final OpenFile hold() {
        if (holds.getAndUpdate(held -> held == 0 ? 0 : held + 1) == 0) {
            throw new LinuxException(Errno.EBADF, "the file is released");
        }
        return this;
    }

    /**
     * Gives up one hold; the last one releases the file.
     *
     * @throws IllegalStateException if it is released already
     * @threads any but an online vCPU, which goes offline first, and with no lock held: the release of a file may wait until
     *     every online vCPU has ended its call, and runs code of the embedder's
     * @ordering volatile: what was done under any hold happens before the release
     */
    public final void put() {
        final int held = holds.getAndUpdate(holds -> Math.max(0, holds - 1));
        if (held == 0) {
            throw new IllegalStateException("the file is released");
        }
        if (held == 1) {
            release();
        }
    }

    /**
     * Called once, when nobody holds the file any more.
     *
     * @threads the thread of the last {@link #put}, with no lock of this class or of {@link FileDescriptors} held
     */
    protected abstract void release();
}
