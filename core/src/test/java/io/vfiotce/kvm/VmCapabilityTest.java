package io.vfiotce.kvm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vfiotce.iommu.HostIommu;
import io.vfiotce.userspace.ReferenceHandler;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Capability results, with the host's IOMMU groups and without. */
class VmCapabilityTest {
    @ParameterizedTest(name = "§3.1 {0} ({1}): {2} with the host''s IOMMU groups, {3} without")
    @CsvSource({
        "SPAPR_TCE, 63, 1, 1",
        "SPAPR_MULTITCE, 94, 1, 1",
        "PPC_ENABLE_HCALL, 104, 1, 1",
        "SPAPR_TCE_64, 125, 1, 1",
        "SPAPR_TCE_VFIO, 142, 1, 0",
        "unknown, 0, 0, 0",
        "unknown, 143, 0, 0",
        "unknown, -1, 0, 0"
    })
    void shouldAnswerWhenACapabilityIsAskedFor(
            final String name, final int number, final int withHost, final int without) {
        try (Vm host = new Vm(new VmConfig().host(new HostIommu()), ReferenceHandler::new);
                Vm plain = new Vm(new VmConfig(), ReferenceHandler::new)) {
            assertEquals(withHost, host.checkExtension(number), name);
            assertEquals(without, plain.checkExtension(number), name);
        }
    }
}
