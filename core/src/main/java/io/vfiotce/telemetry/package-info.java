/** Counters of a running VM, written by one thread each and readable by any. */
package io.vfiotce.telemetry;
