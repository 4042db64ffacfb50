package io.vfiotce.telemetry;

/**
 * What a vCPU has counted: where calls ended, why layers passed them on, what the userspace layer met.
 *
 * @threads any, also after the vCPU is closed
 * @ordering opaque: recent values, each untorn, not a consistent set
 */
public interface HcallStatistics {
    /**
     * Calls of one hypercall that ended in one layer.
     *
     * @param layer the layer
     * @param hcallIndex {@code Hcall.index} of the call
     * @return a recent count
     */
    long ended(Layer layer, int hcallIndex);

    /**
     * Calls of all four hypercalls that ended in one layer.
     *
     * @param layer the layer
     * @return a recent count
     */
    long ended(Layer layer);

    /**
     * Calls that a layer passed on for one reason.
     *
     * @param layer {@link Layer#REAL} or {@link Layer#VIRTUAL}
     * @param reason the reason
     * @return a recent count
     */
    long passedOn(Layer layer, PassReason reason);

    /** {@return calls with another opcode} */
    long otherOpcodes();

    /** {@return answers of the handler that were refused} */
    long refusedAnswers();

    /** {@return calls that no handler answered in time, fenced ones among them} */
    long unansweredCalls();

    /** {@return answers that came after their call was given up; they had no effect} */
    long lateAnswers();

    /** {@return calls that were not answered because the handler's process is not trusted any more} */
    long fencedCalls();

    /** {@return answers that no sound handler gives: torn, for no request, with an illegal status; they had no effect} */
    long badAnswers();
}
