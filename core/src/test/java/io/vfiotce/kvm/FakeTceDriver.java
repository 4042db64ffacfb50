package io.vfiotce.kvm;

import io.vfiotce.iommu.IommuGroup;
import io.vfiotce.linux.Errno;
import io.vfiotce.linux.IoctlArgument;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.tce.IommuTableGeometry;
import io.vfiotce.vfio.VfioException;
import io.vfiotce.vfio.VfioIommuDriverOps;
import java.util.ArrayList;
import java.util.List;

/** An IOMMU driver with two windows per container that it sets on every group: what KVM sees of the sPAPR driver. */
final class FakeTceDriver implements VfioIommuDriverOps {
    static final int TYPE = 7;
    private static final long DMA_CC = 4;

    private final UserProcess process;
    private volatile long coherency;
    private volatile Runnable onAttach = () -> {};

    FakeTceDriver(final UserProcess process) {
        this.process = process;
    }

    /** What DMA_CC is answered with from now on; negative for a refusal. */
    void coherency(final long answer) {
        coherency = answer;
    }

    /** What happens whenever a group enters a container, with VFIO's locks held. */
    void onAttach(final Runnable action) {
        onAttach = action;
    }

    /** The windows of one container. */
    final class Windows {
        private final List<IommuGroup> groups = new ArrayList<>();
        private final IommuTable[] tables = new IommuTable[2];

        /** TCE_CREATE; {@return the table} */
        synchronized IommuTable create(final int slot, final IommuTableGeometry geometry) {
            if (groups.isEmpty()) {
                throw new VfioException(Errno.EINVAL, "the container is gone");
            }
            tables[slot] = new IommuTable(process, geometry, true);
            groups.forEach(group -> slots(group).set(slot, tables[slot]));
            return tables[slot];
        }

        /** TCE_REMOVE. */
        void remove(final int slot) {
            final IommuTable table = take(slot);
            table.die();
            process.awaitGracePeriod();
            table.put();
        }

        private synchronized IommuTable take(final int slot) {
            final IommuTable table = tables[slot];
            tables[slot] = null;
            groups.forEach(group -> slots(group).set(slot, null));
            return table;
        }

        private synchronized void attach(final IommuGroup group) {
            groups.add(group);
            setAll(group, tables[0], tables[1]);
        }

        private synchronized void detach(final IommuGroup group) {
            setAll(group, null, null);
            groups.remove(group);
        }

        private void release() {
            for (int slot = 0; slot < 2; slot++) {
                final IommuTable table = take(slot);
                if (table != null) {
                    table.die();
                    process.reclaimer().retire(table::put);
                }
            }
        }
    }

    private static TestTableGroup slots(final IommuGroup group) {
        return (TestTableGroup) group.tableGroup();
    }

    private static void setAll(final IommuGroup group, final IommuTable first, final IommuTable second) {
        slots(group).set(0, first);
        slots(group).set(1, second);
    }

    @Override
    public String name() {
        return "fake-tce";
    }

    @Override
    public Object open(final long type) {
        return new Windows();
    }

    @Override
    public void release(final Object data) {
        ((Windows) data).release();
    }

    @Override
    public long ioctl(final Object data, final UserProcess caller, final int request, final IoctlArgument argument) {
        if (argument.value() != DMA_CC) {
            return argument.value() == TYPE ? 1 : 0;
        }
        if (coherency < 0) {
            throw new VfioException(Errno.EINVAL, "cannot say");
        }
        return coherency;
    }

    @Override
    public void attachGroup(final Object data, final IommuGroup group) {
        onAttach.run();
        ((Windows) data).attach(group);
    }

    @Override
    public void detachGroup(final Object data, final IommuGroup group) {
        ((Windows) data).detach(group);
    }
}
