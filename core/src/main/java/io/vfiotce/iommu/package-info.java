/**
 * The host's IOMMU as a driver of VFIO finds it: devices, their isolation groups, and what the platform can do with a
 * group's DMA windows.
 *
 * <p>Cold code: it may allocate, lock and throw.
 */
package io.vfiotce.iommu;
