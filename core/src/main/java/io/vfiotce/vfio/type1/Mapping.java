package io.vfiotce.vfio.type1;

import io.vfiotce.iommu.DmaRange;
import io.vfiotce.linux.Errno;
import io.vfiotce.memory.HostMemory;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.vfio.VfioException;

/**
 * One mapping of a container: a range of DMA addresses, the user memory behind it, and who pays for it.
 *
 * <p>The process that is charged is the one that made the mapping, or the last one that gave it a new user address; it gets
 * its pages back whoever unmaps. A new user address names the same memory, so what is pinned stays.
 *
 * @threads any, under the container's lock
 * @source Linux struct vfio_dma
 */
final class Mapping {
    final DmaRange range;
    final long sizeBytes;
    final int permissions;
    private long vaddr;
    private UserProcess payer;
    private boolean vaddrInvalid;
    // Where the memory is pinned; null as long as it is not.
    private HostMemory pinnedIn;
    private long pinnedUa;

    Mapping(final UserProcess payer, final int permissions, final long vaddr, final DmaRange range) {
        this.payer = payer;
        this.permissions = permissions;
        this.vaddr = vaddr;
        this.range = range;
        sizeBytes = range.last() - range.first() + 1;
    }

    private long pages() {
        return sizeBytes >>> payer.hostPageShift();
    }

    boolean isPinned() {
        return pinnedIn != null;
    }

    boolean isVaddrInvalid() {
        return vaddrInvalid;
    }

    void invalidateVaddr() {
        vaddrInvalid = true;
    }

    /** {@return the physical address of the first byte; only while pinned} */
    long hpa() {
        return pinnedUa + pinnedIn.hpaOffsetBytes();
    }

    /**
     * Charges and pins the memory.
     *
     * @throws VfioException ENOMEM over the locked-memory limit, EFAULT if not every page can be pinned; nothing is left behind
     * @source Linux vfio_pin_pages_remote()
     */
    void pin() {
        final long pages = pages();
        if (!payer.lockedMemory().charge(pages)) {
            throw new VfioException(Errno.ENOMEM, pages + " pages are over the locked-memory limit");
        }
        final HostMemory host = payer.pinnedMemory().host();
        final long pinned = host.pin(vaddr, pages);
        if (pinned < pages) {
            host.unpin(vaddr, pinned);
            payer.lockedMemory().uncharge(pages);
            throw new VfioException(
                    Errno.EFAULT,
                    "only " + pinned + " of " + pages + " pages at 0x" + Long.toHexString(vaddr) + " can be pinned");
        }
        pinnedIn = host;
        pinnedUa = vaddr;
    }

    /** Unpins the memory and gives the pages back to whoever was charged; nothing happens if it is not pinned. */
    void unpin() {
        if (isPinned()) {
            pinnedIn.unpin(pinnedUa, pages());
            payer.lockedMemory().uncharge(pages());
            pinnedIn = null;
        }
    }

    /**
     * Ends the time without a user address.
     *
     * @param caller who pays from now on
     * @param newVaddr where the same memory is now
     * @throws VfioException ENOMEM if the caller may not lock as much; nothing has changed then
     * @source Linux vfio_change_dma_owner()
     */
    void updateVaddr(final UserProcess caller, final long newVaddr) {
        if (isPinned() && caller != payer) {
            if (!caller.lockedMemory().charge(pages())) {
                throw new VfioException(Errno.ENOMEM, pages() + " pages are over the new owner's locked-memory limit");
            }
            payer.lockedMemory().uncharge(pages());
        }
        payer = caller;
        vaddr = newVaddr;
        vaddrInvalid = false;
    }
}
