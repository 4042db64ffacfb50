/**
 * Off-heap memory and everything that decides memory ordering.
 *
 * <p>This package alone reads and writes words that several threads share; the others call it by methods whose names
 * say the ordering. What is shared with whom stands in {@code core/docs/memory-ordering.md}.
 */
package io.vfiotce.memory;
