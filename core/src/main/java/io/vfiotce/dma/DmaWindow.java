package io.vfiotce.dma;

import io.vfiotce.tce.IommuTable;
import io.vfiotce.tce.TceTable;
import io.vfiotce.tce.WindowGeometry;

/**
 * A window as a device sees it: where it lies, how large its pages are, and the table behind it, guest view or hardware view.
 *
 * <p>One class for all, so that no access calls a method through a table of methods.
 */
final class DmaWindow {
    /** Where there is no window. */
    static final DmaWindow NONE = new DmaWindow(0, 0, WindowGeometry.MIN_PAGE_SHIFT, null, null, null);

    private static final int BYPASS_PAGE_SHIFT = 62;

    final long startBytes;
    final long sizePages;
    final int pageShift;
    // How writes are logged, null while they are not.
    final DirtyMarker marker;
    private final TceTable guestView;
    private final IommuTable hardwareView;

    private DmaWindow(
            final long startBytes,
            final long sizePages,
            final int pageShift,
            final TceTable guestView,
            final IommuTable hardwareView,
            final DirtyMarker marker) {
        this.startBytes = startBytes;
        this.sizePages = sizePages;
        this.pageShift = pageShift;
        this.guestView = guestView;
        this.hardwareView = hardwareView;
        this.marker = marker;
    }

    static DmaWindow of(final TceTable table, final DirtyMarker marker) {
        return new DmaWindow(table.geometry().startBytes(), table.sizePages(), table.pageShift(), table, null, marker);
    }

    static DmaWindow of(final IommuTable table, final DirtyMarker marker) {
        return new DmaWindow(table.geometry().startBytes(), table.sizePages(), table.pageShift(), null, table, marker);
    }

    /** The bus without translation, from 0 up to 2^62, which no memory of a guest reaches: one page. */
    static DmaWindow bypass(final DirtyMarker marker) {
        return new DmaWindow(0, 1, BYPASS_PAGE_SHIFT, null, null, marker);
    }

    /** Whether bus addresses are guest physical addresses. */
    boolean isBypass() {
        return guestView == null && hardwareView == null && this != NONE;
    }

    /** The address of an entry's TCE word; 0 if it is absent and so is 0; the one given if nothing is translated. */
    long wordAddressAcquire(final long entry, final long permittingWord) {
        if (guestView != null) {
            final long leaf = guestView.leafAddressAcquire(entry);
            return leaf == 0 ? 0 : leaf + ((long) guestView.leafIndex(entry) << 3);
        }
        if (hardwareView != null) {
            final long leaf = hardwareView.leafAddressAcquire(entry);
            return leaf == 0 ? 0 : leaf + (hardwareView.leafIndex(entry) << 3);
        }
        return permittingWord;
    }

    /** Why an address that the window does not have is refused. */
    int refusal() {
        if (isBypass()) {
            return DmaStatus.UNBACKED;
        }
        return this == NONE ? DmaStatus.DETACHED : DmaStatus.OUTSIDE;
    }
}
