package io.vfiotce.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vfiotce.memory.OffHeap;
import io.vfiotce.papr.Hcall;
import org.junit.jupiter.api.Test;

/** Counters of one vCPU: each event has a word of its own. */
class HcallCountersTest {
    private final OffHeap offHeap = new OffHeap(1 << 20);
    private final HcallCounters counters = new HcallCounters(offHeap);

    private static void repeat(final int times, final Runnable event) {
        for (int i = 0; i < times; i++) {
            event.run();
        }
    }

    @Test
    void shouldCountApartWhenEventsDiffer() {
        for (int i = 0; i < Hcall.COUNT; i++) {
            final int hcall = i;
            repeat(100 + i, () -> HcallCounters.entered(counters.address(), hcall));
            repeat(10 + i, () -> counters.ended(HcallCounters.VIRTUAL, hcall));
            repeat(20 + 2 * i, () -> counters.ended(HcallCounters.USERSPACE, hcall));
        }
        for (final PassReason reason : PassReason.values()) {
            repeat(200 + reason.ordinal(), () -> counters.passedOn(HcallCounters.REAL, reason.ordinal()));
            repeat(300 + reason.ordinal(), () -> counters.passedOn(HcallCounters.VIRTUAL, reason.ordinal()));
        }
        counters.enteredOther();
        repeat(2, counters::refusedAnswer);
        repeat(3, counters::unanswered);
        for (int i = 0; i < Hcall.COUNT; i++) {
            assertEquals(70 - 2 * i, counters.ended(Layer.REAL, i));
            assertEquals(10 + i, counters.ended(Layer.VIRTUAL, i));
            assertEquals(20 + 2 * i, counters.ended(Layer.USERSPACE, i));
        }
        assertEquals(280 - 12, counters.ended(Layer.REAL));
        assertEquals(46, counters.ended(Layer.VIRTUAL));
        assertEquals(92, counters.ended(Layer.USERSPACE));
        for (final PassReason reason : PassReason.values()) {
            assertEquals(200 + reason.ordinal(), counters.passedOn(Layer.REAL, reason));
            assertEquals(300 + reason.ordinal(), counters.passedOn(Layer.VIRTUAL, reason));
        }
        assertEquals(1, counters.otherOpcodes());
        assertEquals(2, counters.refusedAnswers());
        assertEquals(3, counters.unansweredCalls());
    }

    @Test
    void shouldNumberLayersAndReasonsAlikeWhenTheHotPathNamesThem() {
        assertEquals(Layer.REAL.ordinal(), HcallCounters.REAL);
        assertEquals(Layer.VIRTUAL.ordinal(), HcallCounters.VIRTUAL);
        assertEquals(Layer.USERSPACE.ordinal(), HcallCounters.USERSPACE);
        assertEquals(PassReason.NOT_ENABLED.ordinal(), HcallCounters.NOT_ENABLED);
        assertEquals(PassReason.UNKNOWN_LIOBN.ordinal(), HcallCounters.UNKNOWN_LIOBN);
        assertEquals(PassReason.ABSENT_LEAF.ordinal(), HcallCounters.ABSENT_LEAF);
        assertEquals(PassReason.MISALIGNED_TCE.ordinal(), HcallCounters.MISALIGNED_TCE);
        assertEquals(PassReason.UNBACKED_TCE.ordinal(), HcallCounters.UNBACKED_TCE);
        assertEquals(PassReason.UNBACKED_LIST.ordinal(), HcallCounters.UNBACKED_LIST);
        assertEquals(PassReason.NO_MEMORY.ordinal(), HcallCounters.NO_MEMORY);
    }

    @Test
    void shouldGiveItsMemoryBackWhenFreed() {
        counters.free();
        assertEquals(0, offHeap.allocatedBytes());
    }
}
