package io.vfiotce.vfio.spapr;

import io.vfiotce.linux.Errno;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.tce.IommuTable;

/** How a version of the driver maps pages. What was in an entry before is given back; nobody is told of the change. */
interface PageMapper {
    /**
     * Maps one I/O page.
     *
     * @return null if it is mapped, else what was wrong, with nothing changed
     */
    Errno map(UserProcess process, IommuTable table, long entry, long ua, long permissions);

    /** Unmaps a range; what is not mapped is passed over. */
    void unmap(UserProcess process, IommuTable table, long first, long count);
}
