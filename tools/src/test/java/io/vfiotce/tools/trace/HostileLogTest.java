package io.vfiotce.tools.trace;

import static io.vfiotce.tools.trace.Logs.PCI;
import static io.vfiotce.tools.trace.Logs.newTable;
import static io.vfiotce.tools.trace.Logs.put;
import static io.vfiotce.tools.trace.Logs.stuff;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostileLogTest {
    private static final String GOOD = put(PCI, 0, 1, 0);

    /** Each line is the second of a log whose first is good; the error must be at line 2 and say the given text. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        spapr_iommu_put | expected ' '
        spapr_iommu_pci_put liobn=80000000 ioba=0x0 tce=0x1 ret=0 | 0x hexadecimal
        spapr_iommu_pci_put liobn=0x80000000 ioba=4096 tce=0x1 ret=0 | 0x hexadecimal
        spapr_iommu_pci_put liobn=0x80000000 ioba=-0x1000 tce=0x1 ret=0 | 0x hexadecimal
        spapr_iommu_pci_put liobn=0x80000000 ioba=0x tce=0x1 ret=0 | expected a hexadecimal number
        spapr_iommu_pci_put liobn=0x80000000 ioba=0x1g tce=0x1 ret=0 | expected ' tce='
        spapr_iommu_pci_put liobn=0x80000000 ioba=0x00000000000000000 tce=0x1 ret=0 | more than 64 bits
        spapr_iommu_pci_put liobn=0x80000000 ioba=0x0 ret=0 | expected ' tce='
        spapr_iommu_pci_put liobn=0x80000000 ioba=0x0 tce=0x1 | expected ' ret='
        spapr_iommu_pci_put liobn=0x80000000 ioba=0x0 tce=0x1 ret=0x0 | expected the end of the line
        spapr_iommu_pci_put liobn=0x80000000 ioba=0x0 tce=0x1 ret=0 ret=0 | expected the end of the line
        spapr_iommu_pci_put liobn=0x80000000 ioba=0x0 ioba=0x0 tce=0x1 ret=0 | expected ' tce='
        spapr_iommu_pci_put liobn=0x80000000 ioba=0x0 tce=0x1 ret=9223372036854775808 | over
        spapr_iommu_pci_put liobn=0x80000000 ioba=0x0 tce=0x1 ret=- | expected a decimal number
        spapr_iommu_pci_put liobn=0x180000000 ioba=0x0 tce=0x1 ret=0 | an LIOBN has 32 bits
        spapr_iommu_pci_put liobn=0x80000000 ioba=0x123 tce=0x1 ret=0 | not a multiple of the page size
        spapr_iommu_pci_put liobn=0x80000000 ioba=0xfffffffffffff000 tce=0x1 ret=0 | outside the window
        spapr_iommu_pci_get liobn=0x80000000 ioba=0x0 tce=0x1 ret=0 | expected ' ret='
        spapr_iommu_pci_get liobn=0x80000000 ioba=0x40000000 ret=0 tce=0x1 | outside the window
        spapr_iommu_pci_stuff liobn=0x80000000 ioba=0x0 tcevalue=0x0 npages=-1 ret=0 | expected a decimal number
        spapr_iommu_pci_stuff liobn=0x80000000 ioba=0x0 tcevalue=0x0 npages=0x1 ret=0 | expected ' ret='
        spapr_iommu_pci_stuff liobn=0x80000000 ioba=0x0 tcevalue=0x0 npages=1048577 ret=0 | over 1048576
        spapr_iommu_pci_stuff liobn=0x80000000 ioba=0x0 tcevalue=0x0 npages=99999999999999999999 ret=0 | over
        spapr_iommu_pci_stuff liobn=0x80000000 ioba=0x0 tcevalue=0x0 npages=1 ret=0 | outside the window
        spapr_iommu_pci_stuff liobn=0x80000000 ioba=0x1000 tcevalue=0x0 npages=2 ret=0 | outside the window
        spapr_iommu_pci_stuff liobn=0x80000000 ioba=0x1000 tcevalue=0x0 npages=0 ret=0 | 0 pages
        spapr_iommu_pci_indirect liobn=0x80000000 ioba=0x0 tcelist=0x0 iobaN=0x200 tceN=0x1 ret=0 | not below 512
        spapr_iommu_pci_indirect liobn=0x80000000 ioba=0x0 tcelist=0x0 iobaN=1 tceN=0x1 ret=0 | 0x hexadecimal
        spapr_iommu_pci_indirect liobn=0x80000000 ioba=0x3ffff000 tcelist=0x0 iobaN=0x1 tceN=0x1 ret=0 | outside the window
        spapr_iommu_pci_indirect liobn=0x80000000 ioba=0x3ffff000 tcelist=0x0 iobaN=0x1 tceN=0x1 ret=-4 | outside the window
        spapr_iommu_pci_indirect liobn=0x5 ioba=0x0 tcelist=0x0 iobaN=0x1 tceN=0x1 ret=-4 | there is no window
        spapr_iommu_list_entry liobn=0x80000000 ioba=0x0 i=0x0 tce=0x1 | expected ' tce='
        spapr_iommu_list_entry liobn=0x80000000 ioba=0x0 i=1 tce=0x1 | i=0 was due
        spapr_iommu_list_entry liobn=0x80000000 ioba=0x0 i=512 tce=0x1 | not below 512
        spapr_iommu_xlate liobn=0x80000000 0x0 => 0x0 perm=0 mask=0xfff | expected ' -> '
        spapr_iommu_xlate liobn=0x80000000 0x0 -> 0x0 perm=4 mask=0xfff | over 3
        spapr_iommu_xlate liobn=0x80000000 0x0 -> 0x0 perm=0 mask=0x1ffffffff | more than 32 bits
        spapr_iommu_xlate liobn=0x80000000 0x40000000 -> 0x1000 perm=3 mask=0xfff | outside the window
        spapr_iommu_new_table liobn=0x80000000 table=0x1 | expected ' fd='
        spapr_iommu_new_table liobn=0x180000000 table=0x1 fd=-1 | more than 32 bits
        spapr_iommu_pre_save liobn=80000000 4 bus_offset=0x0 ps=11 | page shift 11
        spapr_iommu_pre_save liobn=80000000 4 bus_offset=0x800 ps=12 | not a multiple of its page size
        spapr_iommu_post_load liobn=80000000 4 => 0x4 bus_offset=0x0 ps=35 | page shift 35
        spapr_iommu_post_load liobn=80000000 4 bus_offset=0x0 ps=12 | expected ' => '
        spapr_iommu_ddw_create buid=0x1 addr=0x0, page size=0x1800, requested=0x4000, start addr=0x0, liobn=0x1 | power of two
        spapr_iommu_ddw_create buid=0x1 addr=0x0, page size=0x1000, requested=0x0, start addr=0x0, liobn=0x1 | entries
        spapr_iommu_ddw_create buid=0x1 addr=0x0, page size=0x1000, requested=0x20000000000000, start addr=0x0, liobn=0x1 | 2^40
        spapr_iommu_ddw_create buid=0x1 addr=0x0, page size=0x1000, requested=0x1800, start addr=0x0, liobn=0x1 | multiple of its page
        spapr_iommu_ddw_create buid=0x1 addr=0x0, page size=0x1000, requested=0x2000, start addr=0xfffffffffffff000, liobn=0x1 | address space
        spapr_iommu_ddw_reset buid=0x1 addr=0x0 | not that of a host bridge
        spapr_iommu_ddw_remove liobn=0x80000000 x | expected the end of the line
        1@2.03:spapr_iommu_ddw_remove liobn=0x80000000 | six digits
        1@2.0000003:spapr_iommu_ddw_remove liobn=0x80000000 | six digits
        1@9223372036854.000000:spapr_iommu_ddw_remove liobn=0x80000000 | over
        @2.000003:spapr_iommu_ddw_remove liobn=0x80000000 | expected a decimal number
        1@2.000003: spapr_iommu_ddw_remove liobn=0x80000000 | expected the event name
        """)
    void shouldNameLineAndFaultWhenLineIsBad(final String line, final String what) {
        final TraceFormatException e =
                assertThrows(TraceFormatException.class, () -> Logs.of(newTable(PCI), line, GOOD));
        assertEquals(2, e.position(), e.getMessage());
        assertEquals(TraceFormatException.Unit.LINE, e.unit());
        assertTrue(e.getMessage().startsWith("line 2: "), e.getMessage());
        assertTrue(e.getMessage().contains(what), e.getMessage());
        assertFalse(e.getMessage().contains("\n"), e.getMessage());
    }

    @Test
    void shouldRefuseWhenFileIsEmpty() {
        refused(new byte[0], "the file is empty");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "hello", "spapr_iommu_new_table liobn=0x80000000 table=(nil) fd=-1"})
    void shouldRefuseWhenLogHasNoHcalls(final String line) {
        refused(Logs.text(line), "no TCE hypercall events found");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "spapr_iommu_pci_put liobn=0x80000000 ioba=0x0 tce=0x1 ret=",
                "spapr_iommu_pci_put liobn=0x80000000 ioba=0x",
                "spapr_iommu_pci_pu",
                "spapr_io",
                "24770@1795333545.4274",
                "24770@1795333545.427480:spapr",
                "24"
            })
    void shouldSayTruncatedWhenLastLineIsCut(final String last) {
        final byte[] log = (GOOD + "\n" + last).getBytes(StandardCharsets.ISO_8859_1);
        refused(log, "truncated at line 2");
    }

    @Test
    void shouldIgnoreForeignLastLineWhenItsLineFeedIsMissing() throws IOException {
        final byte[] log = (GOOD + "\nqemu: terminating").getBytes(StandardCharsets.ISO_8859_1);
        assertEquals(1, Logs.ofBytes(log, Map.of()).ignoredLines());
    }

    @Test
    void shouldRefuseWhenDataIsBinary() {
        refused(Logs.text(GOOD, "a\0b", GOOD), "line 2: binary data: byte 0x0");
        refused(new byte[] {'P', 'K', 3, 4}, "line 1: binary data: byte 0x3");
    }

    @Test
    void shouldRefuseWhenLineIsOverLimit() throws IOException {
        final String longest = "x".repeat(LogLines.MAX_LINE_BYTES);
        assertEquals(1, Logs.of(longest, GOOD).ignoredLines());
        refused(Logs.text(GOOD, longest + "x"), "line 2: line longer than 65536 bytes");
    }

    @Test
    void shouldSayAfterWhichLineWhenGzipIsTruncated() throws IOException {
        final String[] lines = new String[5000];
        for (int i = 0; i < lines.length; i++) {
            lines[i] = put(PCI, (i * 7919L & 0x3ffff) << 12, i * 0x9e3779b97f4aL, 0);
        }
        final byte[] gzip = Logs.gzip(Logs.text(lines));
        for (int cut = 1; cut < gzip.length; cut += 1 + gzip.length / 50) {
            final byte[] part = Arrays.copyOf(gzip, cut);
            final TraceFormatException e =
                    assertThrows(TraceFormatException.class, () -> Logs.ofBytes(part, Map.of()), "cut at " + cut);
            assertTrue(cut < 10 || e.getMessage().contains("after this line"), e.getMessage());
        }
        final byte[] late = Arrays.copyOf(gzip, gzip.length - 9);
        final TraceFormatException e = assertThrows(TraceFormatException.class, () -> Logs.ofBytes(late, Map.of()));
        assertTrue(e.position() > 4000, e.getMessage());
    }

    @Test
    void shouldRefuseWhenGzipIsCorrupt() throws IOException {
        final byte[] gzip = Logs.gzip(Logs.text(GOOD, GOOD));
        gzip[gzip.length - 6] ^= 1;
        refused(gzip, "line 2: gzip data ends or breaks after this line");
        gzip[2] ^= 1;
        refused(gzip, "gzip header");
    }

    @Test
    void shouldRefuseWhenTablesGrowOverTheBound() {
        final int lines = 66;
        final String[] log = new String[lines + 1];
        log[0] = "spapr_iommu_post_load liobn=80000001 0 => 0xffffffff bus_offset=0x0 ps=12";
        for (int i = 1; i <= lines; i++) {
            log[i] = stuff(PCI | 1, (long) i << 32, 1, 1 << 20, 0);
        }
        refused(Logs.text(log), "line 66: more than 67108864 table entries in use");
    }

    private static void refused(final byte[] log, final String what) {
        final TraceFormatException e = assertThrows(TraceFormatException.class, () -> Logs.ofBytes(log, Map.of()));
        assertTrue(e.getMessage().contains(what), e.getMessage());
    }
}
