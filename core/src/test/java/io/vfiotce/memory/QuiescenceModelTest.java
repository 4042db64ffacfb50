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
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every interleaving of the reclamation protocol is safe, and of each protocol with one thing left out some are not. */
class QuiescenceModelTest {
    private static final int OBJECT = 0;
    private static final int SCRATCH = 1;
    private static final int COUNT = 2;

    private final List<Step> program = new ArrayList<>();

    private QuiescenceModelTest add(final Op op, final int a, final int b) {
        program.add(new Step(op, a, b));
        return this;
    }

    private List<Step> take() {
        final List<Step> steps = List.copyOf(program);
        program.clear();
        return steps;
    }

    private void announce() {
        add(Op.LOAD, SCRATCH, EPOCH).add(Op.STORE, ANNOUNCED, SCRATCH);
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

    private static Result explore(final String what, final List<Step> reader, final List<Step> reclaimer) {
        final Result result = QuiescenceModel.explore(reader, reclaimer);
        System.out.println("QuiescenceModelTest: " + what + ": " + result);
        assertTrue(result.finished(), "the programs never came to their ends");
        return result;
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

    /** A reader that keeps a copy of the pointer as long as the count of changes stands still. */
    private List<Step> copyingReader() {
        online(true);
        // Register 1 is the count that the copy in register 0 belongs to: it starts below every real one.
        add(Op.ADD, SCRATCH, -1000);
        for (int call = 0; call < 3; call++) {
            add(Op.LOAD, COUNT, CHANGES).add(Op.SKIP_IF_SAME, SCRATCH, 2);
            add(Op.LOAD, SCRATCH, CHANGES).add(Op.LOAD, OBJECT, POINTER);
            add(Op.USE, OBJECT, 0).add(Op.USE, OBJECT, 0);
            add(Op.LOAD, COUNT, EPOCH).add(Op.STORE, ANNOUNCED, COUNT);
        }
        return take();
    }

    private List<Step> countingReclaimer(final boolean countBeforeAdvance) {
        for (int object = 0; object < 2; object++) {
            add(Op.STORE_NUMBER, POINTER, object + 1);
            if (countBeforeAdvance) {
                add(Op.STORE_NUMBER, CHANGES, object + 1).add(Op.FENCE, 0, 0);
            }
            add(Op.INCREMENT, SCRATCH, EPOCH).add(Op.AWAIT_EPOCH, SCRATCH, 0);
            if (!countBeforeAdvance) {
                add(Op.STORE_NUMBER, CHANGES, object + 1).add(Op.FENCE, 0, 0);
            }
            add(Op.FREE, 0, object);
        }
        return take();
    }

    @Test
    void shouldNeverUseAFreedObjectWhenACopyIsRenewedByTheChangeCount() {
        assertFalse(explore("copies", copyingReader(), countingReclaimer(true)).violated());
    }

    @Test
    void shouldUseAFreedObjectWhenTheChangeIsCountedAfterTheGracePeriod() {
        assertTrue(explore("copies, counted late", copyingReader(), countingReclaimer(false))
                .violated());
    }
}
