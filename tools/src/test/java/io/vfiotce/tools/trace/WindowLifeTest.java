package io.vfiotce.tools.trace;

import static io.vfiotce.tools.trace.Logs.PCI;
import static io.vfiotce.tools.trace.Logs.VIO;
import static io.vfiotce.tools.trace.Logs.ddwCreate;
import static io.vfiotce.tools.trace.Logs.ddwRemove;
import static io.vfiotce.tools.trace.Logs.ddwReset;
import static io.vfiotce.tools.trace.Logs.get;
import static io.vfiotce.tools.trace.Logs.newTable;
import static io.vfiotce.tools.trace.Logs.put;
import static io.vfiotce.tools.trace.Logs.shown;
import static io.vfiotce.tools.trace.Logs.xlate;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WindowLifeTest {
    private static final String CREATE_PCI = "WINDOW_CREATE 0x80000000 0x0 12 262144\n";
    private static final String REMOVE_PCI = "WINDOW_REMOVE 0x80000000 0x0 12 262144\n";
    private static final long HIGH = 0x800000000000000L;
    private static final WindowGeometry SMALL = new WindowGeometry(12, 0, 16);

    @Test
    void shouldCreateNoWindowWhenAllCallsOfLiobnFail() throws IOException {
        assertEquals(
                "PUT 0x12345 0x1234 0x1 -4 EXACT\n" + "GET 0xffffffff80000000 0x0 0x0 -4 EXACT\n",
                shown(Logs.of(put(0x12345, 0x1234, 1, -4), get(0xffffffff80000000L, 0, -4, 0))));
    }

    @Test
    void shouldCreateWindowBeforeFailedCallWhenLaterCallSucceeds() throws IOException {
        assertEquals(
                "WINDOW_CREATE 0x71000002 0x0 12 65536\n"
                        + "PUT 0x71000002 0x10000000 0x1 -4 EXACT\n"
                        + "PUT 0x71000002 0x0 0x1 0 EXACT\n",
                shown(Logs.of(put(VIO, 0x10000000, 1, -4), put(VIO, 0, 1, 0))));
    }

    @Test
    void shouldCreateWindowBeforeFailedCallWhenOnlyTranslationsFollow() throws IOException {
        assertEquals(
                "WINDOW_CREATE 0x71000002 0x0 12 65536\n"
                        + "PUT 0x71000002 0x10000000 0x1 -4 EXACT\n"
                        + "XLATE 0x71000002 0x0 0x7000 1 0xfff LOSSY\n",
                shown(Logs.of(put(VIO, 0x10000000, 1, -4), xlate(VIO, 0, 0x7000, 1, 0xfff))));
    }

    @Test
    void shouldCreateWindowAtItsLineWhenCallsBeforeItFail() throws IOException {
        assertEquals(
                "PUT 0x80000001 0x800000000000000 0x1 -4 EXACT\n"
                        + "WINDOW_CREATE 0x80000001 0x800000000000000 16 32\n"
                        + "PUT 0x80000001 0x800000000010000 0x1 0 EXACT\n",
                shown(Logs.of(
                        put(PCI | 1, HIGH, 1, -4),
                        newTable(PCI | 1),
                        ddwCreate(0, 0x10000, 0x200000, HIGH, PCI | 1),
                        put(PCI | 1, HIGH + 0x10000, 1, 0))));
    }

    @Test
    void shouldRemoveAndCreateAgainWhenDynamicWindowComesBack() throws IOException {
        assertEquals(
                "WINDOW_CREATE 0x80000001 0x800000000000000 16 32\n"
                        + "PUT 0x80000001 0x800000000000000 0x10001 0 EXACT\n"
                        + "WINDOW_REMOVE 0x80000001 0x800000000000000 16 32\n"
                        + "PUT 0x80000001 0x800000000000000 0x1 -4 EXACT\n"
                        + "XLATE 0x80000001 0x0 0x0 0 0xffffffff EXACT\n"
                        + "WINDOW_CREATE 0x80000001 0x800000000000000 24 2\n"
                        + "XLATE 0x80000001 0x0 0x0 0 0xffffff EXACT\n",
                shown(Logs.of(
                        ddwCreate(0, 0x10000, 0x200000, HIGH, PCI | 1),
                        put(PCI | 1, HIGH, 0x10001, 0),
                        ddwRemove(PCI | 1),
                        put(PCI | 1, HIGH, 1, -4),
                        xlate(PCI | 1, 0, 0, 0, -1),
                        newTable(PCI | 1),
                        ddwCreate(0, 0x1000000, 0x2000000, HIGH, PCI | 1),
                        xlate(PCI | 1, 0, 0, 0, 0xffffff))));
    }

    @Test
    void shouldRecreateDefaultWindowZeroedWhenBridgeIsReset() throws IOException {
        final long liobn = PCI | 0x200;
        assertEquals(
                "WINDOW_CREATE 0x80000200 0x0 12 262144\n"
                        + "PUT 0x80000200 0x1000 0x5003 0 EXACT\n"
                        + "WINDOW_CREATE 0x80000201 0x800000000000000 16 32\n"
                        + "WINDOW_REMOVE 0x80000200 0x0 12 262144\n"
                        + "WINDOW_REMOVE 0x80000201 0x800000000000000 16 32\n"
                        + "WINDOW_CREATE 0x80000200 0x0 12 262144\n"
                        + "GET 0x80000200 0x1000 0x0 0 EXACT\n"
                        + "PUT 0x80000201 0x0 0x0 -4 EXACT\n",
                shown(Logs.of(
                        newTable(liobn),
                        put(liobn, 0x1000, 0x5003, 0),
                        ddwCreate(2, 0x10000, 0x200000, HIGH, liobn | 1),
                        newTable(liobn),
                        ddwReset(2),
                        get(liobn, 0x1000, 0, 0),
                        put(liobn | 1, 0, 0, -4))));
    }

    @Test
    void shouldRestoreDefaultWindowOnceWhenLastWindowIsRemoved() throws IOException {
        assertEquals(
                CREATE_PCI
                        + "PUT 0x80000000 0x0 0x1 0 EXACT\n"
                        + REMOVE_PCI
                        + "WINDOW_CREATE 0x80000001 0x0 16 32\n"
                        + "WINDOW_REMOVE 0x80000001 0x0 16 32\n"
                        + CREATE_PCI
                        + "GET 0x80000000 0x0 0x0 0 EXACT\n",
                shown(Logs.of(
                        newTable(PCI),
                        put(PCI, 0, 1, 0),
                        ddwRemove(PCI),
                        newTable(PCI | 1),
                        ddwCreate(0, 0x10000, 0x200000, 0, PCI | 1),
                        ddwRemove(PCI | 1),
                        newTable(PCI),
                        ddwReset(0),
                        get(PCI, 0, 0, 0))));
    }

    @Test
    void shouldForgetWordsOfAllTablesWhenMachineMayHaveBeenReset() throws IOException {
        assertEquals(
                CREATE_PCI
                        + "PUT 0x80000000 0x1000 0x5003 0 EXACT\n"
                        + "WINDOW_CREATE 0x71000002 0x0 12 65536\n"
                        + "PUT 0x71000002 0x1000 0x5003 0 EXACT\n"
                        + REMOVE_PCI
                        + "XLATE 0x71000002 0x1000 0x0 0 0xfff LOSSY\n"
                        + "XLATE 0x71000002 0x2000 0x0 0 0xfff EXACT\n"
                        + CREATE_PCI
                        + "GET 0x80000000 0x1000 0x0 0 LOSSY\n"
                        + "GET 0x80000000 0x2000 0x0 0 EXACT\n",
                shown(Logs.of(
                        newTable(PCI),
                        newTable(VIO),
                        put(PCI, 0x1000, 0x5003, 0),
                        put(VIO, 0x1000, 0x5003, 0),
                        newTable(PCI),
                        xlate(VIO, 0x1000, 0, 0, 0xfff),
                        xlate(VIO, 0x2000, 0, 0, 0xfff),
                        get(PCI, 0x1000, 0, 0),
                        get(PCI, 0x2000, 0, 0))));
    }

    @Test
    void shouldKeepWordsOfOtherTablesWhenDdwResetExplainsTheNewTable() throws IOException {
        final Trace trace = Logs.of(
                newTable(PCI),
                newTable(VIO),
                put(VIO, 0x1000, 0x5003, 0),
                put(PCI, 0x1000, 0x5003, 0),
                newTable(PCI),
                ddwReset(0),
                xlate(VIO, 0x1000, 0x5000, 3, 0xfff));
        assertEquals("XLATE 0x71000002 0x1000 0x5000 3 0xfff EXACT", shown(trace, trace.size() - 1));
    }

    @Test
    void shouldKeepDynamicWindowWhenItsTableMoves() throws IOException {
        final Trace trace = Logs.of(
                ddwCreate(0, 0x10000, 0x200000, HIGH, PCI | 1),
                put(PCI | 1, HIGH, 0x10001, 0),
                newTable(PCI | 1),
                get(PCI | 1, HIGH, 0, 0x10001));
        assertEquals(3, trace.size());
        assertEquals(TraceGrade.EXACT, trace.grade(2));
    }

    @Test
    void shouldTakeShapeOfItsOwnLifeWhenPreSaveFollows() throws IOException {
        final String first = "spapr_iommu_pre_save liobn=80000000 10 bus_offset=0x0 ps=16";
        final String second = "spapr_iommu_pre_save liobn=80000000 40000 bus_offset=0x0 ps=12";
        assertEquals(
                "WINDOW_CREATE 0x80000000 0x0 16 16\n"
                        + "PUT 0x80000000 0xf0000 0x1 0 EXACT\n"
                        + "WINDOW_REMOVE 0x80000000 0x0 16 16\n"
                        + CREATE_PCI
                        + "PUT 0x80000000 0x1000 0x1 0 EXACT\n",
                shown(Logs.of(
                        newTable(PCI), put(PCI, 0xf0000, 1, 0), first, ddwReset(0), put(PCI, 0x1000, 1, 0), second)));
    }

    @Test
    void shouldIgnorePreSaveOfDisabledTableWhenItHasNoEntries() throws IOException {
        final String saved = "spapr_iommu_pre_save liobn=80000001 0 bus_offset=0x0 ps=0";
        assertEquals(1, Logs.of(put(PCI | 1, 0, 1, -4), saved).size());
    }

    @Test
    void shouldGradeLossyUntilWrittenWhenPostLoadRestoredContents() throws IOException {
        assertEquals(
                CREATE_PCI
                        + "PUT 0x80000000 0x3000 0x5003 0 EXACT\n"
                        + REMOVE_PCI
                        + "WINDOW_CREATE 0x80000000 0x0 16 16\n"
                        + "GET 0x80000000 0x0 0x7003 0 LOSSY\n"
                        + "PUT 0x80000000 0x0 0x8003 0 EXACT\n"
                        + "XLATE 0x80000000 0x10 0x0 3 0xffff EXACT\n"
                        + "XLATE 0x80000000 0x10000 0x0 3 0xffff LOSSY\n"
                        + "WINDOW_REMOVE 0x80000000 0x0 16 16\n",
                shown(Logs.of(
                        newTable(PCI),
                        put(PCI, 0x3000, 0x5003, 0),
                        "spapr_iommu_post_load liobn=80000000 40000 => 0x10 bus_offset=0x0 ps=16",
                        get(PCI, 0, 0, 0x7003),
                        put(PCI, 0, 0x8003, 0),
                        xlate(PCI, 0x10, 0, 3, 0xffff),
                        xlate(PCI, 0x10000, 0, 3, 0xffff),
                        "spapr_iommu_post_load liobn=80000000 10 => 0x0 bus_offset=0x0 ps=16")));
    }

    @Test
    void shouldUseOverrideForDefaultWindowsWhenLogGivesAnotherShape() throws IOException {
        final String saved = "spapr_iommu_pre_save liobn=80000000 40000 bus_offset=0x0 ps=12";
        assertEquals(
                "WINDOW_CREATE 0x80000000 0x0 12 16\n"
                        + "PUT 0x80000000 0xf000 0x1 0 EXACT\n"
                        + "WINDOW_REMOVE 0x80000000 0x0 12 16\n"
                        + "WINDOW_CREATE 0x80000000 0x800000000000000 16 32\n"
                        + "WINDOW_REMOVE 0x80000000 0x800000000000000 16 32\n"
                        + "WINDOW_CREATE 0x80000000 0x0 12 16\n",
                shown(Logs.of(
                        Map.of(PCI, SMALL),
                        newTable(PCI),
                        put(PCI, 0xf000, 1, 0),
                        saved,
                        ddwRemove(PCI),
                        ddwCreate(0, 0x10000, 0x200000, HIGH, PCI),
                        ddwReset(0))));
    }

    @Test
    void shouldUseOverrideForFirstLifeOnlyWhenDdwCreateMakesBoth() throws IOException {
        final String create = ddwCreate(0, 0x10000, 0x200000, 0, PCI | 1);
        assertEquals(
                "WINDOW_CREATE 0x80000001 0x0 12 16\n"
                        + "PUT 0x80000001 0x0 0x1 0 EXACT\n"
                        + "WINDOW_REMOVE 0x80000001 0x0 12 16\n"
                        + "WINDOW_CREATE 0x80000001 0x0 16 32\n",
                shown(Logs.of(Map.of(PCI | 1, SMALL), create, put(PCI | 1, 0, 1, 0), ddwRemove(PCI | 1), create)));
    }

    @Test
    void shouldNameLiobnIobaAndHintWhenCallSucceededOutsideWindow() {
        final TraceFormatException e = assertThrows(
                TraceFormatException.class,
                () -> Logs.of(newTable(VIO), put(VIO, 0, 1, 0), put(VIO, 0x10000000, 1, 0)));
        assertEquals(3, e.position());
        assertEquals(TraceFormatException.Unit.LINE, e.unit());
        assertTrue(e.getMessage().contains("LIOBN 0x71000002 ioba 0x10000000"), e.getMessage());
        assertTrue(e.getMessage().contains("--window 0x71000002=shift,start,bytes"), e.getMessage());
    }

    @Test
    void shouldRefuseWhenCallSucceededAfterWindowWasRemoved() {
        final TraceFormatException e = assertThrows(
                TraceFormatException.class, () -> Logs.of(newTable(PCI), ddwRemove(PCI), put(PCI, 0, 1, 0)));
        assertTrue(e.getMessage().startsWith("line 3: "), e.getMessage());
        assertTrue(e.getMessage().contains("removed at line 2"), e.getMessage());
    }
}
