package io.vfiotce.tools.gate.host;

/**
 * Counters of the host and of the thread that read them; NaN where the system does not tell.
 *
 * @param atNs monotonic clock in nanoseconds
 * @param totalTicks time of all processors
 * @param busyTicks time that they worked for this system
 * @param stealTicks time that the hypervisor gave to others
 * @param ownCpuNs nanoseconds that the thread had a processor
 * @param ownDelayNs nanoseconds that it waited for one
 * @source proc(5), /proc/stat; Documentation/scheduler/sched-stats.rst
 */
record HostCounters(
        long atNs, double totalTicks, double busyTicks, double stealTicks, double ownCpuNs, double ownDelayNs) {
    private static final int FIELDS = 8;
    private static final int IDLE = 3;
    private static final int WAITING_FOR_DISK = 4;
    private static final int STEAL = 7;

    /**
     * Reads two lines of the kernel.
     *
     * @param atNs monotonic clock in nanoseconds
     * @param cpu first line of /proc/stat, or empty text
     * @param schedstat /proc/thread-self/schedstat, or empty text
     */
    static HostCounters parse(final long atNs, final String cpu, final String schedstat) {
        final double[] ticks = numbers(cpu.replaceFirst("^cpu\\s+", ""), FIELDS);
        double total = 0;
        for (final double field : ticks) {
            total += field;
        }
        final double[] own = numbers(schedstat, 2);
        return new HostCounters(
                atNs,
                total,
                total - ticks[IDLE] - ticks[WAITING_FOR_DISK] - ticks[STEAL],
                ticks[STEAL],
                own[0],
                own[1]);
    }

    private static double[] numbers(final String text, final int count) {
        final double[] numbers = new double[count];
        final String[] words = text.split("\\s+");
        for (int i = 0; i < count; i++) {
            numbers[i] = words.length < count ? Double.NaN : Double.parseDouble(words[i]);
        }
        return numbers;
    }
}
