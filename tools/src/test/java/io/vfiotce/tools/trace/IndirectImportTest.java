package io.vfiotce.tools.trace;

import static io.vfiotce.tools.trace.Logs.PCI;
import static io.vfiotce.tools.trace.Logs.VIO;
import static io.vfiotce.tools.trace.Logs.entry;
import static io.vfiotce.tools.trace.Logs.get;
import static io.vfiotce.tools.trace.Logs.indirect;
import static io.vfiotce.tools.trace.Logs.newTable;
import static io.vfiotce.tools.trace.Logs.put;
import static io.vfiotce.tools.trace.Logs.shown;
import static io.vfiotce.tools.trace.Logs.stuff;
import static io.vfiotce.tools.trace.Logs.xlate;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class IndirectImportTest {
    private static final long LAST = 0x3ffff000L;

    /** The call's record, which follows the WINDOW_CREATE. */
    private static String call(final String... lines) throws IOException {
        final String[] all = new String[lines.length + 1];
        all[0] = newTable(PCI);
        System.arraycopy(lines, 0, all, 1, lines.length);
        return shown(Logs.of(all), 1);
    }

    @Test
    void shouldBeExactWhenListEntriesAreLogged() throws IOException {
        assertEquals(
                "INDIRECT 0x80000000 0x5004 [0x1003 0x2001] 0 EXACT",
                call(
                        entry(PCI, 0x5000, 0, 0x1003),
                        entry(PCI, 0x6000, 1, 0x2001),
                        indirect(PCI, 0x5004, 1, 0x2001, 0)));
    }

    @Test
    void shouldMatchListsByThreadWhenThreadsInterleave() throws IOException {
        final Trace trace = Logs.of(
                "1@1.000000:" + newTable(PCI),
                "1@1.000000:" + entry(PCI, 0x5000, 0, 0x1003),
                "2@1.000000:" + entry(PCI, 0x8000, 0, 0x3003),
                "1@1.000000:" + entry(PCI, 0x6000, 1, 0x2003),
                "2@1.000000:" + indirect(PCI, 0x8000, 0, 0x3003, 0),
                "1@1.000000:" + indirect(PCI, 0x5000, 1, 0x2003, 0));
        assertEquals("INDIRECT 0x80000000 0x8000 [0x3003] 0 EXACT", shown(trace, 1));
        assertEquals("INDIRECT 0x80000000 0x5000 [0x1003 0x2003] 0 EXACT", shown(trace, 2));
    }

    @Test
    void shouldBeExactWhenOnlyEntryIsTheLogged() throws IOException {
        assertEquals("INDIRECT 0x80000000 0x0 [0x1003] 0 EXACT", call(indirect(PCI, 0, 0, 0x1003, 0)));
    }

    @Test
    void shouldLeaveWordsUnknownWhenNothingRevealsThem() throws IOException {
        assertEquals("INDIRECT 0x80000000 0x0 [? ? 0x1003] 0 LOSSY", call(indirect(PCI, 0, 2, 0x1003, 0)));
    }

    @Test
    void shouldLearnPageAndPermissionWhenTranslationShowsEntry() throws IOException {
        assertEquals(
                "INDIRECT 0x80000000 0x0 [0x7001 0x1003] 0 RECONSTRUCTED",
                call(indirect(PCI, 0, 1, 0x1003, 0), xlate(PCI, 0x123, 0x7000, 1, 0xfff)));
    }

    @Test
    void shouldLearnWholeWordWhenGetShowsEntry() throws IOException {
        assertEquals(
                "INDIRECT 0x80000000 0x0 [0x7abd 0x1003] 0 RECONSTRUCTED",
                call(indirect(PCI, 0, 1, 0x1003, 0), get(PCI, 0, 0, 0x7abd)));
    }

    @Test
    void shouldRefineWordWhenGetFollowsTranslation() throws IOException {
        assertEquals(
                "INDIRECT 0x80000000 0x0 [0x7abd 0x1003] 0 RECONSTRUCTED",
                call(indirect(PCI, 0, 1, 0x1003, 0), xlate(PCI, 0, 0x7000, 1, 0xfff), get(PCI, 0, 0, 0x7abd)));
    }

    @Test
    void shouldKeepFirstWordWhenGetContradictsTranslation() throws IOException {
        assertEquals(
                "INDIRECT 0x80000000 0x0 [0x7001 0x1003] 0 RECONSTRUCTED",
                call(indirect(PCI, 0, 1, 0x1003, 0), xlate(PCI, 0, 0x7000, 1, 0xfff), get(PCI, 0, 0, 0x8001)));
    }

    @Test
    void shouldNotLearnWhenEntryWasOverwritten() throws IOException {
        final String call = indirect(PCI, 0, 1, 0x1003, 0);
        final String shown = "INDIRECT 0x80000000 0x0 [? 0x1003] 0 LOSSY";
        assertEquals(shown, call(call, put(PCI, 0, 0x7003, 0), xlate(PCI, 0, 0x7000, 3, 0xfff)));
        assertEquals(shown, call(call, stuff(PCI, 0x1000, 0, 1, 0), get(PCI, 0, 0, 0)));
        assertEquals(shown, call(call, Logs.ddwReset(0), get(PCI, 0, 0, 0)));
    }

    @Test
    void shouldNotLearnWhenTranslationHasAnotherPageSize() throws IOException {
        final Trace trace = Logs.of(newTable(PCI), indirect(PCI, 0, 1, 0x1003, 0), xlate(PCI, 0, 0x7000, 1, 0xffff));
        assertEquals("INDIRECT 0x80000000 0x0 [? 0x1003] 0 LOSSY", shown(trace, 1));
        assertEquals(TraceGrade.LOSSY, trace.grade(2));
    }

    @Test
    void shouldCompareTranslationsWhenTheyShowedAWord() throws IOException {
        final Trace trace = Logs.of(newTable(PCI), indirect(PCI, 0, 1, 0x1003, 0), xlate(PCI, 0, 0x7000, 1, 0xfff));
        assertEquals(TraceGrade.EXACT, trace.grade(2));
    }

    @Test
    void shouldCountToFailingEntryWhenCallCrossedWindowEnd() throws IOException {
        assertEquals(
                "INDIRECT 0x80000000 0x3fffe000 [? ? 0x9003] -4 LOSSY",
                call(indirect(PCI, LAST - 0x1000, 1, 0x9003, -4)));
        assertEquals(
                "INDIRECT 0x80000000 0x3fffe000 [0x7003 0x8003 0x9003] -4 RECONSTRUCTED",
                call(
                        indirect(PCI, LAST - 0x1000, 1, 0x9003, -4),
                        get(PCI, LAST - 0x1000, 0, 0x7003),
                        get(PCI, LAST, 0, 0x8003)));
    }

    @Test
    void shouldTellFirstFromSecondEntryWhenIndexZeroFailed() throws IOException {
        assertEquals(
                "INDIRECT 0x80000000 0x40000000 [0x9003] -4 RECONSTRUCTED",
                call(indirect(PCI, 0x40000000, 0, 0x9003, -4)));
        assertEquals("INDIRECT 0x80000000 0x3ffff000 [? 0x9003] -4 LOSSY", call(indirect(PCI, LAST, 0, 0x9003, -4)));
        assertEquals(
                "INDIRECT 0x80000000 0x3ffff000 [0x7003 0x9003] -4 RECONSTRUCTED",
                call(indirect(PCI, LAST, 0, 0x9003, -4), xlate(PCI, LAST, 0x7000, 3, 0xfff)));
    }

    @Test
    void shouldFindNoPagesWhenCallFailedInsideWindow() throws IOException {
        assertEquals("INDIRECT 0x80000000 0x1000 [] -4 EXACT", call(indirect(PCI, 0x1000, 0, 0, -4)));
    }

    @Test
    void shouldNotGuessWhenCallHadNoPagesOrFailedAtSecond() throws IOException {
        final Trace trace = Logs.of(newTable(PCI), indirect(PCI, LAST, 0, 0, -4), get(PCI, LAST, 0, 0x7003));
        assertEquals("INDIRECT 0x80000000 0x3ffff000 [? ?] -4 LOSSY", shown(trace, 1));
        assertEquals(TraceGrade.LOSSY, trace.grade(2));
    }

    @Test
    void shouldReplayRefusalWhenWindowIsRemoved() throws IOException {
        final Trace trace = Logs.of(newTable(PCI), Logs.ddwRemove(PCI), indirect(PCI, 0x1000, 0, 0x9003, -4));
        assertEquals("INDIRECT 0x80000000 0x1000 [0x9003] -4 RECONSTRUCTED", shown(trace, 0));
    }

    @Test
    void shouldKeepListWhenWindowIsRemoved() throws IOException {
        final Trace trace = Logs.of(
                newTable(PCI),
                Logs.ddwRemove(PCI),
                entry(PCI, 0x1000, 0, 0x9003),
                indirect(PCI, 0x1000, 0, 0x9003, -4));
        assertEquals("INDIRECT 0x80000000 0x1000 [0x9003] -4 RECONSTRUCTED", shown(trace, 0));
        assertEquals(0, trace.droppedListEntries());
    }

    @Test
    void shouldKeepWholeListWhenFailedCallLoggedIt() throws IOException {
        final String first = entry(PCI, LAST, 0, 0x7003);
        final String second = entry(PCI, LAST + 0x1000, 1, 0x8003);
        final String third = entry(PCI, LAST + 0x2000, 2, 0x9003);
        assertEquals(
                "INDIRECT 0x80000000 0x3ffff000 [0x7003 0x8003] -4 RECONSTRUCTED",
                call(first, second, indirect(PCI, LAST, 0, 0x8003, -4)));
        assertEquals(
                "INDIRECT 0x80000000 0x3ffff000 [0x7003 0x8003 0x9003] -4 EXACT",
                call(first, second, third, indirect(PCI, LAST, 0, 0x8003, -4)));
    }

    @Test
    void shouldWriteEntriesBeforeTheFailingOneWhenListIsLogged() throws IOException {
        final Trace trace = Logs.of(
                "spapr_iommu_post_load liobn=80000000 0 => 0x2 bus_offset=0x0 ps=12",
                entry(PCI, 0x1000, 0, 0x7003),
                entry(PCI, 0x2000, 1, 0x8003),
                indirect(PCI, 0x1000, 0, 0x8003, -4),
                get(PCI, 0x1000, 0, 0x7003),
                get(PCI, 0x0, 0, 0x7003));
        assertEquals(TraceGrade.EXACT, trace.grade(2));
        assertEquals(TraceGrade.LOSSY, trace.grade(3));
    }

    @Test
    void shouldCountDroppedEntriesWhenTheirCallWasNotLogged() throws IOException {
        final Trace trace = Logs.of(
                newTable(PCI),
                entry(PCI, 0x5000, 0, 0x1003),
                entry(PCI, 0x6000, 1, 0x2003),
                entry(PCI, 0x7000, 0, 0x3003),
                indirect(PCI, 0x7000, 0, 0x3003, 0),
                entry(PCI, 0x8000, 0, 0x3003),
                put(PCI, 0x8000, 0x3003, 0),
                indirect(PCI, 0x9000, 0, 0x5003, 0),
                entry(VIO, 0x8000, 0, 0x3003));
        assertEquals(4, trace.droppedListEntries());
        assertEquals("INDIRECT 0x80000000 0x7000 [0x3003] 0 EXACT", shown(trace, 1));
    }

    @Test
    void shouldNameLineWhenListDisagreesWithCall() {
        final String first = entry(PCI, 0x5000, 0, 0x1003);
        final String second = entry(PCI, 0x6000, 1, 0x2003);
        refused("tceN=0x9003 but list entry i=1 is 0x2003", first, second, indirect(PCI, 0x5000, 1, 0x9003, 0));
        refused("read 3", first, second, indirect(PCI, 0x5000, 2, 0x2003, 0));
        refused("has a list of 2", first, second, indirect(PCI, 0x5000, 0, 0x1003, 0));
        refused("ioba 0x5000 where 0x7000", first, second, indirect(PCI, 0x7000, 1, 0x2003, 0));
        refused("list of LIOBN 0x80000000", first, second, indirect(VIO, 0x5000, 1, 0x2003, 0));
        refused("i=1 where i=2 was due", first, second, second, put(PCI, 0, 0, 0));
        refused("in a list of LIOBN", first, entry(VIO, 0x6000, 1, 0x2003), put(PCI, 0, 0, 0));
    }

    private static void refused(final String what, final String... lines) {
        final TraceFormatException e = assertThrows(TraceFormatException.class, () -> call(lines));
        assertTrue(e.getMessage().contains(what), e.getMessage());
        assertEquals(what.contains("in a list") ? 3 : 4, e.position());
    }
}
