/**
 * VFIO: containers, groups and devices, the IOMMU drivers behind containers, and the API for external users such as KVM.
 *
 * <p>Cold code: it may allocate, lock and throw.
 */
package io.vfiotce.vfio;
