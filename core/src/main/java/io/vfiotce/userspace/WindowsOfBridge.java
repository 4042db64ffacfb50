package io.vfiotce.userspace;

import io.vfiotce.handoff.BridgeLookup;
import io.vfiotce.handoff.WindowLookup;
import io.vfiotce.tce.WindowGeometry;

/**
 * The windows that one bridge has at one moment, and where another one fits.
 *
 * @threads the handler's own
 */
final class WindowsOfBridge {
    private final WindowLookup windows;
    private final BridgeLookup bridge;
    private WindowGeometry first;
    private WindowGeometry second;
    private long generation;

    WindowsOfBridge(final WindowLookup windows, final BridgeLookup bridge) {
        this.windows = windows;
        this.bridge = bridge;
    }

    /** Looks at the bridge that was found last. */
    void look() {
        first = geometry(bridge.liobn());
        final long firstGeneration = first == null ? 0 : windows.generation();
        second = geometry(bridge.secondLiobn());
        final long secondGeneration = second == null ? 0 : windows.generation();
        generation = BridgeLookup.generation(firstGeneration, secondGeneration);
    }

    private WindowGeometry geometry(final long liobn) {
        return windows.find(liobn)
                ? new WindowGeometry(liobn, windows.pageShift(), windows.offsetPages(), windows.sizePages())
                : null;
    }

    long generation() {
        return generation;
    }

    int count() {
        return (first == null ? 0 : 1) + (second == null ? 0 : 1);
    }

    boolean has(final long liobn) {
        return first != null && first.liobn() == liobn || second != null && second.liobn() == liobn;
    }

    /** Whether window 0 is there as the machine makes it. */
    boolean isDefault() {
        return first != null
                && first.pageShift() == bridge.pageShift()
                && first.startBytes() == bridge.startBytes()
                && first.sizePages() << first.pageShift() == bridge.sizeBytes();
    }

    /** Where a new window goes: beside the one that is there, under the first LIOBN that is free; null if nowhere. */
    WindowGeometry place(final int pageShift, final long sizePages) {
        final long liobn = first == null ? bridge.liobn() : bridge.secondLiobn();
        final WindowGeometry other = first == null ? second : first;
        final WindowGeometry low = at(bridge.startBytes(), liobn, pageShift, sizePages);
        final WindowGeometry high = at(bridge.secondStartBytes(), liobn, pageShift, sizePages);
        if (other == null) {
            return low;
        }
        if (high != null && !high.overlaps(other)) {
            return high;
        }
        return low != null && !low.overlaps(other) ? low : null;
    }

    private static WindowGeometry at(
            final long startBytes, final long liobn, final int pageShift, final long sizePages) {
        final WindowGeometry window = new WindowGeometry(liobn, pageShift, startBytes >>> pageShift, sizePages);
        return window.isValid() && window.startBytes() == startBytes ? window : null;
    }
}
