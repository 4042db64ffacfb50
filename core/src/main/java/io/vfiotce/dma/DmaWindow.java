package io.vfiotce.dma;

import io.vfiotce.memory.PageSlots;
import io.vfiotce.memory.TranslationHints;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.tce.TceTable;
import io.vfiotce.tce.WindowGeometry;

/**
 * A window as a device sees it: where it lies, how large its pages are, and the table behind it, guest view or hardware view.
 *
 * <p>One class for all, so that no access calls a method through a table of methods; and one way to a TCE word for all whose
 * leaves are in one array: most guest views, a hardware view of one level, and what needs no translation, which has one word.
 */
final class DmaWindow {
    /** Where there is no window. */
    static final DmaWindow NONE =
            new DmaWindow(0, 0, WindowGeometry.MIN_PAGE_SHIFT, null, new Leaves(null, 1), null, null);

    private static final int BYPASS_PAGE_SHIFT = 62;

    final long startBytes;
    final long sizePages;
    final int pageShift;
    final long pageMask;
    // How writes are logged, null while they are not.
    final DirtyMarker marker;
    private final long[] leaves;
    private final int leafShift;
    private final long leafMask;
    private final TceTable guestView;
    private final IommuTable hardwareView;

    /** Addresses of leaves, each of so many entries, a power of 2; null if they are not in one array. */
    private record Leaves(long[] addresses, long entries) {}

    private DmaWindow(
            final long startBytes,
            final long sizePages,
            final int pageShift,
            final DirtyMarker marker,
            final Leaves leaves,
            final TceTable guestView,
            final IommuTable hardwareView) {
        this.startBytes = startBytes;
        this.sizePages = sizePages;
        this.pageShift = pageShift;
        pageMask = (1L << pageShift) - 1;
        this.marker = marker;
        this.leaves = leaves.addresses;
        leafShift = Long.numberOfTrailingZeros(leaves.entries);
        leafMask = leaves.entries - 1;
        this.guestView = guestView;
        this.hardwareView = hardwareView;
    }

    static DmaWindow of(final TceTable table, final DirtyMarker marker) {
        final Leaves leaves = new Leaves(table.leafAddresses(), table.nextLeaf(0));
        return new DmaWindow(
                table.geometry().startBytes(), table.sizePages(), table.pageShift(), marker, leaves, table, null);
    }

    static DmaWindow of(final IommuTable table, final DirtyMarker marker) {
        final boolean isFlat = table.geometry().levels() == 1;
        final Leaves leaves = new Leaves(isFlat ? new long[] {table.leafAddressAcquire(0)} : null, table.nextLeaf(0));
        return new DmaWindow(
                table.geometry().startBytes(), table.sizePages(), table.pageShift(), marker, leaves, null, table);
    }

    /** The bus without translation, from 0 up to 2^62, which no memory of a guest reaches: one page. */
    static DmaWindow bypass(final DirtyMarker marker) {
        final Leaves leaves = new Leaves(new long[] {TranslationHints.permittingWord()}, 1);
        return new DmaWindow(0, 1, BYPASS_PAGE_SHIFT, marker, leaves, null, null);
    }

    /** Whether bus addresses are guest physical addresses. */
    boolean isBypass() {
        return guestView == null && hardwareView == null && this != NONE;
    }

    /** The address of an entry's TCE word; another word that is 0 if it is absent, and one that permits if nothing is translated. */
    long wordAddressAcquire(final long entry) {
        final long[] flat = leaves;
        if (flat == null) {
            return distantWordAddressAcquire(entry);
        }
        final long leaf = PageSlots.addressAcquire(flat, (int) (entry >>> leafShift));
        return leaf == 0 ? TranslationHints.zeroWord() : leaf + ((entry & leafMask) << 3);
    }

    private long distantWordAddressAcquire(final long entry) {
        if (guestView != null) {
            final long leaf = guestView.leafAddressAcquire(entry);
            return leaf == 0 ? TranslationHints.zeroWord() : leaf + ((long) guestView.leafIndex(entry) << 3);
        }
        final long leaf = hardwareView.leafAddressAcquire(entry);
        return leaf == 0 ? TranslationHints.zeroWord() : leaf + (hardwareView.leafIndex(entry) << 3);
    }

    /** Why an address that the window does not have is refused. */
    int refusal() {
        if (isBypass()) {
            return DmaStatus.UNBACKED;
        }
        return this == NONE ? DmaStatus.DETACHED : DmaStatus.OUTSIDE;
    }
}
