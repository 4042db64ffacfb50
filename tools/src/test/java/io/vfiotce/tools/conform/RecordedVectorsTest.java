package io.vfiotce.tools.conform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.handler.HandlerKind;
import io.vfiotce.tools.handler.Handlers;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The recordings of the real implementations, run whole. */
class RecordedVectorsTest {
    private static FileReport run(final ConformLayer layer, final String name) {
        final FileReport report = new ConformRunner(layer, Handlers.of(HandlerKind.THREAD)).run(Vectors.resource(name));
        assertNull(report.error());
        return report;
    }

    private static void assertNoMismatch(final FileReport report) {
        assertEquals(List.of(), report.divergences());
        assertEquals(0, report.mismatches());
        assertTrue(report.isOk());
    }

    private static void assertAllRun(final FileReport report, final long scenarios, final long calls) {
        assertNoMismatch(report);
        assertEquals(scenarios, report.scenarios());
        assertEquals(calls, report.ops());
    }

    @Test
    void shouldMatchEveryOutcomeWhenEmulatedVectorsRunInRecordedLayers() {
        for (final String[] file : new String[][] {{Vectors.PS16, "29977"}, {Vectors.PS12, "29982"}}) {
            final FileReport report = run(ConformLayer.RECORDED, file[0]);
            assertAllRun(report, 100, Long.parseLong(file[1]));
            assertEquals(0, report.layerDependent());
        }
    }

    @Test
    void shouldDifferOnlyWhereLayersMayWhenEmulatedVectorsAreForcedToVirtualMode() {
        final FileReport ps16 = run(ConformLayer.VIRTUAL, Vectors.PS16);
        assertAllRun(ps16, 100, 29_977);
        assertEquals(716, ps16.layerDependent());
        final FileReport ps12 = run(ConformLayer.VIRTUAL, Vectors.PS12);
        assertAllRun(ps12, 100, 29_982);
        assertEquals(730, ps12.layerDependent());
    }

    @Test
    void shouldMatchEveryOutcomeWhenQemuVectorsRunInUserspace() {
        assertAllRun(run(ConformLayer.RECORDED, Vectors.QEMU), 1, 18_859);
        assertAllRun(run(ConformLayer.USERSPACE, Vectors.QEMU), 1, 18_859);
    }

    @Test
    void shouldMatchEveryOutcomeWhenQemuVectorsRunInAnotherProcess() {
        try (Handlers handlers = Handlers.of(HandlerKind.PROCESS)) {
            final ConformRunner runner = new ConformRunner(ConformLayer.USERSPACE, handlers);
            // The second VM finds the process of the first.
            assertAllRun(runner.run(Vectors.resource(Vectors.QEMU)), 1, 18_859);
            assertAllRun(runner.run(Vectors.resource(Vectors.QEMU)), 1, 18_859);
        }
    }

    @Test
    void shouldMatchEveryOutcomeWhenHardwareVectorsRunInRecordedLayers() {
        for (final String[] file : new String[][] {{Vectors.PS16_SEED, "35989"}, {Vectors.PS12_SEED, "35990"}}) {
            final FileReport report = run(ConformLayer.RECORDED, file[0]);
            assertAllRun(report, 120, Long.parseLong(file[1]));
            assertEquals(0, report.layerDependent());
        }
    }

    @Test
    void shouldDifferOnlyWhereLayersMayWhenHardwareVectorsAreForcedToVirtualMode() {
        final FileReport ps16 = run(ConformLayer.VIRTUAL, Vectors.PS16_SEED);
        assertAllRun(ps16, 120, 35_989);
        assertEquals(832, ps16.layerDependent());
        final FileReport ps12 = run(ConformLayer.VIRTUAL, Vectors.PS12_SEED);
        assertAllRun(ps12, 120, 35_990);
        assertEquals(759, ps12.layerDependent());
    }
}
