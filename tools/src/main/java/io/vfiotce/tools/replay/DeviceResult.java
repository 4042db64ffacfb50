package io.vfiotce.tools.replay;

/**
 * What devices did with the recorded translations: each was made for reading and for writing, with hints and without.
 *
 * @param guestAccesses accesses through the guest view
 * @param hardwareAccesses accesses through the tables of VFIO groups
 * @param hintHits how many of all needed no walk of a table
 */
public record DeviceResult(long guestAccesses, long hardwareAccesses, long hintHits) {
    static DeviceResult sum(final DeviceResult a, final DeviceResult b) {
        return new DeviceResult(
                a.guestAccesses + b.guestAccesses, a.hardwareAccesses + b.hardwareAccesses, a.hintHits + b.hintHits);
    }
}
