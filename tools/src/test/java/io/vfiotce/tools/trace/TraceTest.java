package io.vfiotce.tools.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TraceTest {
    private static Trace sample() {
        final TraceBuilder builder = new TraceBuilder();
        builder.at(1, 2, 0, 3).windowCreate(new WindowGeometry(16, 0x10000, 9));
        builder.xlate(5, 6, 3, 0xffff, TraceGrade.EXACT);
        builder.put(7, 8, -4);
        final int call = builder.indirect(10, 11, 2, 0, TraceGrade.RECONSTRUCTED);
        builder.listWord(call, 1, 12);
        builder.stuff(13, 14, 15, 0, TraceGrade.LOSSY);
        builder.listWord(builder.indirect(0, 0, 1, 0, TraceGrade.EXACT), 0, 99);
        return builder.build();
    }

    @Test
    void shouldGiveZeroWhenAccessorHasNoMeaningForKind() {
        final Trace trace = sample();
        assertEquals(0, trace.value(0));
        assertEquals(0, trace.count(0));
        assertEquals(0, trace.count(1));
        assertEquals(0, trace.pageShift(1) + trace.windowStartBytes(1) + trace.windowEntries(1));
        assertEquals(0, trace.maskBits(0) + trace.maskBits(4) + trace.perm(2));
    }

    @Test
    void shouldGiveFieldsWhenAccessorFitsKind() {
        final Trace trace = sample();
        assertEquals("16 65536 9", trace.pageShift(0) + " " + trace.windowStartBytes(0) + " " + trace.windowEntries(0));
        assertEquals(
                "5 6 3 65535", trace.ioba(1) + " " + trace.value(1) + " " + trace.perm(1) + " " + trace.maskBits(1));
        assertEquals("7 8 1 -4", trace.ioba(2) + " " + trace.value(2) + " " + trace.count(2) + " " + trace.status(2));
        assertEquals("13 14 15", trace.ioba(4) + " " + trace.value(4) + " " + trace.count(4));
        assertEquals(1, trace.countOfGrade(TraceGrade.LOSSY));
        assertEquals(4, trace.hcalls());
    }

    @Test
    void shouldFlagUnknownWordWhenNothingSetIt() {
        final Trace trace = sample();
        assertFalse(trace.listWordKnown(3, 0));
        assertEquals(0, trace.listWord(3, 0));
        assertTrue(trace.listWordKnown(3, 1));
        assertEquals(12, trace.listWord(3, 1));
    }

    @Test
    void shouldThrowWhenIndexIsOutOfRange() {
        final Trace trace = sample();
        assertThrows(IndexOutOfBoundsException.class, () -> trace.kind(6));
        assertThrows(IndexOutOfBoundsException.class, () -> trace.ioba(-1));
        assertThrows(IndexOutOfBoundsException.class, () -> trace.listWord(3, 2));
        assertThrows(IndexOutOfBoundsException.class, () -> trace.listWordKnown(4, 0));
    }

    @Test
    void shouldRefuseNumbersWhenNoRecordingCanHoldThem() {
        final TraceBuilder builder = new TraceBuilder().at(0, 0, 0, 0);
        assertThrows(IllegalArgumentException.class, () -> builder.at(0, 0, 1, 0));
        assertThrows(IllegalArgumentException.class, () -> builder.at(-1, 0, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> builder.indirect(0, 0, 513, 0, TraceGrade.EXACT));
        assertThrows(IllegalArgumentException.class, () -> builder.stuff(0, 0, -1, 0, TraceGrade.EXACT));
        assertThrows(IllegalArgumentException.class, () -> builder.xlate(0, 0, 4, 0, TraceGrade.EXACT));
        assertThrows(IllegalArgumentException.class, () -> builder.totals(0, -1, 0));
        assertThrows(IllegalArgumentException.class, () -> TraceKind.nameOf(7));
        assertEquals(0, builder.size());
    }
}
