package io.vfiotce.dma;

import io.vfiotce.memory.Memslots;
import io.vfiotce.memory.QuiescentReader;
import io.vfiotce.memory.RawMemory;
import io.vfiotce.memory.TranslationHints;
import io.vfiotce.papr.Tce;

/**
 * From a bus address to an address of this process: by a hint, or by the window's table and the guest's memory.
 *
 * @threads the device's own
 */
abstract class Translation extends DmaReader {
    private static final long UNIT_MASK = (1L << Memslots.UNIT_SHIFT) - 1;

    private final DmaSpace space;
    private final DmaView view;
    private final long targetDistance;
    private final DmaFaults faults;
    private final TranslationHints hints;
    private final boolean hinting;
    private final long places;
    private final long placeMask;
    private final long permittingWord;

    // Copies of this moment: the windows in the order of the bus, and where the second one starts.
    private DmaWindow low;
    private DmaWindow high;
    private long boundary;
    private Memslots memslots;
    // The slot of guest memory that was hit last, by the addresses that the view's TCEs lead to.
    private long slotFirstUnit;
    private long slotUnits;
    private long slotAddressDistance;
    private long slotGpaDistance;

    private long address;
    private long lengthBytes;
    private long walks;

    Translation(
            final DmaSpace space,
            final DmaView view,
            final QuiescentReader reader,
            final TranslationHints hints,
            final DmaFaults faults) {
        super(space.process(), reader);
        this.space = space;
        this.view = view;
        targetDistance = view.targetDistance();
        this.hints = hints;
        hinting = hints.isEnabled();
        this.faults = faults;
        places = hints.places();
        placeMask = hints.placeMask();
        permittingWord = hints.permittingWord();
    }

    final DmaFaults faultRing() {
        return faults;
    }

    /** Where the last translation led. */
    final long hostAddress() {
        return address;
    }

    /** How many bytes lie together there. */
    final long hostLength() {
        return lengthBytes;
    }

    /** How many translations walked a table. */
    final long walkCount() {
        return walks;
    }

    @Override
    final void refresh() {
        final DmaWindow first = view.window(space, 0);
        final DmaWindow second = view.window(space, 1);
        if (first.isBypass() || second.isBypass()) {
            final DmaWindow bypass = first.isBypass() ? first : second;
            setWindows(bypass, bypass);
        } else if (Long.compareUnsigned(first.startBytes, second.startBytes) <= 0) {
            setWindows(first, second);
        } else {
            setWindows(second, first);
        }
        memslots = space.memslotsAcquire();
        slotUnits = 0;
        hints.clear();
    }

    /** Sets the windows; where there is only one it is both. */
    private void setWindows(final DmaWindow first, final DmaWindow second) {
        low = first == DmaWindow.NONE ? second : first;
        high = second == DmaWindow.NONE ? first : second;
        boundary = low == high ? -1 : high.startBytes;
    }

    /**
     * Translates.
     *
     * @param ioba bus address
     * @param length how many bytes from there on
     * @param access what for
     * @return {@link DmaStatus}
     */
    final int locate(final long ioba, final long length, final int access) {
        if (!isCurrent()) {
            renew();
        }
        final long hint = TranslationHints.place(places, placeMask, ioba);
        final long offset = ioba - TranslationHints.piece(hint);
        final long host = TranslationHints.host(hint);
        // One branch for all: another piece, more than a piece, a TCE that is another one now, an access that is
        // forbidden.
        if (((offset | length - 1) >>> TranslationHints.PIECE_SHIFT | host & access | TranslationHints.changed(hint))
                == 0) {
            address = TranslationHints.address(host) + offset;
            lengthBytes = Math.min(length, TranslationHints.PIECE_BYTES - offset);
            return DmaStatus.OK;
        }
        return walk(ioba, length, access);
    }

    private int walk(final long ioba, final long length, final int access) {
        walks++;
        final DmaWindow window = Long.compareUnsigned(ioba, boundary) < 0 ? low : high;
        final long entry = (ioba - window.startBytes) >>> window.pageShift;
        if (Long.compareUnsigned(entry, window.sizePages) >= 0) {
            return refuse(window == DmaWindow.NONE ? DmaStatus.DETACHED : DmaStatus.OUTSIDE, access, ioba, length);
        }
        final long word = window.wordAddressAcquire(entry, permittingWord);
        if (word == 0) {
            return refuse(DmaStatus.UNMAPPED, access, ioba, length);
        }
        final long found = RawMemory.longAcquire(word);
        final long tce = window.tce(found);
        if ((access & ~tce) != 0 || (tce & Tce.PERMISSIONS) == 0) {
            final boolean mapped = (tce & Tce.PERMISSIONS) != 0;
            return refuse(mapped ? DmaStatus.PERMISSION : DmaStatus.UNMAPPED, access, ioba, length);
        }
        final long page = window.target(entry, tce) - targetDistance;
        final long offset = ioba & ((1L << window.pageShift) - 1);
        if (!isInSlot(page + offset) && !findSlot(page + offset)) {
            return refuse(DmaStatus.UNBACKED, access, ioba, length);
        }
        take(window, page + offset, Math.min(length, (1L << window.pageShift) - offset));
        if (window.marker != null && (access & DmaAccess.WRITE) != 0) {
            window.marker.mark(ioba, page + offset + slotGpaDistance, lengthBytes);
        }
        if (hinting) {
            remember(window, ioba, word, found, page + offset);
        }
        return DmaStatus.OK;
    }

    private boolean isInSlot(final long target) {
        return Long.compareUnsigned((target >>> Memslots.UNIT_SHIFT) - slotFirstUnit, slotUnits) < 0;
    }

    private boolean findSlot(final long target) {
        final int slot = view.isHardware() ? memslots.findUserAddress(target) : memslots.find(target);
        if (slot < 0) {
            return false;
        }
        final long gpa = memslots.firstUnit(slot) << Memslots.UNIT_SHIFT;
        final long start = view.isHardware() ? memslots.ua(slot) : gpa;
        slotFirstUnit = start >>> Memslots.UNIT_SHIFT;
        slotUnits = memslots.units(slot);
        slotAddressDistance = memslots.slotAddress(slot) - start;
        slotGpaDistance = gpa - start;
        return true;
    }

    /** Sets the result: the page may be larger than the slot. */
    private void take(final DmaWindow window, final long target, final long inPage) {
        address = target + slotAddressDistance;
        final long unitsLeft = slotUnits - ((target >>> Memslots.UNIT_SHIFT) - slotFirstUnit);
        lengthBytes = Math.min(inPage, (unitsLeft << Memslots.UNIT_SHIFT) - (target & UNIT_MASK));
    }

    /** Makes a hint. While writes are logged each must come here. */
    private void remember(
            final DmaWindow window, final long ioba, final long word, final long found, final long target) {
        final long logged = window.marker == null ? 0 : Tce.WRITE;
        final long forbidden = ~window.tce(found) & Tce.PERMISSIONS | logged;
        TranslationHints.remember(
                TranslationHints.place(places, placeMask, ioba),
                ioba & -TranslationHints.PIECE_BYTES,
                word,
                found,
                (target & -TranslationHints.PIECE_BYTES) + slotAddressDistance | forbidden);
    }

    /** Records a fault; {@return the reason} */
    final int refuse(final int reason, final int access, final long ioba, final long length) {
        address = 0;
        lengthBytes = 0;
        faults.record(reason, access, ioba, length);
        return reason;
    }

    final void freeTranslation() {
        hints.free();
        faults.free();
    }
}
