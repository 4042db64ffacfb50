package io.vfiotce.vfio.type1;

import io.vfiotce.iommu.DmaRange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The mappings of a container by address; no two overlap.
 *
 * @threads any, under the container's lock
 * @source Linux vfio_find_dma(), vfio_find_dma_first_node()
 */
final class Mappings {
    private final TreeMap<Long, Mapping> byFirst = new TreeMap<>(Long::compareUnsigned);

    void add(final Mapping mapping) {
        byFirst.put(mapping.range.first(), mapping);
    }

    void remove(final Mapping mapping) {
        byFirst.remove(mapping.range.first());
    }

    int size() {
        return byFirst.size();
    }

    /** {@return all of them, ascending} */
    Collection<Mapping> all() {
        return byFirst.values();
    }

    /**
     * The mapping of one address.
     *
     * @param iova the address
     * @return the mapping, null if there is none
     */
    Mapping at(final long iova) {
        final Map.Entry<Long, Mapping> below = byFirst.floorEntry(iova);
        return below != null
                        && Long.compareUnsigned(iova, below.getValue().range.last()) <= 0
                ? below.getValue()
                : null;
    }

    /**
     * The first mapping with an address in a range.
     *
     * @param range the range
     * @return the mapping, null if there is none
     */
    Mapping firstIn(final DmaRange range) {
        final Mapping atStart = at(range.first());
        if (atStart != null) {
            return atStart;
        }
        final Map.Entry<Long, Mapping> next = byFirst.ceilingEntry(range.first());
        return next != null && next.getValue().range.overlaps(range) ? next.getValue() : null;
    }

    /**
     * The mappings that begin in a range.
     *
     * @param range the range
     * @return the mappings, ascending
     */
    List<Mapping> beginningIn(final DmaRange range) {
        return new ArrayList<>(
                byFirst.subMap(range.first(), true, range.last(), true).values());
    }
}
