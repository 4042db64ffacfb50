package io.vfiotce.linux;

/** What a file descriptor stands for. */
public interface OpenFile {
    /**
     * Called once, when the last descriptor of this file is closed.
     *
     * @threads the thread that closes, with no lock of {@link FileDescriptors} held
     */
    void release();
}
