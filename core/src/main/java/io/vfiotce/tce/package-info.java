/**
 * The guest view of DMA windows and the directory that finds a window's table by its LIOBN.
 *
 * <p>Start at {@link io.vfiotce.tce.TceTable}.
 */
package io.vfiotce.tce;
