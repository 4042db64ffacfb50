package io.vfiotce.vfio.type1;

/**
 * Where a DMA address leads.
 *
 * @param hpa host physical address
 * @param permissions {@link io.vfiotce.vfio.DmaMapLayout#FLAG_READ}, {@link io.vfiotce.vfio.DmaMapLayout#FLAG_WRITE} or both, as the device sees them
 */
public record Type1Translation(long hpa, int permissions) {}
