package io.vfiotce.tools.trace;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** Small logs for tests. */
final class Logs {
    static final long PCI = 0x80000000L;
    static final long VIO = 0x71000002L;

    private Logs() {}

    /** Imports a log of these lines. */
    static Trace of(final String... lines) throws IOException {
        return of(Map.of(), lines);
    }

    static Trace of(final Map<Long, WindowGeometry> overrides, final String... lines) throws IOException {
        return ofBytes(text(lines), overrides);
    }

    static Trace ofBytes(final byte[] log, final Map<Long, WindowGeometry> overrides) throws IOException {
        return QemuLogImporter.importLog(() -> new ByteArrayInputStream(log), overrides);
    }

    static byte[] text(final String... lines) {
        return (String.join("\n", lines) + "\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    static byte[] gzip(final byte[] bytes) throws IOException {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            zip.write(bytes);
        }
        return out.toByteArray();
    }

    static byte[] binary(final Trace trace) throws IOException {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        BinaryTrace.write(trace, out);
        return out.toByteArray();
    }

    static String newTable(final long liobn) {
        return "spapr_iommu_new_table liobn=" + hex(liobn) + " table=0x7f00 fd=-1";
    }

    static String put(final long liobn, final long ioba, final long tce, final long ret) {
        return "spapr_iommu_" + infix(liobn) + "put liobn=" + hex(liobn) + " ioba=" + hex(ioba) + " tce=" + hex(tce)
                + " ret=" + ret;
    }

    static String get(final long liobn, final long ioba, final long ret, final long tce) {
        return "spapr_iommu_" + infix(liobn) + "get liobn=" + hex(liobn) + " ioba=" + hex(ioba) + " ret=" + ret
                + " tce=" + hex(tce);
    }

    static String stuff(final long liobn, final long ioba, final long tce, final int pages, final long ret) {
        return "spapr_iommu_" + infix(liobn) + "stuff liobn=" + hex(liobn) + " ioba=" + hex(ioba) + " tcevalue="
                + hex(tce) + " npages=" + pages + " ret=" + ret;
    }

    static String indirect(final long liobn, final long ioba, final int lastIndex, final long tce, final long ret) {
        return "spapr_iommu_" + infix(liobn) + "indirect liobn=" + hex(liobn) + " ioba=" + hex(ioba)
                + " tcelist=0x2150000 iobaN=" + hex(lastIndex) + " tceN=" + hex(tce) + " ret=" + ret;
    }

    static String entry(final long liobn, final long ioba, final int index, final long tce) {
        return "spapr_iommu_list_entry liobn=" + hex(liobn) + " ioba=" + hex(ioba) + " i=" + index + " tce=" + hex(tce);
    }

    static String xlate(final long liobn, final long offset, final long to, final int perm, final int mask) {
        return "spapr_iommu_xlate liobn=" + hex(liobn) + " " + hex(offset) + " -> " + hex(to) + " perm=" + perm
                + " mask=0x" + Integer.toHexString(mask);
    }

    static String ddwCreate(final int phb, final long page, final long size, final long start, final long liobn) {
        return "spapr_iommu_ddw_create buid=" + hex(0x800000020000000L + phb) + " addr=0x800, page size=" + hex(page)
                + ", requested=" + hex(size) + ", start addr=" + hex(start) + ", liobn=" + hex(liobn);
    }

    static String ddwRemove(final long liobn) {
        return "spapr_iommu_ddw_remove liobn=" + hex(liobn);
    }

    static String ddwReset(final int phb) {
        return "spapr_iommu_ddw_reset buid=" + hex(0x800000020000000L + phb) + " addr=0x0";
    }

    private static String infix(final long liobn) {
        return (liobn & PCI) != 0 ? "pci_" : "";
    }

    private static String hex(final long number) {
        return "0x" + Long.toHexString(number);
    }

    /** The records of a trace, one per line of the result, in a short form for comparing. */
    static String shown(final Trace trace) {
        final StringBuilder out = new StringBuilder();
        for (int i = 0; i < trace.size(); i++) {
            out.append(shown(trace, i)).append('\n');
        }
        return out.toString();
    }

    static String shown(final Trace t, final int i) {
        final String start = TraceKind.nameOf(t.kind(i)) + " " + hex(t.liobn(i)) + " " + hex(t.ioba(i));
        final String end = " " + t.status(i) + " " + t.grade(i);
        return switch (t.kind(i)) {
            case TraceKind.WINDOW_CREATE, TraceKind.WINDOW_REMOVE ->
                start + " " + t.pageShift(i) + " " + t.windowEntries(i);
            case TraceKind.PUT, TraceKind.GET -> start + " " + hex(t.value(i)) + end;
            case TraceKind.STUFF -> start + " " + hex(t.value(i)) + " x" + t.count(i) + end;
            case TraceKind.INDIRECT -> start + " " + list(t, i) + end;
            default ->
                start + " " + hex(t.value(i)) + " " + t.perm(i) + " " + hex(t.maskBits(i) & 0xffffffffL) + " "
                        + t.grade(i);
        };
    }

    private static String list(final Trace t, final int i) {
        final StringBuilder out = new StringBuilder("[");
        for (int k = 0; k < t.count(i); k++) {
            out.append(k == 0 ? "" : " ").append(t.listWordKnown(i, k) ? hex(t.listWord(i, k)) : "?");
        }
        return out.append(']').toString();
    }
}
