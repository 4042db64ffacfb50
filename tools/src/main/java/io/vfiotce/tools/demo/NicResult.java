package io.vfiotce.tools.demo;

import java.util.List;

/**
 * What one mode showed.
 *
 * @param mode the mode
 * @param packetsPerSecond packets of both vCPUs, received and transmitted
 * @param megabytesPerSecond their bytes, in millions
 * @param nsPerHcall what a hypercall took in nanoseconds
 * @param hcallShare share of the vCPUs' time that was spent in hypercalls, 0 to 1
 * @param realShare share of the hypercalls that ended in real mode, 0 to 1
 * @param packets packets that were completed in all
 * @param badChecksums packets that were not whole
 * @param failures what is not as it must be, in words
 */
record NicResult(
        NicMode mode,
        double packetsPerSecond,
        double megabytesPerSecond,
        double nsPerHcall,
        double hcallShare,
        double realShare,
        long packets,
        long badChecksums,
        List<String> failures) {}
