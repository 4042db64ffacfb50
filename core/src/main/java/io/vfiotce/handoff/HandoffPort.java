package io.vfiotce.handoff;

import io.vfiotce.memory.WordPage;

/**
 * A vCPU's end of the hand-off: at most one call is under way.
 *
 * @threads the vCPU's thread, but for {@link #close}
 */
public interface HandoffPort {
    /** {@return the page that the words of an INDIRECT list or an RTAS buffer are copied to before {@link #exchange}} */
    WordPage list();

    /**
     * Hands a call over and waits for the answer. The vCPU must be offline: this blocks.
     *
     * @param opcode r3
     * @param liobn r4
     * @param ioba r5, bytes
     * @param r6 r6
     * @param r7 r7
     * @param listWords how many words of {@link #list} belong to the call
     * @return false if there is no handler to answer any more, or it has not answered in time; its answer is never applied
     * @throws HandlerHangException if there is no deadline but a limit to hang, and it is reached
     */
    boolean exchange(long opcode, long liobn, long ioba, long r6, long r7, int listWords);

    /**
     * Journals, in one word, that the last answer is applied: no answer is applied twice.
     *
     * @return false if it has been already
     */
    boolean journal();

    /** {@return number of the request whose answer was applied last, counted from 1; 0 before the first} */
    long appliedNumber();

    /** Says that the last answer fits no call: a peer in another process that does so again and again is not asked any more. */
    void refuse();

    /** {@return status of the last answer} */
    long status();

    /** {@return effect of the last answer, an {@code EFFECT_} number of {@link HcallAnswer} or garbage} */
    long effect();

    /** {@return first entry of the last answer; bus address in bytes if it makes a window} */
    long firstEntry();

    /** {@return count of entries of the last answer; size in pages if it makes a window} */
    long count();

    /** {@return generation of the table that the last answer means; of a bridge's windows if it changes them} */
    long generation();

    /** {@return LIOBN of the window that the last answer makes or removes} */
    long windowLiobn();

    /** {@return log2 of the page size of the window that the last answer makes} */
    long windowPageShift();

    /** {@return how many RTAS results the last answer has, from 0 to {@link HcallAnswer#MAX_RESULTS}; -1 if it says nonsense} */
    int resultCount();

    /**
     * An RTAS result of the last answer.
     *
     * @param index number of the result
     * @return its low 32 bits
     * @throws IndexOutOfBoundsException if the index is negative or not below {@link HcallAnswer#MAX_RESULTS}
     */
    int result(int index);

    /** Gives the port's memory back. The vCPU is gone. */
    void close();
}
