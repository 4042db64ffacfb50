package io.vfiotce.dma;

import io.vfiotce.memory.Memslots;
import io.vfiotce.memory.QuiescentReader;
import io.vfiotce.memory.RawMemory;
import io.vfiotce.memory.TranslationHints;
import io.vfiotce.memory.Words;
import io.vfiotce.papr.Tce;

/**
 * From a bus address to an address of this process: by a hint, or by the window's table and the guest's memory.
 *
 * @threads the device's own
 */
abstract class Translation extends DmaReader {
    private final DmaSpace space;
    private final DmaView view;
    private final long targetDistance;
    private final DmaFaults faults;
    private final TranslationHints hints;
    private final boolean hinting;
    private final boolean reversed;
    private final long placeMask;

    // Copies of this moment: the windows in the order of the bus, and where the second one starts.
    private DmaWindow low;
    private DmaWindow high;
    private long boundary;
    private Memslots memslots;
    // The slot of guest memory that was hit last, by the addresses that the view's TCEs lead to.
    private long slotStart;
    private long slotBytes;
    private long slotHost;
    private long slotGpa;

    private long address;
    private long lengthBytes;
    private long walks;

    Translation(
            final DmaSpace space,
            final DmaView view,
            final QuiescentReader reader,
            final TranslationHints hints,
            final DmaFaults faults) {
        super(space.process(), reader, hints);
        this.space = space;
        this.view = view;
        targetDistance = view.targetDistance();
        this.hints = hints;
        hinting = hints.isEnabled();
        this.faults = faults;
        reversed = view.isHardware();
        placeMask = hints.placeMask();
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
        slotBytes = 0;
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
     * @param access what for; what is no access is refused
     * @return {@link DmaStatus}
     */
    final int locate(final long ioba, final long length, final int access) {
        final long hint = TranslationHints.place(base(), placeMask, ioba, access);
        if (!TranslationHints.holds(hint, ioba, length) || !DmaAccess.isValid(access)) {
            return isCurrent() ? walk(ioba, length, access) : renewAndLocate(ioba, length, access);
        }
        address = TranslationHints.address(hint, ioba);
        lengthBytes = length;
        return DmaStatus.OK;
    }

    /** With copies of this moment, which are good for this access even if something changes before it uses them. */
    private int renewAndLocate(final long ioba, final long length, final int access) {
        renew();
        final long hint = TranslationHints.place(hints.places(), placeMask, ioba, access);
        if (!TranslationHints.holds(hint, ioba, length) || !DmaAccess.isValid(access)) {
            return walk(ioba, length, access);
        }
        address = TranslationHints.address(hint, ioba);
        lengthBytes = length;
        return DmaStatus.OK;
    }

    /** A TCE out of the word that was found. */
    private long ordered(final long word) {
        return reversed ? Words.bigEndian(word) : word;
    }

    private int walk(final long ioba, final long length, final int access) {
        walks++;
        if (!DmaAccess.isValid(access)) {
            return refuse(DmaStatus.PERMISSION, access, ioba, length);
        }
        final DmaWindow window = Long.compareUnsigned(ioba, boundary) < 0 ? low : high;
        final long distance = ioba - window.startBytes;
        final long entry = distance >>> window.pageShift;
        if (Long.compareUnsigned(entry, window.sizePages) >= 0) {
            return refuse(window.refusal(), access, ioba, length);
        }
        final long word = window.wordAddressAcquire(entry, TranslationHints.permittingWord());
        if (word == 0) {
            return refuse(DmaStatus.UNMAPPED, access, ioba, length);
        }
        final long found = RawMemory.longAcquire(word);
        final long tce = ordered(found);
        if ((access & ~tce) != 0 || (tce & Tce.PERMISSIONS) == 0) {
            final boolean mapped = (tce & Tce.PERMISSIONS) != 0;
            return refuse(mapped ? DmaStatus.PERMISSION : DmaStatus.UNMAPPED, access, ioba, length);
        }
        final long inPage = distance - (entry << window.pageShift);
        final long target = Tce.pageAddress(tce, window.pageShift) + inPage - targetDistance;
        if (!isInSlot(target) && !findSlot(target)) {
            return refuse(DmaStatus.UNBACKED, access, ioba, length);
        }
        final long inSlot = target - slotStart;
        address = slotHost + inSlot;
        lengthBytes = Math.min(length, Math.min((1L << window.pageShift) - inPage, slotBytes - inSlot));
        if (window.marker != null && (access & DmaAccess.WRITE) != 0) {
            // No hint: the next write must be marked too.
            window.marker.mark(ioba, slotGpa + inSlot, lengthBytes);
        } else if (hinting) {
            hints.remember(ioba, access, word, found, address);
        }
        return DmaStatus.OK;
    }

    private boolean isInSlot(final long target) {
        return Long.compareUnsigned(target - slotStart, slotBytes) < 0;
    }

    private boolean findSlot(final long target) {
        final int slot = view.isHardware() ? memslots.findUserAddress(target) : memslots.find(target);
        if (slot < 0) {
            return false;
        }
        slotGpa = memslots.firstUnit(slot) << Memslots.UNIT_SHIFT;
        slotStart = view.isHardware() ? memslots.ua(slot) : slotGpa;
        slotBytes = memslots.units(slot) << Memslots.UNIT_SHIFT;
        slotHost = memslots.slotAddress(slot);
        return true;
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
