package io.vfiotce.vfio.type1;

import io.vfiotce.iommu.DmaAperture;
import io.vfiotce.iommu.DmaRange;
import io.vfiotce.iommu.IommuGroup;
import io.vfiotce.linux.Errno;
import io.vfiotce.vfio.VfioException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The groups of a container, the domains that translate for them, and what all of them can do.
 *
 * @threads any, under the container's lock
 * @source Linux struct vfio_iommu_group, vfio_iommu_type1_attach_group(), vfio_iommu_type1_detach_group()
 */
final class AttachedGroups {
    private final Type1Driver driver;
    private final Map<IommuGroup, Attached> groups = new LinkedHashMap<>();
    private final List<Type1Domain> domains = new ArrayList<>();
    private List<DmaRange> iovaRanges = List.of();

    private record Attached(DmaAperture aperture, Type1Domain domain) {}

    AttachedGroups(final Type1Driver driver) {
        this.driver = driver;
    }

    /** {@return whether no group is attached, so that nothing has to be pinned} */
    boolean isEmpty() {
        return groups.isEmpty();
    }

    /** {@return whether this is the only group} */
    boolean isOnly(final IommuGroup group) {
        return groups.size() == 1 && groups.containsKey(group);
    }

    /** {@return what all groups can map, ascending; empty without a group: nothing limits the addresses then} */
    List<DmaRange> iovaRanges() {
        return iovaRanges;
    }

    /** {@return whether a range can be mapped} */
    boolean canMap(final DmaRange range) {
        return isEmpty() || IovaRanges.contain(iovaRanges, range);
    }

    /** {@return page sizes that all groups can use, none smaller than the host's, one bit each} */
    long pageSizes() {
        return driver.hideSubPages(commonPageSizes());
    }

    private long commonPageSizes() {
        long sizes = -1;
        for (final Type1Domain domain : domains) {
            sizes &= domain.pageSizes();
        }
        return sizes;
    }

    boolean enforceCoherency() {
        return domains.stream().allMatch(Type1Domain::enforcesCoherency);
    }

    void map(final Mapping mapping) {
        for (final Type1Domain domain : domains) {
            domain.map(mapping);
        }
    }

    void unmap(final Mapping mapping) {
        for (final Type1Domain domain : domains) {
            domain.unmap(mapping);
        }
    }

    Type1Translation translate(final IommuGroup group, final long iova) {
        final Attached attached = groups.get(group);
        return attached == null ? null : attached.domain().translate(iova);
    }

    /**
     * Attaches a group.
     *
     * @param group the group
     * @param mappings what it has to be able to reach
     * @throws VfioException EINVAL, EPERM, ENOMEM, EFAULT; nothing has changed then
     */
    void attach(final IommuGroup group, final Collection<Mapping> mappings) {
        if (groups.containsKey(group)) {
            throw VfioException.invalid("group " + group.id() + " is attached already");
        }
        final DmaAperture aperture = group.dmaAperture();
        final List<DmaRange> ranges = rangesWith(aperture);
        requireUsable(aperture, ranges, mappings);
        if (!aperture.remapsInterrupts() && !driver.allowUnsafeInterrupts()) {
            throw new VfioException(Errno.EPERM, "the interrupts of group " + group.id() + " are not remapped");
        }
        final Type1Domain domain = domainFor(aperture, mappings);
        domain.addGroup();
        groups.put(group, new Attached(aperture, domain));
        iovaRanges = ranges;
    }

    private List<DmaRange> rangesWith(final DmaAperture added) {
        final List<DmaAperture> apertures = apertures();
        apertures.add(added);
        final List<DmaRange> ranges = IovaRanges.common(apertures);
        if (ranges.isEmpty()) {
            throw VfioException.invalid("no address is usable by all groups");
        }
        return ranges;
    }

    private List<DmaAperture> apertures() {
        final List<DmaAperture> apertures = new ArrayList<>();
        groups.values().forEach(attached -> apertures.add(attached.aperture()));
        return apertures;
    }

    private void requireUsable(
            final DmaAperture aperture, final List<DmaRange> ranges, final Collection<Mapping> mappings) {
        final long pageSizes = commonPageSizes() & aperture.pageSizes();
        if (pageSizes == 0) {
            throw VfioException.invalid("no page size is usable by all groups");
        }
        final long offsetBits = Long.lowestOneBit(driver.hideSubPages(pageSizes)) - 1;
        for (final Mapping mapping : mappings) {
            final boolean aligned = ((mapping.range.first() | mapping.sizeBytes) & offsetBits) == 0;
            if (!aligned || !IovaRanges.contain(ranges, mapping.range)) {
                throw VfioException.invalid("the group cannot use the mapping " + mapping.range);
            }
        }
    }

    private Type1Domain domainFor(final DmaAperture aperture, final Collection<Mapping> mappings) {
        for (final Type1Domain domain : domains) {
            if (domain.suits(aperture)) {
                return domain;
            }
        }
        final Type1Domain domain = new Type1Domain(aperture);
        replay(mappings, domain);
        domains.add(domain);
        return domain;
    }

    /** Puts the mappings into a new domain; with the container's first one they are pinned too. */
    private static void replay(final Collection<Mapping> mappings, final Type1Domain domain) {
        final List<Mapping> pinnedHere = new ArrayList<>();
        try {
            for (final Mapping mapping : mappings) {
                if (!mapping.isPinned()) {
                    mapping.pin();
                    pinnedHere.add(mapping);
                }
                domain.map(mapping);
            }
        } catch (final VfioException e) {
            pinnedHere.forEach(Mapping::unpin);
            throw e;
        }
    }

    /**
     * Detaches a group; nothing happens if it is not attached.
     *
     * @param group the group
     */
    void detach(final IommuGroup group) {
        final Attached attached = groups.remove(group);
        if (attached == null) {
            return;
        }
        if (attached.domain().removeGroup()) {
            domains.remove(attached.domain());
        }
        iovaRanges = isEmpty() ? List.of() : IovaRanges.common(apertures());
    }

    /** Detaches all groups. */
    void clear() {
        List.copyOf(groups.keySet()).forEach(this::detach);
    }
}
