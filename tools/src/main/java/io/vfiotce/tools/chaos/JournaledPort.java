package io.vfiotce.tools.chaos;

import io.vfiotce.handoff.HandoffPort;
import io.vfiotce.memory.WordPage;

/**
 * A port that notes which of its requests is under way, how long the slowest took and which were applied.
 *
 * @threads the vCPU's, but for {@link #underWay}
 */
final class JournaledPort implements HandoffPort {
    private final HandoffPort port;
    private volatile long begun;
    private volatile long ended;
    private long slowestNs;
    private long applied;
    private long lastApplied;
    private boolean isOutOfOrder;

    JournaledPort(final HandoffPort port) {
        this.port = port;
    }

    /** Which request waits for its answer, counted from 1; 0 if none does. */
    long underWay() {
        final long last = ended;
        final long now = begun;
        return now == last ? 0 : now;
    }

    long slowestNs() {
        return slowestNs;
    }

    /** How many requests were applied since this was asked last. */
    long takeApplied() {
        final long count = applied;
        applied = 0;
        return count;
    }

    /** Whether a request was applied after a later one, or a second time. */
    boolean isOutOfOrder() {
        return isOutOfOrder;
    }

    @Override
    public boolean exchange(
            final long opcode, final long liobn, final long ioba, final long r6, final long r7, final int listWords) {
        final long number = ended + 1;
        final long startNs = System.nanoTime();
        begun = number;
        try {
            return port.exchange(opcode, liobn, ioba, r6, r7, listWords);
        } finally {
            ended = number;
            slowestNs = Math.max(slowestNs, System.nanoTime() - startNs);
        }
    }

    @Override
    public boolean journal() {
        final boolean isFirst = port.journal();
        if (isFirst) {
            applied++;
            isOutOfOrder |= port.appliedNumber() <= lastApplied;
            lastApplied = port.appliedNumber();
        }
        return isFirst;
    }

    @Override
    public WordPage list() {
        return port.list();
    }

    @Override
    public long appliedNumber() {
        return port.appliedNumber();
    }

    @Override
    public void refuse() {
        port.refuse();
    }

    @Override
    public long status() {
        return port.status();
    }

    @Override
    public long effect() {
        return port.effect();
    }

    @Override
    public long firstEntry() {
        return port.firstEntry();
    }

    @Override
    public long count() {
        return port.count();
    }

    @Override
    public long generation() {
        return port.generation();
    }

    @Override
    public long windowLiobn() {
        return port.windowLiobn();
    }

    @Override
    public long windowPageShift() {
        return port.windowPageShift();
    }

    @Override
    public int resultCount() {
        return port.resultCount();
    }

    @Override
    public int result(final int index) {
        return port.result(index);
    }

    @Override
    public void close() {
        port.close();
    }
}
