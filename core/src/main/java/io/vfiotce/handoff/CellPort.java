package io.vfiotce.handoff;

import static io.vfiotce.handoff.HandoffCellDescriptor.APPLIED;
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
import io.vfiotce.telemetry.HcallCounters;
import java.util.Objects;
import org.agrona.concurrent.IdleStrategy;

/** The cell and list page of one vCPU in this process, pooled for all its calls, and how it waits. */
abstract class CellPort implements HandoffPort {
    final IdleStrategy idle;
    final AnswerTimer timer;
    final HcallCounters counters;
    final WordPage cell;
    final WordPage list;
    private final OffHeap offHeap;

    CellPort(final OffHeap offHeap, final IdleStrategy idle, final AnswerTimer timer, final HcallCounters counters) {
        this.offHeap = offHeap;
        this.idle = idle;
        this.timer = timer;
        this.counters = counters;
        cell = offHeap.allocate(BYTES);
        list = offHeap.allocate(Hcall.LIST_PAGE_BYTES);
        if (cell == null || list == null) {
            offHeap.free(cell);
            offHeap.free(list);
            throw new OutOfMemoryError("no off-heap memory for a hand-off cell");
        }
    }

    final void writeRequest(
            final long number,
            final long opcode,
            final long liobn,
            final long ioba,
            final long r6,
            final long r7,
            final int listWords) {
        cell.setWordPlain(OPCODE, opcode);
        cell.setWordPlain(LIOBN, liobn);
        cell.setWordPlain(IOBA, ioba);
        cell.setWordPlain(R6, r6);
        cell.setWordPlain(R7, r7);
        cell.setWordPlain(LIST_WORDS, listWords);
        cell.setWordPlain(REQUEST_NUMBER, number);
    }

    @Override
    public final WordPage list() {
        return list;
    }

    @Override
    public final boolean journal() {
        final long number = cell.wordPlain(REQUEST_NUMBER);
        if (cell.wordPlain(APPLIED) == number) {
            return false;
        }
        cell.setWordRelease(APPLIED, number);
        return true;
    }

    @Override
    public final long appliedNumber() {
        return cell.wordPlain(APPLIED);
    }

    @Override
    public final long status() {
        return cell.wordPlain(STATUS);
    }

    /** Whether the answer says that the handler has thrown. */
    final boolean isFailure() {
        return cell.wordPlain(EFFECT) == HcallAnswer.EFFECT_FAILED;
    }

    @Override
    public final long effect() {
        return isFailure() ? HcallAnswer.EFFECT_NONE : cell.wordPlain(EFFECT);
    }

    @Override
    public final long firstEntry() {
        return cell.wordPlain(FIRST_ENTRY);
    }

    @Override
    public final long count() {
        return cell.wordPlain(COUNT);
    }

    @Override
    public final long generation() {
        return cell.wordPlain(GENERATION);
    }

    @Override
    public final long windowLiobn() {
        return cell.wordPlain(WINDOW_LIOBN);
    }

    @Override
    public final long windowPageShift() {
        return cell.wordPlain(WINDOW_PAGE_SHIFT);
    }

    @Override
    public final int resultCount() {
        final long count = cell.wordPlain(RESULT_COUNT);
        return count < 0 || count > HcallAnswer.MAX_RESULTS ? -1 : (int) count;
    }

    @Override
    public final int result(final int index) {
        return (int) cell.wordPlain(RESULTS + Objects.checkIndex(index, HcallAnswer.MAX_RESULTS));
    }

    final void free() {
        offHeap.free(cell);
        offHeap.free(list);
    }
}
