package io.vfiotce.vfio.type1;

import io.vfiotce.iommu.DmaAperture;
import java.util.Map;
import java.util.TreeMap;

/**
 * The translations that the IOMMU makes for the groups of a container that can share them.
 *
 * @threads any, under the container's lock
 * @source Linux struct vfio_domain, iommu_map(), iommu_unmap()
 */
final class Type1Domain {
    private final TreeMap<Long, Entry> entries = new TreeMap<>(Long::compareUnsigned);
    private final long pageSizes;
    private final boolean enforcesCoherency;
    private int groups;

    private record Entry(long last, long hpa, int permissions) {}

    Type1Domain(final DmaAperture aperture) {
        pageSizes = aperture.pageSizes();
        enforcesCoherency = aperture.enforcesCoherency();
    }

    long pageSizes() {
        return pageSizes;
    }

    boolean enforcesCoherency() {
        return enforcesCoherency;
    }

    /** {@return whether a group with this aperture can share the translations} */
    boolean suits(final DmaAperture aperture) {
        return aperture.pageSizes() == pageSizes && aperture.enforcesCoherency() == enforcesCoherency;
    }

    void addGroup() {
        groups++;
    }

    /** {@return whether it was the last group} */
    boolean removeGroup() {
        return --groups == 0;
    }

    void map(final Mapping mapping) {
        entries.put(mapping.range.first(), new Entry(mapping.range.last(), mapping.hpa(), mapping.permissions));
    }

    void unmap(final Mapping mapping) {
        entries.remove(mapping.range.first());
    }

    /**
     * Translates an address.
     *
     * @param iova the address
     * @return where it leads, null if nowhere
     * @source Linux iommu_iova_to_phys()
     */
    Type1Translation translate(final long iova) {
        final Map.Entry<Long, Entry> below = entries.floorEntry(iova);
        if (below == null || Long.compareUnsigned(iova, below.getValue().last()) > 0) {
            return null;
        }
        final Entry entry = below.getValue();
        return new Type1Translation(entry.hpa() + (iova - below.getKey()), entry.permissions());
    }
}
