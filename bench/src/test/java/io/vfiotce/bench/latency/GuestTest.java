package io.vfiotce.bench.latency;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vfiotce.papr.HStatus;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.telemetry.Layer;
import java.io.IOException;
import org.agrona.concurrent.YieldingIdleStrategy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows measure what their names say: every call succeeds and ends in the layer that it stands for. */
class GuestTest {
    private static final int CALLS = 500;

    private static Guest guest() {
        return new Guest(new YieldingIdleStrategy(), new YieldingIdleStrategy());
    }

    private static void assertAllEndIn(final Layer layer, final Guest guest) {
        final long before = guest.vcpu.counters().ended(layer);
        for (int i = 0; i < CALLS; i++) {
            assertEquals(HStatus.H_SUCCESS, guest.vcpu.hPutTce(Guest.LIOBN, guest.iobas[i], guest.tces[i]));
        }
        assertEquals(CALLS, guest.vcpu.counters().ended(layer) - before);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void shouldEndEveryPutInRealModeWhenTheGuestHasBeenExercised(final int groups) {
        try (Guest guest = guest().exercise(groups)) {
            final IommuTable[] live =
                    guest.vm.windows().find(Guest.LIOBN).attached().liveAcquire();
            assertEquals(groups, live == null ? 0 : live.length);
            assertAllEndIn(Layer.REAL, guest);
        }
    }

    @Test
    void shouldEndEveryPutInTheHandlerWhenTheKernelLayersAreOff() {
        try (Guest guest = guest().userspaceOnly()) {
            assertAllEndIn(Layer.USERSPACE, guest);
        }
    }

    /** A step leaves the window that is measured as it was. */
    @ParameterizedTest
    @EnumSource(Disturbance.class)
    void shouldLeaveTheWindowAloneWhenItIsDisturbed(final Disturbance disturbance) throws IOException {
        try (Guest guest = guest()) {
            final Disturbance.Step step = disturbance.prepare(guest);
            step.run();
            final long bytes = guest.vm.offHeapBytes();
            step.run();
            assertEquals(bytes, guest.vm.offHeapBytes(), "nothing is left behind by a second time");
            assertAllEndIn(Layer.REAL, guest);
        }
    }
}
