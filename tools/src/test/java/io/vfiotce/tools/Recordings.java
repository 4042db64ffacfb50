package io.vfiotce.tools;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Small recordings for tests, written by hand. */
final class Recordings {
    static final long PCI = 0x80000000L;
    static final long VIO = 0x71000002L;

    private Recordings() {}

    static Path log(final Path file, final String... lines) {
        return bytes(file, (String.join("\n", lines) + "\n").getBytes(StandardCharsets.ISO_8859_1));
    }

    static Path bytes(final Path file, final byte[] bytes) {
        try {
            return Files.write(file, bytes);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Shows that a window is new, so that its contents are known. */
    static String newTable(final long liobn) {
        return "spapr_iommu_new_table liobn=" + hex(liobn) + " table=0x7f00 fd=-1";
    }

    static String put(final long liobn, final long ioba, final long tce, final long ret) {
        return call("put", liobn, ioba) + " tce=" + hex(tce) + " ret=" + ret;
    }

    static String get(final long liobn, final long ioba, final long ret, final long tce) {
        return call("get", liobn, ioba) + " ret=" + ret + " tce=" + hex(tce);
    }

    /** The address is the one behind the last page, as QEMU logs it. */
    static String stuff(final long liobn, final long endIoba, final long tce, final int pages, final long ret) {
        return call("stuff", liobn, endIoba) + " tcevalue=" + hex(tce) + " npages=" + pages + " ret=" + ret;
    }

    static String indirect(final long liobn, final long ioba, final int lastIndex, final long tce, final long ret) {
        return call("indirect", liobn, ioba) + " tcelist=0x2150000 iobaN=" + hex(lastIndex) + " tceN=" + hex(tce)
                + " ret=" + ret;
    }

    static String entry(final long liobn, final long ioba, final int index, final long tce) {
        return "spapr_iommu_list_entry liobn=" + hex(liobn) + " ioba=" + hex(ioba) + " i=" + index + " tce=" + hex(tce);
    }

    static String xlate(final long liobn, final long offset, final long to, final int perm, final int mask) {
        return "spapr_iommu_xlate liobn=" + hex(liobn) + " " + hex(offset) + " -> " + hex(to) + " perm=" + perm
                + " mask=0x" + Integer.toHexString(mask);
    }

    static String ddwCreate(final long liobn, final long page, final long bytes, final long start) {
        return "spapr_iommu_ddw_create buid=0x800000020000000 addr=0x800, page size=" + hex(page) + ", requested="
                + hex(bytes) + ", start addr=" + hex(start) + ", liobn=" + hex(liobn);
    }

    static String ddwRemove(final long liobn) {
        return "spapr_iommu_ddw_remove liobn=" + hex(liobn);
    }

    static String ddwReset() {
        return "spapr_iommu_ddw_reset buid=0x800000020000000 addr=0x0";
    }

    private static String call(final String event, final long liobn, final long ioba) {
        return "spapr_iommu_" + ((liobn & PCI) != 0 ? "pci_" : "") + event + " liobn=" + hex(liobn) + " ioba="
                + hex(ioba);
    }

    private static String hex(final long number) {
        return "0x" + Long.toHexString(number);
    }
}
