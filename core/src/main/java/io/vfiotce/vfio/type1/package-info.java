/**
 * The type1 IOMMU driver: a container maps user memory page by page at DMA addresses of its choice.
 *
 * <p>Cold code: it may allocate, lock and throw.
 */
package io.vfiotce.vfio.type1;
