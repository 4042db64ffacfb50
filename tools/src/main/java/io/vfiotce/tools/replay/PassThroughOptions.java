package io.vfiotce.tools.replay;

/**
 * What VFIO gives each PCI host bridge.
 *
 * @param groups VFIO groups of a bridge; 0 leaves its windows emulated
 * @param shared whether they are all in one container, and so share their tables; else each has one of its own
 * @param backingShift log2 of the page size behind guest memory in bytes
 */
public record PassThroughOptions(int groups, boolean shared, int backingShift) {}
