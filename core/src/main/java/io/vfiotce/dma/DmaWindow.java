package io.vfiotce.dma;

import io.vfiotce.memory.RawMemory;
import io.vfiotce.memory.TranslationHints;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.tce.TceTable;
import io.vfiotce.tce.WindowGeometry;

/**
 * A window as a device sees it: where it lies, how large its pages are, and the table behind it, guest view or hardware view.
 *
 * <p>One class for all, so that no access calls a method through a table of methods. An access asks it only for a leaf that it has
 * not just used; of what needs no translation there is one leaf, of one word.
 */
final class DmaWindow {
    /** Where there is no window. */
    static final DmaWindow NONE = new DmaWindow(0, 0, WindowGeometry.MIN_PAGE_SHIFT, null, null, null);

    private static final int BYPASS_PAGE_SHIFT = 62;

    final long startBytes;
    final long sizePages;
    final int pageShift;
    final long pageMask;
    // How writes are logged, null while they are not.
    final DirtyMarker marker;
    private final TceTable guestView;
    private final IommuTable hardwareView;

    private DmaWindow(
            final long startBytes,
            final long sizePages,
            final int pageShift,
            final DirtyMarker marker,
            final TceTable guestView,
            final IommuTable hardwareView) {
        this.startBytes = startBytes;
        this.sizePages = sizePages;
        this.pageShift = pageShift;
        pageMask = (1L << pageShift) - 1;
        this.marker = marker;
        this.guestView = guestView;
        this.hardwareView = hardwareView;
    }

    static DmaWindow of(final TceTable table, final DirtyMarker marker) {
        return new DmaWindow(table.geometry().startBytes(), table.sizePages(), table.pageShift(), marker, table, null);
    }

    static DmaWindow of(final IommuTable table, final DirtyMarker marker) {
        return new DmaWindow(table.geometry().startBytes(), table.sizePages(), table.pageShift(), marker, null, table);
    }

    /** The bus without translation, from 0 up to 2^62, which no memory of a guest reaches: one page. */
    static DmaWindow bypass(final DirtyMarker marker) {
        return new DmaWindow(0, 1, BYPASS_PAGE_SHIFT, marker, null, null);
    }

    /** Whether bus addresses are guest physical addresses. */
    boolean isBypass() {
        return guestView == null && hardwareView == null && this != NONE;
    }

    /** The address of the leaf that has an entry's TCE word, for {@link RawMemory}; 0 if it is absent. */
    long leafAddressAcquire(final long entry) {
        if (guestView != null) {
            return guestView.leafAddressAcquire(entry);
        }
        return hardwareView != null ? hardwareView.leafAddressAcquire(entry) : TranslationHints.permittingWord();
    }

    /** The first entry of an entry's leaf. */
    long leafStart(final long entry) {
        if (guestView != null) {
            return entry - guestView.leafIndex(entry);
        }
        return hardwareView != null ? entry - hardwareView.leafIndex(entry) : 0;
    }

    /** The first entry behind an entry's leaf, or behind the window. */
    long leafEnd(final long entry) {
        if (guestView != null) {
            return Math.min(guestView.nextLeaf(entry), sizePages);
        }
        return hardwareView != null ? Math.min(hardwareView.nextLeaf(entry), sizePages) : sizePages;
    }

    /** Why an address that the window does not have is refused. */
    int refusal() {
        if (isBypass()) {
            return DmaStatus.UNBACKED;
        }
        return this == NONE ? DmaStatus.DETACHED : DmaStatus.OUTSIDE;
    }
}
