package io.vfiotce.tools.trace;

import static io.vfiotce.tools.trace.Logs.PCI;
import static io.vfiotce.tools.trace.Logs.VIO;
import static io.vfiotce.tools.trace.Logs.get;
import static io.vfiotce.tools.trace.Logs.newTable;
import static io.vfiotce.tools.trace.Logs.put;
import static io.vfiotce.tools.trace.Logs.shown;
import static io.vfiotce.tools.trace.Logs.stuff;
import static io.vfiotce.tools.trace.Logs.xlate;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class QemuLogImporterTest {
    private static final String CREATE = "WINDOW_CREATE 0x80000000 0x0 12 262144\n";

    @Test
    void shouldSubtractPagesWhenStuffSucceeded() throws IOException {
        final Trace trace = Logs.of(newTable(PCI), stuff(PCI, 0x200000, 0, 512, 0), stuff(PCI, 0x40000000, 5, 2, 0));
        assertEquals(
                CREATE + "STUFF 0x80000000 0x0 0x0 x512 0 EXACT\n" + "STUFF 0x80000000 0x3fffe000 0x5 x2 0 EXACT\n",
                shown(trace));
    }

    @Test
    void shouldKeepStartWhenStuffFailedAtItsFirstPage() throws IOException {
        final Trace trace = Logs.of(
                newTable(PCI),
                stuff(PCI, 0x40000000, 7, 1, -4),
                stuff(PCI, 0x50000000, 7, 3, -4),
                stuff(PCI, 0x1000, 7, 0, -4));
        assertEquals(
                CREATE
                        + "STUFF 0x80000000 0x40000000 0x7 x1 -4 EXACT\n"
                        + "STUFF 0x80000000 0x50000000 0x7 x3 -4 EXACT\n"
                        + "STUFF 0x80000000 0x1000 0x7 x0 -4 EXACT\n",
                shown(trace));
    }

    @Test
    void shouldForgetTouchedEntriesWhenStuffFailedAtWindowEnd() throws IOException {
        final Trace trace = Logs.of(
                newTable(PCI),
                stuff(PCI, 0x40000000, 7, 3, -4),
                get(PCI, 0x3ffff000, 0, 0),
                get(PCI, 0x3fffe000, 0, 0),
                get(PCI, 0x3fffd000, 0, 0),
                put(PCI, 0x3ffff000, 0x3003, 0),
                get(PCI, 0x3ffff000, 0, 0x3003));
        assertEquals(
                CREATE
                        + "STUFF 0x80000000 0x40000000 0x7 x3 -4 LOSSY\n"
                        + "GET 0x80000000 0x3ffff000 0x0 0 LOSSY\n"
                        + "GET 0x80000000 0x3fffe000 0x0 0 LOSSY\n"
                        + "GET 0x80000000 0x3fffd000 0x0 0 EXACT\n"
                        + "PUT 0x80000000 0x3ffff000 0x3003 0 EXACT\n"
                        + "GET 0x80000000 0x3ffff000 0x3003 0 EXACT\n",
                shown(trace));
    }

    @Test
    void shouldKeepOffsetWhenXlateIsInsideWindowNotAtZero() throws IOException {
        final long start = 0x800000000000000L;
        final Trace trace = Logs.of(
                Logs.ddwCreate(0, 0x1000000, 0x40000000, start, PCI | 1),
                put(PCI | 1, start + 0x2000000, 0x5000003, 0),
                xlate(PCI | 1, 0x2abcdef, 0x5000000, 3, 0xffffff));
        assertEquals(
                "WINDOW_CREATE 0x80000001 0x800000000000000 24 64\n"
                        + "PUT 0x80000001 0x800000002000000 0x5000003 0 EXACT\n"
                        + "XLATE 0x80000001 0x2abcdef 0x5000000 3 0xffffff EXACT\n",
                shown(trace));
    }

    @Test
    void shouldKeepRecordWhenXlateIsOutsideWindow() throws IOException {
        final Trace trace = Logs.of(
                newTable(VIO), xlate(VIO, 0x10000000, 0, 0, -1), xlate(VIO, 0xfffffff, 0, 0, 0xfff), put(VIO, 0, 0, 0));
        assertEquals(
                "WINDOW_CREATE 0x71000002 0x0 12 65536\n"
                        + "XLATE 0x71000002 0x10000000 0x0 0 0xffffffff EXACT\n"
                        + "XLATE 0x71000002 0xfffffff 0x0 0 0xfff EXACT\n"
                        + "PUT 0x71000002 0x0 0x0 0 EXACT\n",
                shown(trace));
    }

    @Test
    void shouldReadHugePagesEntryWhenItsMaskLooksLikeARefusal() throws IOException {
        final String load = "spapr_iommu_post_load liobn=80000001 0 => 0x4 bus_offset=0x800000000000000 ps=32";
        final Trace trace = Logs.of(
                load,
                put(PCI, 0, 0, -4),
                xlate(PCI | 1, 0x300000000L, 0, 0, -1),
                xlate(PCI | 1, 0x400000000L, 0, 0, -1));
        assertEquals(TraceGrade.LOSSY, trace.grade(2));
        assertEquals(TraceGrade.EXACT, trace.grade(3));
    }

    @Test
    void shouldTakeThreadAndTimeWhenLinesHaveTimeStamps() throws IOException {
        final Trace trace = Logs.of(
                "31@1795333545.000007:" + newTable(PCI),
                "77@1795333546.900000:" + put(PCI, 0, 1, 0),
                "31@1795333545.427480:" + put(PCI, 0x1000, 1, 0),
                "77@1795333545.427480:" + put(PCI, 0x2000, 1, 0));
        assertEquals(1795333546900000L, trace.timeMicros(1));
        assertEquals(1795333545427480L, trace.timeMicros(2));
        assertEquals(
                "0 0 1 0", trace.thread(0) + " " + trace.thread(1) + " " + trace.thread(2) + " " + trace.thread(3));
        assertEquals(2, trace.threads());
        assertEquals(4, trace.line(3));
    }

    @Test
    void shouldUseThreadAndTimeZeroWhenLinesHaveNoTimeStamps() throws IOException {
        final Trace trace = Logs.of(newTable(PCI), put(PCI, 0, 1, 0), "0@1.000000:" + put(PCI, 0, 1, 0));
        assertEquals(0, trace.timeMicros(1));
        assertEquals(0, trace.thread(1));
        assertEquals(1, trace.threads());
    }

    @Test
    void shouldNotKeepStampOfLineBeforeWhenLineHasNone() throws IOException {
        final Trace trace = Logs.of(newTable(PCI), "7@1.000000:" + put(PCI, 0, 1, 0), put(PCI, 0, 1, 0));
        assertEquals(0, trace.timeMicros(2));
        assertEquals(1, trace.thread(2));
    }

    @Test
    void shouldReadSameTraceWhenLogIsGzipOrHasCarriageReturns() throws IOException {
        final byte[] text = Logs.text(newTable(PCI), put(PCI, 0x5000, 0x7003, 0));
        final byte[] dos = new String(text, StandardCharsets.ISO_8859_1)
                .replace("\n", "\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        final Trace plain = Logs.ofBytes(text, Map.of());
        assertEquals(plain, Logs.ofBytes(Logs.gzip(text), Map.of()));
        assertEquals(plain, Logs.ofBytes(dos, Map.of()));
        assertEquals(2, plain.size());
    }

    @Test
    void shouldAcceptPlainNamesWhenLiobnIsPciAndPciNamesWhenItIsNot() throws IOException {
        final Trace trace =
                Logs.of(put(PCI, 0, 1, 0).replace("pci_", ""), put(VIO, 0, 1, 0).replace("put", "pci_put"));
        assertEquals(2, trace.countOfKind(TraceKind.PUT));
    }

    @Test
    void shouldCountIgnoredLinesWhenLogHasForeignOnes() throws IOException {
        final Trace trace = Logs.of(
                "",
                "qemu-system-ppc64: warning: something \u00e9",
                "1@2.000003:vfio_region_write x",
                "1@2.000003:spapr_iommu_future_event a=b",
                newTable(PCI),
                "spapr_iommu_ddw_query buid=0x800000020000000 addr=0x800, 1 windows available, max window"
                        + " size=0x80000000, mask=0x107",
                put(PCI, 0, 1, 0));
        assertEquals(4, trace.ignoredLines());
        assertEquals(7, trace.sourceLines());
        assertEquals(2, trace.size());
        assertEquals(1, trace.hcalls());
    }

    @Test
    void shouldAcceptLastLineWhenOnlyItsLineFeedIsMissing() throws IOException {
        final byte[] log = (newTable(PCI) + "\n" + put(PCI, 0, 1, 0)).getBytes(StandardCharsets.ISO_8859_1);
        assertEquals(1, Logs.ofBytes(log, Map.of()).hcalls());
    }

    @Test
    void shouldKeepSignWhenStatusIsNegative() throws IOException {
        final Trace trace = Logs.of(newTable(PCI), put(PCI, 0x40000000, 1, -4), get(PCI, 0x40000000, -4, 0));
        assertEquals(-4, trace.status(1));
        assertEquals(-4, trace.status(2));
        assertEquals(TraceGrade.EXACT, trace.grade(2));
    }

    @Test
    void shouldGradeLossyWhenContentsPredateTheLog() throws IOException {
        final Trace trace = Logs.of(
                get(PCI, 0x1000, 0, 0x7003),
                put(PCI, 0x1000, 0x8003, 0),
                get(PCI, 0x1000, 0, 0x8003),
                xlate(PCI, 0x2000, 0x9000, 1, 0xfff),
                stuff(PCI, 0x3000, 0, 1, 0),
                xlate(PCI, 0x2000, 0, 0, 0xfff));
        assertEquals(
                CREATE
                        + "GET 0x80000000 0x1000 0x7003 0 LOSSY\n"
                        + "PUT 0x80000000 0x1000 0x8003 0 EXACT\n"
                        + "GET 0x80000000 0x1000 0x8003 0 EXACT\n"
                        + "XLATE 0x80000000 0x2000 0x9000 1 0xfff LOSSY\n"
                        + "STUFF 0x80000000 0x2000 0x0 x1 0 EXACT\n"
                        + "XLATE 0x80000000 0x2000 0x0 0 0xfff EXACT\n",
                shown(trace));
    }
}
