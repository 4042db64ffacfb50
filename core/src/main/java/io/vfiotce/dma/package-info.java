/**
 * What devices do with DMA windows: they translate bus addresses, move bytes, and their writes can be logged.
 *
 * <p>Start at {@link io.vfiotce.dma.DmaSpace}; the hot path is {@link io.vfiotce.dma.DmaContext#translate}. A device sees its
 * windows as the guest wrote them (an emulated one, by LIOBN) or as the hardware has them (one that is passed through, by IOMMU
 * group).
 *
 * <p>How an unmap reaches a device. A translation loads the TCE word every time, also when it uses a hint; so the store of the
 * word, which comes before the unmapping call's status, is all that is needed. What takes away a whole table or a memory slot
 * counts a change before it returns, and the next translation renews its copies and voids all hints. What was taken away is
 * freed after a grace period, which waits for accesses under way.
 *
 * <table>
 * <caption>What ends accesses, and what orders it</caption>
 * <tr><th>call</th><th>before it returns</th></tr>
 * <tr><td>H_PUT_TCE and its kind, MAP_DMA, UNMAP_DMA</td><td>the TCE word is stored</td></tr>
 * <tr><td>closing a table's file or userspace window</td><td>it leaves the directory; a change is counted</td></tr>
 * <tr><td>TCE_REMOVE, UNSET_CONTAINER, closing the last file of a group or container</td><td>the table leaves the group's
 * slot; a change is counted. Version 1 unmaps all entries instead: its tables stay</td></tr>
 * <tr><td>GROUP_DEL of the KVM-VFIO device</td><td>nothing: hypercalls reach the table no more, but what is mapped stays mapped,
 * as in Linux</td></tr>
 * <tr><td>removing a memory slot</td><td>the slots are swapped; a change is counted. The bytes may be given back after a grace
 * period</td></tr>
 * <tr><td>setting or ending bypass</td><td>the flag is stored; a change is counted</td></tr>
 * </table>
 */
package io.vfiotce.dma;
