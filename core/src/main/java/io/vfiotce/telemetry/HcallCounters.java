package io.vfiotce.telemetry;

import io.vfiotce.memory.CounterBlock;
import io.vfiotce.memory.OffHeap;

/**
 * Hypercall counters of one vCPU: where calls ended, why layers passed them on, what the userspace layer met.
 *
 * <p>Words of one off-heap block, all written by the vCPU's thread:
 *
 * <pre>
 *   0        calls, one word for each {@code Hcall.index}
 *   4        calls ended in virtual mode
 *   8        calls ended in userspace
 *   12       calls with another opcode, ended in userspace
 *   13       answers of the handler that were refused
 *   14       calls answered with H_HARDWARE for want of a handler's answer
 *   15       answers that came after their call was given up
 *   16       reasons of real mode, one word for each {@link PassReason}
 *   28       reasons of virtual mode
 *   40       calls that were not handed over, or given up, because the handler's process is not trusted any more
 *   41       answers that no sound handler gives
 * </pre>
 *
 * @threads the vCPU counts; any thread reads, by {@link HcallStatistics}
 * @ordering opaque: a reader sees recent values, each untorn, not a consistent set
 */
public final class HcallCounters extends CounterBlock implements HcallStatistics {
    /** {@link Layer#REAL} as a number for the hot path. */
    public static final int REAL = 0;

    /** {@link Layer#VIRTUAL} as a number for the hot path. */
    public static final int VIRTUAL = 1;

    /** {@link Layer#USERSPACE} as a number for the hot path. */
    public static final int USERSPACE = 2;

    /** {@link PassReason#NOT_ENABLED} as a number for the hot path; the others follow. */
    public static final int NOT_ENABLED = 0;

    /** {@link PassReason#UNKNOWN_LIOBN}. */
    public static final int UNKNOWN_LIOBN = 1;

    /** {@link PassReason#ABSENT_LEAF}. */
    public static final int ABSENT_LEAF = 2;

    /** {@link PassReason#MISALIGNED_TCE}. */
    public static final int MISALIGNED_TCE = 3;

    /** {@link PassReason#UNBACKED_TCE}. */
    public static final int UNBACKED_TCE = 4;

    /** {@link PassReason#UNBACKED_LIST}. */
    public static final int UNBACKED_LIST = 5;

    /** {@link PassReason#NO_MEMORY}. */
    public static final int NO_MEMORY = 6;

    /** {@link PassReason#NOT_REGISTERED}. */
    public static final int NOT_REGISTERED = 7;

    /** {@link PassReason#ABSENT_LEVEL}. */
    public static final int ABSENT_LEVEL = 8;

    /** {@link PassReason#OTHER_TABLE}. */
    public static final int OTHER_TABLE = 9;

    /** {@link PassReason#USERSPACE_ONLY}. */
    public static final int USERSPACE_ONLY = 10;

    private static final int CALLS_PER_LAYER = 4;
    private static final int OTHER_OPCODES = 12;
    private static final int REFUSED_ANSWERS = 13;
    private static final int UNANSWERED = 14;
    private static final int LATE_ANSWERS = 15;
    private static final int REASONS = 16;
    private static final int REASONS_PER_LAYER = 12;
    private static final int FENCED_CALLS = 40;
    private static final int BAD_ANSWERS = 41;

    /**
     * Creates counters at zero.
     *
     * @param offHeap where they are kept
     */
    public HcallCounters(final OffHeap offHeap) {
        super(offHeap);
    }

    /**
     * Counts a call that came in, for a vCPU that keeps the address.
     *
     * @param address {@link #address} of the counters
     * @param hcallIndex {@code Hcall.index} of the call
     */
    public static void entered(final long address, final int hcallIndex) {
        increment(address, hcallIndex);
    }

    /**
     * Counts a call that ended outside real mode.
     *
     * @param layer {@link #VIRTUAL} or {@link #USERSPACE}
     * @param hcallIndex {@code Hcall.index} of the call
     */
    public void ended(final int layer, final int hcallIndex) {
        increment(layer * CALLS_PER_LAYER + hcallIndex);
    }

    /** Counts a call with an opcode that is none of the four. */
    public void enteredOther() {
        increment(OTHER_OPCODES);
    }

    /**
     * Counts a call that a layer passed on.
     *
     * @param layer {@link #REAL} or {@link #VIRTUAL}
     * @param reason one of the reason numbers of this class
     */
    public void passedOn(final int layer, final int reason) {
        increment(REASONS + layer * REASONS_PER_LAYER + reason);
    }

    /** Counts an answer of the handler that was refused because it fits no request. */
    public void refusedAnswer() {
        increment(REFUSED_ANSWERS);
    }

    /** Counts a call that no handler answered. */
    public void unanswered() {
        increment(UNANSWERED);
    }

    /** Counts an answer that came after its call was given up. */
    public void lateAnswer() {
        increment(LATE_ANSWERS);
    }

    /** Counts a call that was not handed over, or given up, because the handler's process is not trusted any more. */
    public void fencedCall() {
        increment(FENCED_CALLS);
    }

    /** Counts an answer that no sound handler gives. */
    public void badAnswer() {
        increment(BAD_ANSWERS);
    }

    @Override
    public long ended(final Layer layer, final int hcallIndex) {
        if (layer != Layer.REAL) {
            return value(layer.ordinal() * CALLS_PER_LAYER + hcallIndex);
        }
        // What ends in real mode is not counted again: it is what came in and did not end elsewhere.
        return value(hcallIndex) - ended(Layer.VIRTUAL, hcallIndex) - ended(Layer.USERSPACE, hcallIndex);
    }

    @Override
    public long ended(final Layer layer) {
        long sum = 0;
        for (int i = 0; i < CALLS_PER_LAYER; i++) {
            sum += ended(layer, i);
        }
        return sum;
    }

    @Override
    public long passedOn(final Layer layer, final PassReason reason) {
        return value(REASONS + layer.ordinal() * REASONS_PER_LAYER + reason.ordinal());
    }

    @Override
    public long otherOpcodes() {
        return value(OTHER_OPCODES);
    }

    @Override
    public long refusedAnswers() {
        return value(REFUSED_ANSWERS);
    }

    @Override
    public long unansweredCalls() {
        return value(UNANSWERED);
    }

    @Override
    public long lateAnswers() {
        return value(LATE_ANSWERS);
    }

    @Override
    public long fencedCalls() {
        return value(FENCED_CALLS);
    }

    @Override
    public long badAnswers() {
        return value(BAD_ANSWERS);
    }
}
