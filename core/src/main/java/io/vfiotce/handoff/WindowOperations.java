package io.vfiotce.handoff;

/**
 * Makes and removes DMA windows of host bridges, as an answer of the handler says. The answer is not trusted: what does not
 * fit the bridge is refused, and a refused operation leaves the windows as they were.
 *
 * @threads a vCPU that is offline; operations may wait for other vCPUs, and one waits for another
 */
public interface WindowOperations {
    /** What a VM has that nobody makes windows for: every operation is refused. */
    WindowOperations NONE = new WindowOperations() {
        @Override
        public Outcome create(
                final long generation,
                final long liobn,
                final long startBytes,
                final long pageShift,
                final long sizePages) {
            return Outcome.REFUSED;
        }

        @Override
        public Outcome remove(final long generation, final long liobn) {
            return Outcome.REFUSED;
        }

        @Override
        public Outcome reset(final long generation, final long liobn) {
            return Outcome.REFUSED;
        }
    };

    /** What became of an operation. */
    enum Outcome {
        /** It was done. */
        DONE,
        /** The bridge's windows are not those any more that it was decided on; nothing was done. */
        STALE,
        /** It cannot be done. */
        REFUSED
    }

    /**
     * Makes a window, empty, with all that hangs on it.
     *
     * @param generation {@link BridgeLookup#generation} that it was decided on
     * @param liobn LIOBN of the window, which says what bridge it belongs to
     * @param startBytes bus address in bytes
     * @param pageShift log2 of the page size in bytes
     * @param sizePages number of pages
     * @return what became of it
     */
    Outcome create(long generation, long liobn, long startBytes, long pageShift, long sizePages);

    /**
     * Removes a window with its contents.
     *
     * @param generation {@link BridgeLookup#generation} that it was decided on
     * @param liobn LIOBN of the window
     * @return what became of it
     */
    Outcome remove(long generation, long liobn);

    /**
     * Leaves a bridge its default window alone, empty.
     *
     * @param generation {@link BridgeLookup#generation} that it was decided on
     * @param liobn a LIOBN of the bridge
     * @return what became of it; if the default window was not there and cannot be made, the bridge has none
     */
    Outcome reset(long generation, long liobn);
}
