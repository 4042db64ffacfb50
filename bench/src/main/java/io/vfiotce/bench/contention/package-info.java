/** Threads beside each other. */
package io.vfiotce.bench.contention;
