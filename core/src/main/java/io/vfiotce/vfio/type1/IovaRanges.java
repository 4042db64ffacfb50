package io.vfiotce.vfio.type1;

import io.vfiotce.iommu.DmaAperture;
import io.vfiotce.iommu.DmaRange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The addresses that every group of a container can use.
 *
 * @threads any
 * @source Linux vfio_iommu_aper_resize(), vfio_iommu_resv_exclude()
 */
final class IovaRanges {
    private IovaRanges() {}

    /**
     * What all apertures have in common, less what any of them reserves.
     *
     * @param apertures the groups' apertures
     * @return the ranges, ascending; empty if there are none
     */
    static List<DmaRange> common(final Collection<DmaAperture> apertures) {
        long first = 0;
        long last = -1;
        for (final DmaAperture aperture : apertures) {
            first = Long.compareUnsigned(first, aperture.range().first()) > 0
                    ? first
                    : aperture.range().first();
            last = Long.compareUnsigned(last, aperture.range().last()) < 0
                    ? last
                    : aperture.range().last();
        }
        List<DmaRange> ranges = Long.compareUnsigned(first, last) > 0 ? List.of() : List.of(new DmaRange(first, last));
        for (final DmaAperture aperture : apertures) {
            for (final DmaRange reserved : aperture.reserved()) {
                ranges = without(ranges, reserved);
            }
        }
        return List.copyOf(ranges);
    }

    private static List<DmaRange> without(final List<DmaRange> ranges, final DmaRange hole) {
        final List<DmaRange> rest = new ArrayList<>();
        for (final DmaRange range : ranges) {
            if (!range.overlaps(hole)) {
                rest.add(range);
                continue;
            }
            if (Long.compareUnsigned(range.first(), hole.first()) < 0) {
                rest.add(new DmaRange(range.first(), hole.first() - 1));
            }
            if (Long.compareUnsigned(hole.last(), range.last()) < 0) {
                rest.add(new DmaRange(hole.last() + 1, range.last()));
            }
        }
        return rest;
    }

    /**
     * Whether a range can be mapped.
     *
     * @param ranges what can be
     * @param wanted what is to be
     * @return true if one of the ranges contains it
     */
    static boolean contain(final List<DmaRange> ranges, final DmaRange wanted) {
        return ranges.stream().anyMatch(range -> range.contains(wanted));
    }
}
