package io.vfiotce.tce;

/**
 * Who is told when userspace has stored an entry of a window: a VMM's way to its containers.
 *
 * <p>Every method is called with the window's {@link UserspaceSide} locked, and from {@link #begin} to {@link #end} within a
 * turn of {@link io.vfiotce.memory.MappingTurns} if {@link #begin} takes one. So none may map or close a window, close the
 * descriptor of a table or a device, remove a container's window or unregister memory, all of which may wait for that lock, that
 * turn or a grace period; nor may it take a lock that anybody holds while calling the library.
 *
 * @threads the vCPU that waited for the handler, offline, or whoever adds the notifier after a replay; it may wait
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
     */
    void tceChanged(long ioba, int pageShift, long tce);

    /** Every entry of the window has become 0, and whoever did it has told the containers: there is no {@link #tceChanged}. */
    default void cleared() {}

    /** The window is closed: userspace stores nothing in it any more. It may remove this notifier. */
    default void closed() {}
}
