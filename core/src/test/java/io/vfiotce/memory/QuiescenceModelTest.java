package io.vfiotce.memory;

import static io.vfiotce.memory.QuiescenceModel.ANNOUNCED;
import static io.vfiotce.memory.QuiescenceModel.CHANGES;
import static io.vfiotce.memory.QuiescenceModel.EPOCH;
import static io.vfiotce.memory.QuiescenceModel.POINTER;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.memory.QuiescenceModel.Op;
import io.vfiotce.memory.QuiescenceModel.Result;
import io.vfiotce.memory.QuiescenceModel.Step;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every interleaving of the reclamation protocol is safe, and of each protocol with one thing left out some are not. */
class QuiescenceModelTest {
    private static final int OBJECT = 0;
    private static final int SCRATCH = 1;
    private static final int COUNT = 2;

    private final ModelProgram program = new ModelProgram();

    private ModelProgram add(final Op op, final int a, final int b) {
        return program.add(op, a, b);
    }

    private List<Step> take() {
        return program.take();
    }

    private void announce() {
        program.announce(SCRATCH);
    }

    private void online(final boolean fence) {
        announce();
        if (fence) {
            add(Op.FENCE, 0, 0);
        }
    }

    private void use() {
        add(Op.LOAD, OBJECT, POINTER).add(Op.USE, OBJECT, 0).add(Op.USE, OBJECT, 0);
    }

    /** Two calls online, a time offline, two more calls. */
    private List<Step> reader(final boolean fence) {
        online(fence);
        use();
        announce();
        use();
        announce();
        add(Op.STORE_NUMBER, ANNOUNCED, 0);
        online(fence);
        use();
        announce();
        use();
        announce();
        return take();
    }

    /** Publishes object 1 instead of 0 and frees 0, then the same with 2 and 1. */
    private List<Step> reclaimer(final boolean publishFirst) {
        for (int object = 0; object < 2; object++) {
            if (publishFirst) {
                add(Op.STORE_NUMBER, POINTER, object + 1);
            }
            add(Op.INCREMENT, SCRATCH, EPOCH);
            if (!publishFirst) {
                add(Op.STORE_NUMBER, POINTER, object + 1);
            }
            add(Op.AWAIT_EPOCH, SCRATCH, 0).add(Op.FREE, 0, object);
        }
        return take();
    }

    private static Result explore(final String what, final List<Step> reader, final List<Step> other) {
        return ModelProgram.explore(QuiescenceModelTest.class, what, reader, other);
    }

    @Test
    void shouldNeverUseAFreedObjectWhenTheProtocolIsKept() {
        assertFalse(explore("protocol", reader(true), reclaimer(true)).violated());
    }

    @Test
    void shouldUseAFreedObjectWhenGoingOnlineHasNoFence() {
        assertTrue(
                explore("online without fence", reader(false), reclaimer(true)).violated());
    }

    @Test
    void shouldUseAFreedObjectWhenTheEpochAdvancesBeforePublishing() {
        assertTrue(explore("advance first", reader(true), reclaimer(false)).violated());
    }

    @Test
    void shouldUseAFreedObjectWhenAReaderAnnouncesBeforeItsLastUse() {
        online(true);
        add(Op.LOAD, OBJECT, POINTER);
        announce();
        add(Op.USE, OBJECT, 0);
        assertTrue(explore("announce too early", take(), reclaimer(true)).violated());
    }

    @Test
    void shouldUseAFreedObjectWhenAReaderMerelyCountsItsCalls() {
        add(Op.ADD, COUNT, 1).add(Op.STORE, ANNOUNCED, COUNT).add(Op.FENCE, 0, 0);
        for (int call = 0; call < 3; call++) {
            use();
            add(Op.ADD, COUNT, 1).add(Op.STORE, ANNOUNCED, COUNT);
        }
        final List<Step> counting = take();
        add(Op.STORE_NUMBER, POINTER, 1).add(Op.FENCE, 0, 0);
        add(Op.LOAD, SCRATCH, ANNOUNCED).add(Op.AWAIT_MOVE, SCRATCH, 0).add(Op.FREE, 0, 0);
        assertTrue(explore("per-call counter", counting, take()).violated());
    }

    /** What a planted variant of the reader that keeps a copy does otherwise. */
    private enum Renewal {
        /** Load the count, announce, renew. */
        KEPT,
        /** The copy is older than the announcement. */
        RENEWED_BEFORE_ANNOUNCING,
        /** An epoch between the announcement and the count is never announced. */
        COUNTED_AFTER_ANNOUNCING
    }

    /** A call of a vCPU, which keeps a copy of the pointer as long as the count stands still and announces when it has moved. */
    private void call(final Renewal renewal) {
        add(Op.LOAD, COUNT, CHANGES).add(Op.SKIP_IF_SAME, SCRATCH, 4);
        if (renewal != Renewal.COUNTED_AFTER_ANNOUNCING) {
            add(Op.LOAD, SCRATCH, CHANGES);
        }
        if (renewal == Renewal.RENEWED_BEFORE_ANNOUNCING) {
            add(Op.LOAD, OBJECT, POINTER);
        }
        add(Op.LOAD, COUNT, EPOCH).add(Op.STORE, ANNOUNCED, COUNT);
        if (renewal == Renewal.COUNTED_AFTER_ANNOUNCING) {
            add(Op.LOAD, SCRATCH, CHANGES);
        }
        if (renewal != Renewal.RENEWED_BEFORE_ANNOUNCING) {
            add(Op.LOAD, OBJECT, POINTER);
        }
        add(Op.USE, OBJECT, 0).add(Op.USE, OBJECT, 0);
    }

    private void copyingOnline() {
        online(true);
        // Register 1 is the count that the copy in register 0 belongs to: it starts below every real one.
        add(Op.ADD, SCRATCH, -1000);
    }

    /** Two calls, a time offline that the copy outlives, another call, and then offline. */
    private List<Step> copyingReader(final Renewal renewal) {
        copyingOnline();
        call(renewal);
        call(renewal);
        add(Op.STORE_NUMBER, ANNOUNCED, 0);
        add(Op.LOAD, COUNT, EPOCH).add(Op.STORE, ANNOUNCED, COUNT).add(Op.FENCE, 0, 0);
        call(renewal);
        add(Op.STORE_NUMBER, ANNOUNCED, 0);
        return take();
    }

    /** A call, and another one after a change was counted; it stays online. */
    private List<Step> stayingReader(final Renewal renewal) {
        copyingOnline();
        call(renewal);
        add(Op.AWAIT_CHANGES, 2, 0);
        call(renewal);
        return take();
    }

    /** What a planted variant of the reclaimer does otherwise. */
    private enum Reclaiming {
        /** Publish, count, advance, count. */
        KEPT,
        /** Counted and advanced before it is published. */
        PUBLISHED_LAST,
        /** A reader that comes online in between announces the epoch and keeps its copy. */
        COUNTED_ONLY_AFTER_ADVANCING,
        /** A reader that sees the count announces the epoch before. */
        COUNTED_ONLY_BEFORE_ADVANCING
    }

    private void count(final int number) {
        add(Op.STORE_NUMBER, CHANGES, number).add(Op.FENCE, 0, 0);
    }

    private List<Step> countingReclaimer(final Reclaiming order, final int objects) {
        for (int object = 0; object < objects; object++) {
            if (order != Reclaiming.PUBLISHED_LAST) {
                add(Op.STORE_NUMBER, POINTER, object + 1);
            }
            if (order == Reclaiming.COUNTED_ONLY_BEFORE_ADVANCING) {
                count(2 * object + 2);
            } else if (order != Reclaiming.COUNTED_ONLY_AFTER_ADVANCING) {
                count(2 * object + 1);
            }
            add(Op.INCREMENT, SCRATCH, EPOCH);
            if (order != Reclaiming.COUNTED_ONLY_BEFORE_ADVANCING) {
                count(2 * object + 2);
            }
            if (order == Reclaiming.PUBLISHED_LAST) {
                add(Op.STORE_NUMBER, POINTER, object + 1).add(Op.FENCE, 0, 0);
            }
            add(Op.AWAIT_EPOCH, SCRATCH, 0).add(Op.FREE, 0, object);
        }
        return take();
    }

    private Result exploreCopies(final String what, final Renewal renewal, final Reclaiming order) {
        return explore(what, copyingReader(renewal), countingReclaimer(order, 2));
    }

    @Test
    void shouldNeverUseAFreedObjectWhenAReaderAnnouncesByTheChangeCount() {
        assertFalse(exploreCopies("copies", Renewal.KEPT, Reclaiming.KEPT).violated());
    }

    @Test
    void shouldUseAFreedObjectWhenAReaderRenewsItsCopyBeforeItAnnounces() {
        assertTrue(exploreCopies("copies, renewed first", Renewal.RENEWED_BEFORE_ANNOUNCING, Reclaiming.KEPT)
                .violated());
    }

    @Test
    void shouldUseAFreedObjectWhenTheChangeIsPublishedAfterItIsCounted() {
        assertTrue(exploreCopies("copies, published last", Renewal.KEPT, Reclaiming.PUBLISHED_LAST)
                .violated());
    }

    @Test
    void shouldUseAFreedObjectWhenTheChangeIsCountedOnlyAfterTheEpoch() {
        assertTrue(exploreCopies("copies, counted after", Renewal.KEPT, Reclaiming.COUNTED_ONLY_AFTER_ADVANCING)
                .violated());
    }

    private Result exploreWait(final String what, final Renewal renewal, final Reclaiming order) {
        return explore(what, stayingReader(renewal), countingReclaimer(order, 1));
    }

    @Test
    void shouldEndEveryGracePeriodWhenAReaderCallsAgain() {
        assertFalse(exploreWait("waiting", Renewal.KEPT, Reclaiming.KEPT).stuck());
    }

    @Test
    void shouldWaitForEverWhenAReaderLooksAtTheCountAfterItHasAnnounced() {
        assertTrue(exploreWait("waiting, looked late", Renewal.COUNTED_AFTER_ANNOUNCING, Reclaiming.KEPT)
                .stuck());
    }

    @Test
    void shouldWaitForEverWhenTheEpochIsNotCountedItself() {
        assertTrue(exploreWait("waiting, counted first", Renewal.KEPT, Reclaiming.COUNTED_ONLY_BEFORE_ADVANCING)
                .stuck());
    }
}
