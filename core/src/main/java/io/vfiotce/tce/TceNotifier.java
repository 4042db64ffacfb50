package io.vfiotce.tce;

/**
 * Who is told when userspace has stored an entry of a window: a VMM's way to its containers.
 *
 * @source QEMU IOMMUNotifier
 */
public interface TceNotifier {
    /** Called before a run of {@link #tceChanged}, on the same thread. */
    default void begin() {}

    /** Called after a run of {@link #tceChanged}, whatever happened in it. */
    default void end() {}

    /**
     * An entry was stored in the guest view.
     *
     * @param ioba bus address of the page in bytes
     * @param pageShift log2 of the I/O page size in bytes
     * @param tce the TCE; without a permission the page is unmapped
     * @threads the vCPU that waited for the handler, offline, with the window's {@link UserspaceSide} locked; it may wait
     */
    void tceChanged(long ioba, int pageShift, long tce);
}
