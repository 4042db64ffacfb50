package io.vfiotce.handoff;

import static io.vfiotce.handoff.HandoffCellDescriptor.ANSWER_NUMBER;
import static io.vfiotce.handoff.HandoffCellDescriptor.BYTES;
import static io.vfiotce.handoff.HandoffCellDescriptor.COUNT;
import static io.vfiotce.handoff.HandoffCellDescriptor.EFFECT;
import static io.vfiotce.handoff.HandoffCellDescriptor.FIRST_ENTRY;
import static io.vfiotce.handoff.HandoffCellDescriptor.GENERATION;
import static io.vfiotce.handoff.HandoffCellDescriptor.IOBA;
import static io.vfiotce.handoff.HandoffCellDescriptor.LIOBN;
import static io.vfiotce.handoff.HandoffCellDescriptor.LIST_WORDS;
import static io.vfiotce.handoff.HandoffCellDescriptor.OPCODE;
import static io.vfiotce.handoff.HandoffCellDescriptor.R6;
import static io.vfiotce.handoff.HandoffCellDescriptor.R7;
import static io.vfiotce.handoff.HandoffCellDescriptor.REQUEST_NUMBER;
import static io.vfiotce.handoff.HandoffCellDescriptor.RESULTS;
import static io.vfiotce.handoff.HandoffCellDescriptor.RESULT_COUNT;
import static io.vfiotce.handoff.HandoffCellDescriptor.STATUS;
import static io.vfiotce.handoff.HandoffCellDescriptor.WINDOW_LIOBN;
import static io.vfiotce.handoff.HandoffCellDescriptor.WINDOW_PAGE_SHIFT;

import io.vfiotce.memory.OffHeap;
import io.vfiotce.memory.WordPage;
import io.vfiotce.papr.Hcall;
import java.util.Objects;
import org.agrona.concurrent.IdleStrategy;

/** The cell and list page of one vCPU, pooled for all its calls. */
final class InProcessPort implements HandoffPort {
    private final InProcessHandoff handoff;
    private final OffHeap offHeap;
    private final IdleStrategy idle;
    private final WordPage cell;
    private final WordPage list;
    private final HcallRequest request;
    private final HcallAnswer answer;
    private long number;

    InProcessPort(final InProcessHandoff handoff, final OffHeap offHeap, final IdleStrategy idle) {
        this.handoff = handoff;
        this.offHeap = offHeap;
        this.idle = idle;
        cell = offHeap.allocate(BYTES);
        list = offHeap.allocate(Hcall.LIST_PAGE_BYTES);
        if (cell == null || list == null) {
            offHeap.free(cell);
            offHeap.free(list);
            throw new OutOfMemoryError("no off-heap memory for a hand-off cell");
        }
        request = new HcallRequest(cell, list);
        answer = new HcallAnswer(cell);
    }

    @Override
    public WordPage list() {
        return list;
    }

    @Override
    public boolean exchange(
            final long opcode, final long liobn, final long ioba, final long r6, final long r7, final int listWords) {
        if (!isAnswered()) {
            // An earlier call was given up while it was under way; its cell is not ours until it is answered.
            return false;
        }
        number++;
        cell.setWordPlain(REQUEST_NUMBER, number);
        cell.setWordPlain(OPCODE, opcode);
        cell.setWordPlain(LIOBN, liobn);
        cell.setWordPlain(IOBA, ioba);
        cell.setWordPlain(R6, r6);
        cell.setWordPlain(R7, r7);
        cell.setWordPlain(LIST_WORDS, listWords);
        if (handoff.isClosed() || !handoff.offer(this)) {
            number--;
            return false;
        }
        try {
            idle.reset();
            while (!isAnswered()) {
                if (handoff.isClosed()) {
                    return isAnswered();
                }
                idle.idle();
            }
            return true;
        } catch (final RuntimeException | Error e) {
            // The embedder's strategy failed: the guest gets a status all the same.
            return false;
        }
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
    public long status() {
        return cell.wordPlain(STATUS);
    }

    @Override
    public long effect() {
        return cell.wordPlain(EFFECT);
    }

    @Override
    public long firstEntry() {
        return cell.wordPlain(FIRST_ENTRY);
    }

    @Override
    public long count() {
        return cell.wordPlain(COUNT);
    }

    @Override
    public long generation() {
        return cell.wordPlain(GENERATION);
    }

    @Override
    public long windowLiobn() {
        return cell.wordPlain(WINDOW_LIOBN);
    }

    @Override
    public long windowPageShift() {
        return cell.wordPlain(WINDOW_PAGE_SHIFT);
    }

    @Override
    public int resultCount() {
        final long count = cell.wordPlain(RESULT_COUNT);
        return count < 0 || count > HcallAnswer.MAX_RESULTS ? -1 : (int) count;
    }

    @Override
    public int result(final int index) {
        return (int) cell.wordPlain(RESULTS + Objects.checkIndex(index, HcallAnswer.MAX_RESULTS));
    }

    @Override
    public void close() {
        // A handler that is slow, and not heard of before the hand-off closed, may still write its answer.
        handoff.portClosed(this, isAnswered());
    }

    void free() {
        offHeap.free(cell);
        offHeap.free(list);
    }
}
