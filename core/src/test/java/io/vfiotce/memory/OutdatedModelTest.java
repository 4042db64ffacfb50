package io.vfiotce.memory;

import static io.vfiotce.memory.QuiescenceModel.ANNOUNCED;
import static io.vfiotce.memory.QuiescenceModel.CHANGES;
import static io.vfiotce.memory.QuiescenceModel.CURRENT;
import static io.vfiotce.memory.QuiescenceModel.EPOCH;
import static io.vfiotce.memory.QuiescenceModel.POINTER;
import static io.vfiotce.memory.QuiescenceModel.RETURNED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.memory.QuiescenceModel.Op;
import io.vfiotce.memory.QuiescenceModel.Result;
import io.vfiotce.memory.QuiescenceModel.Step;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A device does not look at the change count for each access: whoever changes something stores into a word of the device's. Every
 * interleaving of that with the device's renewal is safe, and with one thing done otherwise some are not.
 */
class OutdatedModelTest {
    private static final int OBJECT = 0;
    private static final int COPIED = 1;
    private static final int COUNT = 2;
    private static final int SCRATCH = 3;

    /** What a planted variant of the device does otherwise. */
    private enum Device {
        /** Set the word, fence, announce, load the count, renew the copy if that has moved. */
        KEPT,
        /** A change between the load of the count and the word is forgotten. */
        SET_LAST,
        /** The store passes the load of the count. */
        SET_WITHOUT_FENCE,
        /** The epoch that is announced is of a change that was counted after the count was loaded. */
        COUNT_LOADED_BEFORE_ANNOUNCING
    }

    /** What a planted variant of whoever changes something does otherwise. */
    private enum Changer {
        /** Publish, count, tell. */
        KEPT,
        /** A device that is told renews its copy from before. */
        TOLD_BEFORE_PUBLISHING,
        /** A device that is told takes its copy for good. */
        TOLD_BEFORE_COUNTING
    }

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

    private void online() {
        announce();
        add(Op.FENCE, 0, 0);
    }

    private void offline() {
        add(Op.STORE_NUMBER, CURRENT, 0).add(Op.FENCE, 0, 0).add(Op.STORE_NUMBER, ANNOUNCED, 0);
    }

    private static List<Step> renewal(final Device device) {
        final ModelProgram renewal = new ModelProgram();
        if (device != Device.SET_LAST) {
            renewal.add(Op.STORE_NUMBER, CURRENT, 1);
        }
        if (device != Device.SET_WITHOUT_FENCE) {
            renewal.add(Op.FENCE, 0, 0);
        }
        if (device == Device.COUNT_LOADED_BEFORE_ANNOUNCING) {
            renewal.add(Op.LOAD, COUNT, CHANGES);
            renewal.announce(SCRATCH);
        } else {
            renewal.announce(SCRATCH);
            renewal.add(Op.LOAD, COUNT, CHANGES);
        }
        renewal.add(Op.SKIP_IF_SAME, COPIED, 2).add(Op.LOAD, OBJECT, POINTER).add(Op.COPY, COPIED, COUNT);
        if (device == Device.SET_LAST) {
            renewal.add(Op.STORE_NUMBER, CURRENT, 1).add(Op.FENCE, 0, 0);
        }
        return renewal.take();
    }

    private void access(final Device device) {
        final List<Step> renewal = renewal(device);
        add(Op.LOAD, SCRATCH, CURRENT).add(Op.SKIP_IF_SET, SCRATCH, renewal.size());
        program.addAll(renewal);
        add(Op.USE, OBJECT, 0).add(Op.USE, OBJECT, 0);
    }

    private void start() {
        // The count that the copy belongs to is below every real one.
        add(Op.ADD, COPIED, -1000);
        online();
    }

    /** Two accesses, a time offline that the copy outlives, another access, and then offline. */
    private List<Step> reader(final Device device) {
        start();
        access(device);
        access(device);
        offline();
        online();
        access(device);
        offline();
        return take();
    }

    /** Two accesses, and another that begins when the change is known to be done; it stays online. */
    private List<Step> readerAfterwards(final Device device) {
        start();
        access(device);
        access(device);
        // What it must not use from then on.
        add(Op.AWAIT_RETURNED, 0, 0).add(Op.FREE, 0, 0);
        access(device);
        return take();
    }

    private void change(final Changer changer, final int object, final int count) {
        final List<Step> published = List.of(new Step(Op.STORE_NUMBER, POINTER, object));
        final List<Step> counted = List.of(new Step(Op.STORE_NUMBER, CHANGES, count), new Step(Op.FENCE, 0, 0));
        final List<Step> told = List.of(new Step(Op.STORE_NUMBER, CURRENT, 0), new Step(Op.FENCE, 0, 0));
        for (final List<Step> steps : switch (changer) {
            case KEPT -> List.of(published, counted, told);
            case TOLD_BEFORE_PUBLISHING -> List.of(told, published, counted);
            case TOLD_BEFORE_COUNTING -> List.of(published, told, counted);
        }) {
            program.addAll(steps);
        }
    }

    /** Publishes object 1 instead of 0 and frees 0 after a grace period, then the same with 2 and 1. */
    private List<Step> reclaimer(final int objects) {
        for (int object = 0; object < objects; object++) {
            change(Changer.KEPT, object + 1, 2 * object + 1);
            add(Op.INCREMENT, SCRATCH, EPOCH);
            change(Changer.KEPT, object + 1, 2 * object + 2);
            add(Op.AWAIT_EPOCH, SCRATCH, 0).add(Op.FREE, 0, object);
        }
        return take();
    }

    private List<Step> changer(final Changer changer) {
        change(changer, 1, 1);
        add(Op.STORE_NUMBER, RETURNED, 1);
        return take();
    }

    private static Result explore(final String what, final List<Step> reader, final List<Step> other) {
        return ModelProgram.explore(OutdatedModelTest.class, what, reader, other);
    }

    @ParameterizedTest
    @EnumSource
    void shouldUseNothingOfBeforeOnlyWhenTheDeviceKeepsTheOrder(final Device device) {
        final boolean isBroken = device == Device.SET_LAST || device == Device.SET_WITHOUT_FENCE;
        final Result result = explore("afterwards, " + device, readerAfterwards(device), changer(Changer.KEPT));
        assertEquals(isBroken, result.violated());
    }

    @ParameterizedTest
    @EnumSource
    void shouldUseNothingOfBeforeOnlyWhenWhoeverChangesItKeepsTheOrder(final Changer changer) {
        final Result result = explore("afterwards, " + changer, readerAfterwards(Device.KEPT), changer(changer));
        assertEquals(changer != Changer.KEPT, result.violated());
    }

    @Test
    void shouldNeverUseAFreedObjectWhenTheProtocolIsKept() {
        assertFalse(explore("protocol", reader(Device.KEPT), reclaimer(2)).violated());
    }

    @Test
    void shouldUseAFreedObjectWhenTheCountIsLoadedBeforeAnnouncing() {
        assertTrue(explore("count first", reader(Device.COUNT_LOADED_BEFORE_ANNOUNCING), reclaimer(2))
                .violated());
    }

    @Test
    void shouldEndEveryGracePeriodWhenTheDeviceGoesOn() {
        start();
        access(Device.KEPT);
        add(Op.AWAIT_CHANGES, 2, 0);
        // One may begin before it is told of the second change.
        access(Device.KEPT);
        add(Op.AWAIT_RETURNED, 0, 0);
        access(Device.KEPT);
        final List<Step> reader = take();
        change(Changer.KEPT, 1, 1);
        add(Op.INCREMENT, SCRATCH, EPOCH);
        change(Changer.KEPT, 1, 2);
        add(Op.STORE_NUMBER, RETURNED, 1).add(Op.AWAIT_EPOCH, SCRATCH, 0).add(Op.FREE, 0, 0);
        assertFalse(explore("waiting", reader, take()).stuck());
    }
}
