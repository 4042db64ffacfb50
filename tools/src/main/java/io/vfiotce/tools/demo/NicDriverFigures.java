package io.vfiotce.tools.demo;

/**
 * What a driver did.
 *
 * @param posted packets that it gave to the card
 * @param completed packets that it got back
 * @param sent posted packets that were to be transmitted; the others were to be received
 * @param mappedEntries table entries that its hypercalls mapped
 * @param unmappedEntries table entries that they unmapped
 * @param refusedCalls hypercalls that did not end with H_SUCCESS
 * @param badChecksums received packets that were not whole
 */
record NicDriverFigures(
        long posted,
        long completed,
        long sent,
        long mappedEntries,
        long unmappedEntries,
        long refusedCalls,
        long badChecksums) {
    static NicDriverFigures sum(final NicDriverFigures a, final NicDriverFigures b) {
        return new NicDriverFigures(
                a.posted + b.posted,
                a.completed + b.completed,
                a.sent + b.sent,
                a.mappedEntries + b.mappedEntries,
                a.unmappedEntries + b.unmappedEntries,
                a.refusedCalls + b.refusedCalls,
                a.badChecksums + b.badChecksums);
    }
}
