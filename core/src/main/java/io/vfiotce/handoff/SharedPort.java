package io.vfiotce.handoff;

import static io.vfiotce.handoff.HandoffCellDescriptor.ANSWER_NUMBER;
import static io.vfiotce.handoff.HandoffCellDescriptor.OPCODE;
import static io.vfiotce.handoff.HandoffCellDescriptor.STATUS;

import io.vfiotce.memory.MappedWords;
import io.vfiotce.memory.OffHeap;
import io.vfiotce.memory.WritableWords;
import io.vfiotce.telemetry.HcallCounters;
import org.agrona.concurrent.IdleStrategy;

/**
 * A vCPU's end of the hand-off to another process. Arguments, list and answer are private copies in {@link CellPort}; what the other
 * process can write is copied once, verified, and never looked at again.
 *
 * <p>The protocol is modelled in {@code core/src/main/promela/handoff.pml}.
 */
final class SharedPort extends CellPort {
    private final SharedHandoff handoff;
    private final PeerFence fence;
    private final EndMarks ends;
    private final int index;
    private final long epoch;
    private final WritableWords request;
    private final MappedWords response;
    private final int requestWord;
    private final int listWord;
    private final int responseWord;
    private long number;
    private long expected;
    private long seen;
    private boolean isUsed;
    private boolean isBadCounted;

    SharedPort(
            final SharedHandoff handoff,
            final OwnedFiles files,
            final SharedCell place,
            final OffHeap offHeap,
            final IdleStrategy idle,
            final AnswerTimer timer,
            final HcallCounters counters) {
        super(offHeap, idle, timer, counters);
        this.handoff = handoff;
        fence = handoff.fence();
        ends = new EndMarks(files, cell);
        index = place.index();
        number = place.lastNumber();
        epoch = files.epoch();
        request = files.request();
        response = files.response();
        requestWord = place.requestWord();
        listWord = place.listWord();
        responseWord = ResponseFileDescriptor.cellWord(index);
    }

    @Override
    public boolean exchange(
            final long opcode, final long liobn, final long ioba, final long r6, final long r7, final int listWords) {
        if (fence.isUp()) {
            counters.fencedCall();
            return false;
        }
        try {
            return attempt(opcode, liobn, ioba, r6, r7, listWords);
        } catch (final InternalError e) {
            fence.raise(SharedHandoff.CUT_SHORT);
            return false;
        }
    }

    /** Makes a call. No access to the files that it made has failed and not been heard of when it returns. */
    private boolean attempt(
            final long opcode, final long liobn, final long ioba, final long r6, final long r7, final int listWords) {
        try {
            idle.reset();
            timer.start();
            takeNumber();
            writeRequest(number, opcode, liobn, ioba, r6, r7, listWords);
            publish(listWords);
            return await() && isSound();
        } catch (final InternalError e) {
            throw e;
        } catch (final HandlerHangException e) {
            withdraw();
            throw e;
        } catch (final RuntimeException | Error e) {
            // The embedder's strategy failed: the guest gets a status all the same.
            withdraw();
            return false;
        }
    }

    /** Takes the next number; one that is answered before it is asked about is passed over. */
    private void takeNumber() {
        isBadCounted = false;
        expected = StateWord.done(++number, epoch, index);
        final long state = response.wordAcquire(responseWord + ResponseFileDescriptor.STATE);
        if (isUsed && state != seen) {
            look(state);
        }
        // A new vCPU is not concerned with what the last one of the cell has left there.
        isUsed = true;
        seen = state;
        if (state == expected) {
            expected = StateWord.done(++number, epoch, index);
        }
    }

    private void publish(final int listWords) {
        request.store(listWord, list, 0, listWords);
        request.store(
                requestWord + RequestFileDescriptor.ARGUMENTS, cell, OPCODE, RequestFileDescriptor.ARGUMENT_COUNT);
        // The number after its words: a handler that sees it sees them.
        request.setWordRelease(requestWord + RequestFileDescriptor.NUMBER, number);
        request.setWordRelease(requestWord + RequestFileDescriptor.STATE, StateWord.request(number, epoch, index));
    }

    private boolean await() {
        while (true) {
            final long state = response.wordAcquire(responseWord + ResponseFileDescriptor.STATE);
            if (state == expected) {
                if (copyAnswer()) {
                    return true;
                }
            } else if (state != seen) {
                look(state);
                seen = state;
            }
            if (fence.isUp()) {
                counters.fencedCall();
                withdraw();
                return false;
            }
            if (timer.isOver()) {
                handoff.unanswered();
                withdraw();
                return false;
            }
            idle.idle();
        }
    }

    /** Whether the answer may be used, as far as the files go. */
    private boolean isSound() {
        if (ends.isRequestWhole()) {
            return true;
        }
        fence.raise(SharedHandoff.CUT_SHORT);
        return false;
    }

    /** Copies the answer and verifies it; what is in the copy then is what the handler meant, whole. */
    private boolean copyAnswer() {
        response.copy(responseWord + ResponseFileDescriptor.ANSWER, cell, STATUS, ResponseFileDescriptor.ANSWER_WORDS);
        final long checksum = response.wordAcquire(responseWord + ResponseFileDescriptor.CHECKSUM);
        if (response.wordAcquire(responseWord + ResponseFileDescriptor.STATE) != expected) {
            return false;
        }
        if (checksum != WordChecksum.of(cell, STATUS, ResponseFileDescriptor.ANSWER_WORDS, number, epoch, index)) {
            bad();
            return false;
        }
        seen = expected;
        cell.setWordPlain(ANSWER_NUMBER, number);
        if (isFailure()) {
            handoff.handlerFailed();
        }
        return true;
    }

    /** A state word that does not answer the request: an answer that is late, one that is written anew, or a wrong one. */
    private void look(final long state) {
        if (StateWord.isEarlierAnswer(state, number, epoch, index)) {
            counters.lateAnswer();
        } else if (state != 0) {
            bad();
        }
    }

    /** Counts a wrong answer, once for each request. */
    private void bad() {
        if (!isBadCounted) {
            isBadCounted = true;
            refuse();
        }
    }

    /** Ends a call without an answer. If that was because a file was cut short, it comes up here and not in a later call. */
    private void withdraw() {
        request.setWordRelease(requestWord + RequestFileDescriptor.STATE, StateWord.free(number, epoch, index));
        MappedWords.settle();
    }

    @Override
    public void refuse() {
        counters.badAnswer();
        fence.badAnswer();
    }

    @Override
    public void close() {
        free();
        handoff.portClosed(index, number);
    }
}
