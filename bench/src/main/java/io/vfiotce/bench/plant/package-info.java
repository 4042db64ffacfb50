/** Rows in which the selftest of {@code tce gate} plants faults of known size. They measure the gate, so no suite has them. */
package io.vfiotce.bench.plant;
