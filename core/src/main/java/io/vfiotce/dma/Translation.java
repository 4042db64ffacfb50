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
    private static final int TCE_SHIFT = Integer.numberOfTrailingZeros(Tce.BYTES);

    private final DmaSpace space;
    private final DmaView view;
    private final long targetDistance;
    private final DmaFaults faults;
    private final TranslationHints hints;
    private final boolean reversed;

    // Copies of this moment: the windows in the order of the bus, and with which piece the second one starts.
    private DmaWindow low;
    private DmaWindow high;
    private long boundary;
    private Memslots memslots;
    // The leaf of a window's table that was hit last. What to take off a bus address for the distance from where the
    // range of the leaf starts, and the length of that range, both less 2^63. Where the TCE word of distance 0 would
    // be, were distances not too large by 2^63. The window, whether a walk in it has to note anything, and its pages.
    private DmaWindow window = DmaWindow.NONE;
    private boolean isNoted;
    private long leafOrigin;
    private long leafLimit = Long.MIN_VALUE;
    private long leafWords;
    private int pageShift;
    private long pageMask;
    // The slot of guest memory that was hit last. What to take off a TCE's address for the distance from its start, and
    // its length, both less 2^63; what to add to such a distance for an address of this process, and of the guest.
    private long slotOrigin;
    private long slotLimit = Long.MIN_VALUE;
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
        this.faults = faults;
        reversed = view.isHardware();
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
        leafLimit = Long.MIN_VALUE;
        slotLimit = Long.MIN_VALUE;
        hints.clear();
    }

    /** Sets the windows; where there is only one it is both. */
    private void setWindows(final DmaWindow first, final DmaWindow second) {
        low = first == DmaWindow.NONE ? second : first;
        high = second == DmaWindow.NONE ? first : second;
        boundary = low == high ? Long.MAX_VALUE : high.startBytes >>> TranslationHints.PIECE_SHIFT;
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
        final long places = base();
        if (isHinted(places, ioba, length, access)) {
            return DmaStatus.OK;
        }
        return isCurrent(places) ? walk(ioba, length, access) : renewAndLocate(ioba, length, access);
    }

    /** With copies of this moment, which are good for this access even if something changes before it uses them. */
    private int renewAndLocate(final long ioba, final long length, final int access) {
        renew();
        return isHinted(hints.places(), ioba, length, access) ? DmaStatus.OK : walk(ioba, length, access);
    }

    /**
     * As {@link #locate}, for whoever goes on with the rest anyway: of bytes that are not more than a piece and reach into the next
     * one it finds those in the first by their hint, if there is one, rather than all by a walk.
     */
    final int locateSome(final long ioba, final long length, final int access) {
        final long toNextPiece = TranslationHints.PIECE_BYTES - (ioba & TranslationHints.PIECE_BYTES - 1);
        if (length > toNextPiece
                && length <= TranslationHints.PIECE_BYTES
                && isHinted(base(), ioba, toNextPiece, access)) {
            return DmaStatus.OK;
        }
        return locate(ioba, length, access);
    }

    /** Whether a hint at these places leads to the bytes; then it has. */
    private boolean isHinted(final long places, final long ioba, final long length, final int access) {
        if (places <= 0) {
            // The device has no hints, or none that are good at this moment.
            return false;
        }
        final long hint = TranslationHints.place(places, ioba, access);
        // What is no access has a kind that is always void, or more bits. It is asked without a call: one that was not
        // reached while profiles were made is never inlined.
        if (!TranslationHints.holds(hint, ioba, length) || (access & ~DmaAccess.READ_WRITE) != 0) {
            return false;
        }
        address = TranslationHints.address(hint, ioba);
        lengthBytes = length;
        return true;
    }

    /**
     * By the table. In one method on purpose: it is more than the compiler takes into callers (325 bytes), where it would slow
     * down what finds hints. What is rare is where possible the last thing that is done, so that nothing is kept for afterwards.
     */
    private int walk(final long ioba, final long length, final int access) {
        walks++;
        if (ioba - leafOrigin >= leafLimit) {
            final int missing = findLeaf(ioba);
            if (missing != DmaStatus.OK) {
                return refuse(missing, access, ioba, length);
            }
        }
        final long distance = ioba - leafOrigin;
        final long word = leafWords + (distance >>> pageShift << TCE_SHIFT);
        final long found = RawMemory.longAcquire(word);
        final long tce = reversed ? Words.bigEndian(found) : found;
        // What is no access is refused here too.
        if ((access & ~((int) tce & DmaAccess.READ_WRITE)) != 0 || access == 0) {
            return refuse(DmaAccess.refusal(tce), access, ioba, length);
        }
        final long inPage = distance & pageMask;
        final long target = (tce & ~pageMask) + inPage;
        if (target - slotOrigin >= slotLimit) {
            final long unbiased = target - targetDistance;
            final int slot = reversed ? memslots.findUserAddress(unbiased) : memslots.find(unbiased);
            if (slot < 0) {
                return refuse(DmaStatus.UNBACKED, access, ioba, length);
            }
            final long gpa = memslots.firstUnit(slot) << Memslots.UNIT_SHIFT;
            final long start = reversed ? memslots.ua(slot) : gpa;
            final long units = memslots.units(slot);
            final long host = memslots.slotAddress(slot);
            // No call from here on, so that an overflow of the stack leaves one slot or the other.
            slotOrigin = start + targetDistance + Long.MIN_VALUE;
            slotLimit = (units << Memslots.UNIT_SHIFT) + Long.MIN_VALUE;
            slotGpa = gpa + Long.MIN_VALUE;
            slotHost = host + Long.MIN_VALUE;
        }
        final long inSlot = target - slotOrigin;
        address = slotHost + inSlot;
        lengthBytes = Math.min(length, Math.min(pageMask + 1 - inPage, slotLimit - inSlot));
        if (isNoted) {
            note(ioba, access, word, found, inSlot);
        }
        return DmaStatus.OK;
    }

    /** Marks what may be written as dirty, or makes a hint, for the page that was found last. */
    private void note(final long ioba, final int access, final long word, final long found, final long inSlot) {
        if ((access & DmaAccess.WRITE) != 0 && window.marker != null) {
            // No hint: the next write must be marked too.
            window.marker.mark(ioba, slotGpa + inSlot, lengthBytes);
        } else if (hints.isEnabled()) {
            hints.remember(ioba, access, word, found, address);
        }
    }

    /** Takes the leaf that has a bus address for the one that was hit last; {@return OK, or why there is none} */
    private int findLeaf(final long ioba) {
        final DmaWindow in = ioba >>> TranslationHints.PIECE_SHIFT < boundary ? low : high;
        final long entry = ioba - in.startBytes >>> in.pageShift;
        if (entry >= in.sizePages) {
            return in.refusal();
        }
        final long leaf = in.leafAddressAcquire(entry);
        if (leaf == 0) {
            return DmaStatus.UNMAPPED;
        }
        final long start = in.startBytes + (in.leafStart(entry) << in.pageShift);
        final long length = in.leafEnd(entry) - in.leafStart(entry) << in.pageShift;
        // Where two windows overlap the bus belongs to the higher one.
        final boolean isOverlapped = in != high && Long.compareUnsigned(high.startBytes - start, length) < 0;
        final boolean isAnyNoted = hints.isEnabled() || in.marker != null;
        final long bytes = isOverlapped ? high.startBytes - start : length;
        // The limit last, and none before: whatever ends this leaves no leaf that is half another.
        leafLimit = Long.MIN_VALUE;
        window = in;
        isNoted = isAnyNoted;
        pageShift = in.pageShift;
        pageMask = in.pageMask;
        leafOrigin = start + Long.MIN_VALUE;
        leafWords = leaf - (Long.MIN_VALUE >>> pageShift << TCE_SHIFT);
        leafLimit = bytes + Long.MIN_VALUE;
        return DmaStatus.OK;
    }

    /** Records a fault; {@return the reason} */
    final int refuse(final int found, final int access, final long ioba, final long length) {
        address = 0;
        lengthBytes = 0;
        final int reason = DmaAccess.isValid(access) ? found : DmaStatus.PERMISSION;
        faults.record(reason, access, ioba, length);
        return reason;
    }

    final void freeTranslation() {
        hints.free();
        faults.free();
    }
}
