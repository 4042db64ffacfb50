package io.vfiotce.handoff;

import java.util.function.Supplier;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemEpochClock;
import org.agrona.concurrent.SystemNanoClock;

/**
 * How a hand-off to another process is set up. Every method returns this object; all settings have defaults.
 *
 * @threads one, before {@link SharedHandoff} is made from it
 */
public final class SharedHandoffConfig {
    private static final int DEFAULT_VCPUS = 64;
    private static final int DEFAULT_RECORDS = 256;

    private int maxVcpus = DEFAULT_VCPUS;
    private int maxRecords = DEFAULT_RECORDS;
    private AnswerLimit answerLimit = AnswerLimit.PROCESS;
    private Supplier<? extends IdleStrategy> vcpuIdle = BackoffIdleStrategy::new;
    private NanoClock clock = SystemNanoClock.INSTANCE;
    private EpochClock wallClock = SystemEpochClock.INSTANCE;

    /**
     * Sets how many vCPUs there may be at once; 64 unless set.
     *
     * @param count from 1 to {@link RequestFileDescriptor#MAX_CELLS}
     * @return this
     */
    public SharedHandoffConfig maxVcpus(final int count) {
        maxVcpus = inRange("maxVcpus", count, RequestFileDescriptor.MAX_CELLS);
        return this;
    }

    /**
     * Sets how many windows and host bridges there may be at once, both together; 256 unless set.
     *
     * @param count from 1 to {@link RequestFileDescriptor#MAX_RECORDS}
     * @return this
     */
    public SharedHandoffConfig maxRecords(final int count) {
        maxRecords = inRange("maxRecords", count, RequestFileDescriptor.MAX_RECORDS);
        return this;
    }

    private static int inRange(final String name, final int count, final int most) {
        if (count < 1 || count > most) {
            throw new IllegalArgumentException(name + "=" + count + " is not from 1 to " + most);
        }
        return count;
    }

    /**
     * Sets how long a vCPU waits for an answer; {@link AnswerLimit#PROCESS} unless set.
     *
     * @param limit the limit
     * @return this
     */
    public SharedHandoffConfig answerLimit(final AnswerLimit limit) {
        answerLimit = limit;
        return this;
    }

    /**
     * Sets how vCPUs wait; by backing off unless set.
     *
     * @param strategies makes one strategy for each vCPU
     * @return this
     */
    public SharedHandoffConfig vcpuIdle(final Supplier<? extends IdleStrategy> strategies) {
        vcpuIdle = strategies;
        return this;
    }

    /**
     * Sets the clock that waiting is measured by; the system's monotonic one unless set.
     *
     * @param nanoClock the clock
     * @return this
     */
    public SharedHandoffConfig clock(final NanoClock nanoClock) {
        clock = nanoClock;
        return this;
    }

    /**
     * Sets the clock that epochs start from; the system's unless set.
     *
     * @param epochClock the clock, in milliseconds
     * @return this
     */
    public SharedHandoffConfig wallClock(final EpochClock epochClock) {
        wallClock = epochClock;
        return this;
    }

    int maxVcpus() {
        return maxVcpus;
    }

    int maxRecords() {
        return maxRecords;
    }

    AnswerLimit answerLimit() {
        return answerLimit;
    }

    Supplier<? extends IdleStrategy> vcpuIdle() {
        return vcpuIdle;
    }

    NanoClock clock() {
        return clock;
    }

    EpochClock wallClock() {
        return wallClock;
    }
}
