package io.vfiotce.linux;

/**
 * What a file descriptor stands for. It is held once by its descriptor, and by whoever is inside a call on it.
 *
 * @threads any
 * @source Linux struct file: get_file(), fput()
 */
public abstract class OpenFile {
    private int holds = 1;

    /** Creates a file with one hold, which belongs to the descriptor that it is installed under. */
    protected OpenFile() {}

    /**
     * Holds the file once more.
     *
     * @return this file
     * @throws IllegalStateException if it is released already
     */
    public final synchronized OpenFile hold() {
        if (holds == 0) {
            throw new LinuxException(Errno.EBADF, "the file is released");
        }
        holds++;
        return this;
    }

    /** Gives up one hold; the last one releases the file. */
    public final void put() {
        synchronized (this) {
            if (holds == 0) {
                throw new IllegalStateException("the file is released");
            }
            if (--holds != 0) {
                return;
            }
        }
        release();
    }

    /**
     * Called once, when nobody holds the file any more.
     *
     * @threads the thread of the last {@link #put}, with no lock of this class or of {@link FileDescriptors} held
     */
    protected abstract void release();
}
