package io.vfiotce.tce;

/**
 * Told when entries of an IOMMU table have changed, so that a cache of translations can forget them ("TCE kill").
 *
 * @threads any that changes the table, vCPUs too, several at once: it must be quick, and neither lock nor block nor throw
 * @source Linux pnv_pci_ioda2_tce_invalidate()
 */
@FunctionalInterface
public interface TceInvalidation {
    /**
     * Forgets translations. Called once for a whole range, when all its entries are stored.
     *
     * @param busAddress bus address of the first page in bytes
     * @param sizePages number of I/O pages, at least 1
     * @param pageShift log2 of the I/O page size in bytes
     */
    void invalidate(long busAddress, long sizePages, int pageShift);
}
