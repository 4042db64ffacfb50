package io.vfiotce.handoff;

import static io.vfiotce.handoff.HandoffCellDescriptor.ANSWER_NUMBER;
import static io.vfiotce.handoff.HandoffCellDescriptor.REQUEST_NUMBER;

import io.vfiotce.memory.OffHeap;
import io.vfiotce.telemetry.HcallCounters;
import org.agrona.concurrent.IdleStrategy;

/** A vCPU's end of the hand-off to a handler in this process: both use the same cell and list page. */
final class InProcessPort extends CellPort {
    private final InProcessHandoff handoff;
    private final HcallRequest request;
    private final HcallAnswer answer;
    private long number;
    private boolean isGivenUp;

    InProcessPort(
            final InProcessHandoff handoff,
            final OffHeap offHeap,
            final IdleStrategy idle,
            final AnswerTimer timer,
            final HcallCounters counters) {
        super(offHeap, idle, timer, counters);
        this.handoff = handoff;
        request = new HcallRequest(cell, list);
        answer = new HcallAnswer(cell);
    }

    @Override
    public boolean exchange(
            final long opcode, final long liobn, final long ioba, final long r6, final long r7, final int listWords) {
        try {
            idle.reset();
            timer.start();
            // The cell of a call that was given up is the handler's until it has answered it.
            if (isGivenUp && !awaitLate()) {
                return false;
            }
            return hand(opcode, liobn, ioba, r6, r7, listWords) && await();
        } catch (final HandlerHangException e) {
            isGivenUp = true;
            throw e;
        } catch (final RuntimeException | Error e) {
            // The embedder's strategy failed: the guest gets a status all the same.
            isGivenUp = !isAnswered();
            return false;
        }
    }

    private boolean awaitLate() {
        if (!await()) {
            return false;
        }
        isGivenUp = false;
        counters.lateAnswer();
        return true;
    }

    private boolean hand(
            final long opcode, final long liobn, final long ioba, final long r6, final long r7, final int listWords) {
        writeRequest(number + 1, opcode, liobn, ioba, r6, r7, listWords);
        if (handoff.isClosed() || !handoff.offer(this)) {
            return false;
        }
        number++;
        return true;
    }

    private boolean await() {
        while (!isAnswered()) {
            if (handoff.isClosed()) {
                return isAnswered();
            }
            if (timer.isOver()) {
                isGivenUp = true;
                handoff.unanswered();
                return false;
            }
            idle.idle();
        }
        return true;
    }

    private boolean isAnswered() {
        return cell.wordAcquire(ANSWER_NUMBER) == number;
    }

    HcallRequest request() {
        return request;
    }

    HcallAnswer answer() {
        return answer;
    }

    void publishAnswer() {
        cell.setWordRelease(ANSWER_NUMBER, cell.wordPlain(REQUEST_NUMBER));
    }

    @Override
    public void refuse() {
        // What it answers is counted by the caller; it runs in this process and is not fenced.
    }

    @Override
    public void close() {
        // A handler that is slow, and not heard of before the hand-off closed, may still write its answer.
        handoff.portClosed(this, isAnswered());
    }
}
