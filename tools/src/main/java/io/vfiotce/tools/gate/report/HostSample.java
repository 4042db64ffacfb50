package io.vfiotce.tools.gate.report;

/**
 * The host during one fork.
 *
 * @param startMs when the fork began, in milliseconds from the start of the run
 * @param load load average of one minute
 * @param steal share of the processors' time that the hypervisor gave to others
 * @param runDelay share of the fork's time that its threads waited for a processor
 */
public record HostSample(long startMs, double load, double steal, double runDelay) {}
