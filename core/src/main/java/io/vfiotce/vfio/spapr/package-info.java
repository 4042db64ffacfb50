/**
 * The sPAPR TCE IOMMU drivers, version 1 (a ready-made window) and version 2 (windows and memory that user space registers),
 * and error handling of the endpoints behind them.
 *
 * <p>Cold code: it may allocate, lock and throw; only mapping and unmapping do not allocate.
 */
package io.vfiotce.vfio.spapr;
