package io.vfiotce.bench.latency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

/** Calls are due whatever became of the calls before them. */
class OpenLoopTest {
    private static final long STALL_NS = 20_000_000;
    private static final long CALL_NS = 1_000;
    private static final long STEP_NS = 250;
    private static final int RATE = 10_000;

    private final IntervalLog latency = new IntervalLog(3);
    private final IntervalLog service = new IntervalLog(3);

    // Every look at the clock takes a moment, so that waiting ends.
    private long nowNs = 12_345;

    private long clock() {
        return nowNs += STEP_NS;
    }

    @Test
    void shouldCountEveryCallWhenTheRateIsKept() throws IOException {
        final OpenLoop loop = new OpenLoop(this::clock, i -> nowNs += CALL_NS);
        loop.run(RATE, 2 * RATE, latency, service);
        final Histogram total = latency.total();
        assertEquals(2 * RATE, total.getTotalCount());
        assertEquals(CALL_NS, total.getMinValue(), 2 * STEP_NS);
        assertEquals(CALL_NS, total.getMaxValue(), 4 * STEP_NS);
        assertEquals(2e9 - 1e9 / RATE + CALL_NS, loop.spanNs(), 4 * STEP_NS);
        assertTrue(loop.worstSlipNs() <= STEP_NS);
    }

    /** 20 ms at 10,000 calls per second: 200 calls are due meanwhile, and wait as long as is left of it. */
    @Test
    void shouldCountEveryCallThatWasDueMeanwhileWhenTheHandlerStallsOnce() throws IOException {
        final OpenLoop loop = new OpenLoop(this::clock, i -> nowNs += i == RATE / 2 ? STALL_NS : CALL_NS);
        loop.run(RATE, RATE, latency, service);
        final Histogram total = latency.total();
        final long lateNs = STALL_NS / 10;
        // Due within the first nine tenths of the stall, plus what the queue adds while it is worked off.
        final long queued = countAbove(total, lateNs);
        assertEquals(STALL_NS * 9 / 10 / 100_000, queued, 3);
        assertEquals(STALL_NS, total.getMaxValue(), STALL_NS / 500);
        assertEquals(1, countAbove(service.total(), lateNs), "one call took long, the others waited");
        assertEquals(STALL_NS - 1e9 / RATE, loop.worstSlipNs(), 2 * CALL_NS);
        assertEquals(RATE, total.getTotalCount());
        assertEquals(1e9 - 1e9 / RATE + CALL_NS, loop.spanNs(), 4 * STEP_NS, "the rate was kept in the end");
    }

    @Test
    void shouldTakeLongerThanAskedWhenTheHandlerIsTooSlowForTheRate() throws IOException {
        final long slowNs = 2_000_000_000L / RATE;
        final OpenLoop loop = new OpenLoop(this::clock, i -> nowNs += slowNs);
        loop.run(RATE, RATE, latency, service);
        assertEquals(2e9, loop.spanNs(), RATE * 2 * STEP_NS);
        assertEquals(1e9, latency.total().getMaxValue(), 2e7, "the last call waited for the whole queue");
        assertEquals(slowNs, service.total().getMaxValue(), slowNs / 500);
    }

    /** An exact schedule: rates that do not divide a second do not drift. */
    @Test
    void shouldNotDriftWhenThePeriodIsNoWholeNumber() throws IOException {
        final int rate = 70_001;
        final long startNs = nowNs + STEP_NS;
        final long[] lastNs = new long[1];
        new OpenLoop(this::clock, i -> lastNs[0] = nowNs).run(rate, 2L * rate + 1, latency, service);
        assertEquals(startNs + 2_000_000_000L, lastNs[0], STEP_NS);
    }

    @Test
    void shouldAllocateNothingWhenCallsAreRecorded() throws IOException {
        final var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        final OpenLoop loop = new OpenLoop(this::clock, i -> nowNs += CALL_NS);
        long leastBytes = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 20 && leastBytes != 0; attempt++) {
            final long before = threads.getCurrentThreadAllocatedBytes();
            loop.run(RATE, 3 * RATE, latency, service);
            leastBytes = Math.min(leastBytes, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertEquals(0, leastBytes);
    }

    private static long countAbove(final Histogram total, final long ns) {
        return total.getCountBetweenValues(ns, IntervalLog.MAX_NS);
    }
}
