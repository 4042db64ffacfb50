package io.vfiotce.tools.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.userspace.PassThroughHost;
import io.vfiotce.vfio.VfioContainer;
import io.vfiotce.vfio.VfioExtension;
import io.vfiotce.vfio.VfioGroupFile;
import io.vfiotce.vfio.spapr.SpaprTceIommu;
import java.util.List;
import java.util.Map;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.Test;

/** Whatever a path may leave behind is named. */
class ResourceCountersTest {
    private static final String LEFT = "not back at the end: ";

    private final UserProcess process = new UserProcess(new ProcessConfig());
    private final PassThroughHost host = new PassThroughHost(2, SystemNanoClock.INSTANCE);
    private final ResourceCounters counters = new ResourceCounters(process, host);
    private final Map<String, Long> start = counters.now();

    private void left(final String... what) {
        assertEquals(
                List.of(what),
                counters.changesSince(start).stream()
                        .map(change -> change.substring(LEFT.length()))
                        .toList());
    }

    @Test
    void shouldNameEachStepOfTheProtocolUntilItIsTakenBack() {
        left();
        final int containerFd = host.vfio().openContainer(process);
        left("open files 1, at the start 0");
        final int groupFd = host.vfio().openGroup(process, 1);
        left(
                "open files 2, at the start 0",
                "group 1: references 2, at the start 1",
                "group 1: open 1, at the start 0");
        final VfioGroupFile group = (VfioGroupFile) process.files().file(groupFd);
        group.setContainer(process, containerFd);
        left(
                "open files 2, at the start 0",
                "group 1: references 2, at the start 1",
                "group 1: container users 1, at the start 0",
                "group 1: open 1, at the start 0",
                "group 1: containers 1, at the start 0");
        final VfioContainer container = (VfioContainer) process.files().file(containerFd);
        container.setIommu(process, VfioExtension.SPAPR_TCE_V2);
        final SpaprTceIommu iommu = container.iommu(SpaprTceIommu.class);
        iommu.createWindow(process, 0, 16, 1L << 30, 1);
        final List<String> all = counters.changesSince(start);
        assertEquals(LEFT + "group 1: windows 2, at the start 0", all.get(all.size() - 1));
        process.files().close(groupFd);
        process.files().close(containerFd);
        process.reclaimer().reclaim();
        left();
    }

    @Test
    void shouldNameIommuGroupWhenAReferenceIsKept() {
        host.groups().get(0).get();
        left("group 0: IOMMU group references 2, at the start 1");
    }

    @Test
    void shouldNameOffHeapMemoryWhenSomeIsKept() {
        final long bytes = process.offHeap().allocatedBytes();
        process.offHeap().allocate(64);
        left("off-heap bytes " + (bytes + 64) + ", at the start " + bytes);
    }
}
