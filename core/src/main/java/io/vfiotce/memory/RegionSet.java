package io.vfiotce.memory;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * An immutable set of regions, sorted by user address. They do not overlap.
 *
 * @threads any
 * @source Linux mm_iommu_lookup()
 */
public final class RegionSet {
    static final RegionSet EMPTY = new RegionSet(List.of());

    private final PinnedRegion[] regions;
    private final long[] starts;

    private RegionSet(final List<PinnedRegion> sorted) {
        regions = sorted.toArray(PinnedRegion[]::new);
        starts = sorted.stream().mapToLong(PinnedRegion::ua).toArray();
    }

    RegionSet with(final PinnedRegion region) {
        final List<PinnedRegion> all = new ArrayList<>(regions());
        all.add(region);
        all.sort(Comparator.comparing(PinnedRegion::ua, Long::compareUnsigned));
        return new RegionSet(all);
    }

    RegionSet without(final PinnedRegion region) {
        return new RegionSet(regions().stream().filter(other -> other != region).toList());
    }

    /** {@return the regions by ascending user address} */
    public List<PinnedRegion> regions() {
        return List.of(regions);
    }

    /**
     * Finds the region of an address.
     *
     * @param ua user address
     * @return the region, null if there is none
     * @cost a binary search, no allocation
     */
    public PinnedRegion find(final long ua) {
        int low = 0;
        int high = starts.length - 1;
        while (low <= high) {
            final int middle = (low + high) >>> 1;
            final long distance = ua - starts[middle];
            if (Long.compareUnsigned(ua, starts[middle]) < 0) {
                high = middle - 1;
            } else if (Long.compareUnsigned(distance, regions[middle].sizeBytes()) < 0) {
                return regions[middle];
            } else {
                low = middle + 1;
            }
        }
        return null;
    }

    /**
     * Finds the region that holds a whole range.
     *
     * @param ua first user address
     * @param bytes length in bytes
     * @return the region, null if none holds all of it
     */
    public PinnedRegion find(final long ua, final long bytes) {
        final PinnedRegion region = find(ua);
        return region != null && region.contains(ua, bytes) ? region : null;
    }

    boolean overlaps(final long ua, final long sizeBytes) {
        for (final PinnedRegion region : regions) {
            final boolean startsInside = Long.compareUnsigned(ua - region.ua(), region.sizeBytes()) < 0;
            final boolean covers = Long.compareUnsigned(region.ua() - ua, sizeBytes) < 0;
            if (startsInside || covers) {
                return true;
            }
        }
        return false;
    }
}
