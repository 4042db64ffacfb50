/** What devices move. */
package io.vfiotce.bench.dma;
