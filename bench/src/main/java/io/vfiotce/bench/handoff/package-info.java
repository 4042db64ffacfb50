/** How the two ends of the slow path wait. */
package io.vfiotce.bench.handoff;
