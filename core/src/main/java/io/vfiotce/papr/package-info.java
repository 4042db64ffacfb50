/**
 * Constants and pure functions of the sPAPR TCE interface: hypercall numbers, statuses, the TCE word, page arithmetic.
 *
 * <p>All quantities are unsigned 64-bit values held in {@code long}. Nothing here allocates, throws or keeps state.
 */
package io.vfiotce.papr;
