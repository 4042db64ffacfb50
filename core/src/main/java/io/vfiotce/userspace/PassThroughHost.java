package io.vfiotce.userspace;

import io.vfiotce.iommu.HostDevice;
import io.vfiotce.iommu.HostIommu;
import io.vfiotce.iommu.Ioda2TableGroup;
import io.vfiotce.iommu.IommuGroup;
import io.vfiotce.vfio.Vfio;
import io.vfiotce.vfio.VfioDeviceOps;
import io.vfiotce.vfio.spapr.SpaprTceDriver;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.NanoClock;

/**
 * A host with devices to pass through: POWER8 bridges of one group each, every group with one device that is bound to VFIO.
 *
 * @threads any, once it is made
 */
public final class PassThroughHost {
    private static final VfioDeviceOps OPS = new VfioDeviceOps() {
        @Override
        public String name() {
            return "vfio-pci";
        }

        @Override
        public void open(final Object data) {
            // Nothing is kept for an open device.
        }

        @Override
        public void release(final Object data) {
            // As above.
        }
    };

    private final HostIommu iommu = new HostIommu();
    private final Vfio vfio;
    private final List<IommuGroup> groups = new ArrayList<>();

    /**
     * Makes a host.
     *
     * @param groupCount how many groups
     * @param clock the clock of everything that waits
     */
    public PassThroughHost(final int groupCount, final NanoClock clock) {
        vfio = new Vfio(iommu, clock);
        vfio.registerIommuDriver(new SpaprTceDriver(false));
        for (int i = 0; i < groupCount; i++) {
            final IommuGroup group = iommu.newGroup();
            group.tableGroup(new Ioda2TableGroup());
            final HostDevice device = new HostDevice("%04x:01:00.0".formatted(i));
            group.add(device);
            device.driverName(OPS.name());
            vfio.addGroupDev(device, OPS, this);
            groups.add(group);
        }
    }

    /** {@return the groups by number, for a VM's configuration} */
    public HostIommu iommu() {
        return iommu;
    }

    /** {@return VFIO with the sPAPR driver} */
    public Vfio vfio() {
        return vfio;
    }

    /** {@return the groups in the order of their numbers} */
    public List<IommuGroup> groups() {
        return List.copyOf(groups);
    }
}
