package io.vfiotce.tools.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vfiotce.tools.gate.host.HostActivity;
import io.vfiotce.tools.gate.host.HostFacts;
import io.vfiotce.tools.gate.host.HostReport;
import org.junit.jupiter.api.Test;

/** What a look at a host ends with. */
class DoctorCommandTest {
    private static final HostFacts FACTS = new HostFacts(
            "Fast 9000", 4, "off", "6.1.0", "tsc", "never", "performance", true, "", Double.POSITIVE_INFINITY);
    private static final HostReport CALM = HostReport.of(FACTS, new HostActivity(0.1, 0, 0.01, 0.02, 25, 20));
    private static final HostReport BUSY = HostReport.of(FACTS, new HostActivity(6, 0.2, 0.4, 0.9, 25, 20));

    @Test
    void shouldObjectToABusyHostOnlyWhereACalmOneIsRequired() {
        assertEquals(GateExitCodes.OK, DoctorCommand.exitCode(CALM, true));
        assertEquals(GateExitCodes.OK, DoctorCommand.exitCode(BUSY, false));
        assertEquals(GateExitCodes.INVALID, DoctorCommand.exitCode(BUSY, true));
    }
}
