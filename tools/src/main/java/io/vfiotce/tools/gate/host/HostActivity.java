package io.vfiotce.tools.gate.host;

/**
 * What happened on the host while one thread of ours wanted a processor all the time. NaN where the system does not tell.
 *
 * @param load load average of one minute
 * @param steal share of all processors' time that the hypervisor gave to others
 * @param runDelay share of the time that our thread waited for a processor
 * @param othersBusy share of all processors' time that others used
 * @param clockCostNs nanoseconds that one reading of the monotonic clock takes
 * @param clockStepNs least nanoseconds by which it goes on
 */
public record HostActivity(
        double load, double steal, double runDelay, double othersBusy, double clockCostNs, double clockStepNs) {
    private static final int CLOCK_READINGS = 100_000;

    /**
     * Watches the host.
     *
     * @param files the host's files
     * @param durationMs for how long at least, in milliseconds
     * @return what happened
     */
    public static HostActivity watch(final HostFiles files, final long durationMs) {
        final long endNs = System.nanoTime() + durationMs * 1_000_000;
        final HostCounters before = files.counters();
        double costNs = Double.POSITIVE_INFINITY;
        double stepNs = Double.POSITIVE_INFINITY;
        // A batch that was interrupted reads too long: the least is the clock's own.
        do {
            final long startNs = System.nanoTime();
            long lastNs = startNs;
            for (int i = 0; i < CLOCK_READINGS; i++) {
                final long nowNs = System.nanoTime();
                if (nowNs > lastNs) {
                    stepNs = Math.min(stepNs, nowNs - lastNs);
                }
                lastNs = nowNs;
            }
            costNs = Math.min(costNs, (double) (lastNs - startNs) / CLOCK_READINGS);
        } while (System.nanoTime() < endNs);
        return between(before, files.counters(), files.cores(), files.loadAverage(), costNs, stepNs);
    }

    static HostActivity between(
            final HostCounters before,
            final HostCounters after,
            final int cores,
            final double load,
            final double costNs,
            final double stepNs) {
        final double wallNs = after.atNs() - before.atNs();
        final double total = after.totalTicks() - before.totalTicks();
        final double ownBusy = (after.ownCpuNs() - before.ownCpuNs()) / wallNs / cores;
        final double allBusy = (after.busyTicks() - before.busyTicks()) / total;
        return new HostActivity(
                load,
                (after.stealTicks() - before.stealTicks()) / total,
                (after.ownDelayNs() - before.ownDelayNs()) / wallNs,
                Math.max(0, allBusy - ownBusy),
                costNs,
                stepNs);
    }
}
