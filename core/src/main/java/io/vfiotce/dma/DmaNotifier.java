package io.vfiotce.dma;

/**
 * Who is told what a guest maps and unmaps in a window: a device outside the process, or whatever else keeps a copy of the
 * window.
 *
 * <p>Events come in the order in which the window changes, each before the guest gets the status of the call that caused it. A
 * call's pages are merged: one event for each run of pages with the same permission and consecutive guest pages, or without
 * permission. Applied one after the other to an empty copy they make it equal to the window, at the end of every call. A page that
 * is mapped may have been mapped before, elsewhere; one that is unmapped need not have been mapped.
 *
 * <p>Every method is called with the window's {@code UserspaceSide} locked, on the vCPU that made the call, offline, or on the
 * thread that registers the notifier, or empties, restores or closes the window. So none may register or remove a notifier, map or close a window, close a descriptor or a
 * device, remove a container's window or unregister memory, nor take a lock that anybody holds while calling the library.
 * {@link DirtyLog}'s collections may be called. What a method throws is counted, and the guest's call goes on.
 *
 * @threads as said; one event after the other
 * @source QEMU IOMMUNotifier, memory_region_notify_iommu()
 */
public interface DmaNotifier {
    /**
     * Pages were mapped.
     *
     * @param ioba bus address of the first byte
     * @param sizeBytes length, unsigned; a multiple of the window's page
     * @param gpa guest physical address of the first byte; whether there is memory is not asked
     * @param permission 1 the device may read, 2 it may write, 3 both
     */
    void mapped(long ioba, long sizeBytes, long gpa, int permission);

    /**
     * Pages were unmapped, or the window was emptied or closed, in one piece. In the last case it is the last event.
     *
     * @param ioba bus address of the first byte
     * @param sizeBytes length, unsigned
     */
    void unmapped(long ioba, long sizeBytes);
}
