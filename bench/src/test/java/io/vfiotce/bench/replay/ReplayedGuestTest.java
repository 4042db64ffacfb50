package io.vfiotce.bench.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vfiotce.telemetry.Layer;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is replayed is the recording. */
class ReplayedGuestTest {
    @ParameterizedTest
    @CsvSource({"e1000-nvme-ddw, 23913", "e1000e-nvme-noddw, 12631", "multiphb-smp2, 24938", "vio, 9763"})
    void shouldGoAsRecordedWhenARecordingIsReplayed(final String name, final int calls) throws IOException {
        try (ReplayedGuest guest = new ReplayedGuest(name)) {
            assertEquals(calls, guest.calls());
            assertEquals(0, guest.mismatches());
            assertEquals(0, guest.differencesFromModel());
        }
    }

    @ParameterizedTest
    @CsvSource({"e1000-nvme-ddw", "e1000e-nvme-noddw", "multiphb-smp2", "vio"})
    void shouldStayInRealModeAndEndAlikeWhenARecordingIsReplayedAgain(final String name) throws IOException {
        try (ReplayedGuest guest = new ReplayedGuest(name)) {
            assertEquals(0, guest.mismatches());
            final long before = guest.ended(Layer.REAL);
            for (int i = 0; i < guest.calls(); i++) {
                guest.call();
            }
            assertEquals(guest.calls(), guest.ended(Layer.REAL) - before);
            assertEquals(0, guest.differencesFromModel());
        }
    }
}
