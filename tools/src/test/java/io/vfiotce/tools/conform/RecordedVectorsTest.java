package io.vfiotce.tools.conform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The recordings of the real implementations, run whole. */
class RecordedVectorsTest {
    private static FileReport run(final ConformLayer layer, final String name) {
        final FileReport report = new ConformRunner(layer).run(Vectors.resource(name));
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
        assertEquals(List.of(), report.skipped());
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
    void shouldSkipByNameAndMatchTheRestWhenScenariosHaveHardwareTables() {
        final FileReport ps16 = run(ConformLayer.RECORDED, Vectors.PS16_SEED);
        assertNoMismatch(ps16);
        assertEquals(1, ps16.scenarios());
        assertEquals(300, ps16.ops());
        assertEquals(119, ps16.skipped().size());
        assertEquals("scenario 0", ps16.skipped().get(0).name());
        assertEquals(
                "has prereg and attach lines; IOMMU tables are not simulated",
                ps16.skipped().get(0).reason());
        final FileReport ps12 = run(ConformLayer.RECORDED, Vectors.PS12_SEED);
        assertNoMismatch(ps12);
        assertEquals(4, ps12.scenarios());
        assertEquals(1_200, ps12.ops());
        assertEquals(116, ps12.skipped().size());
        assertEquals(
                List.of("scenario 4", "scenario 9"),
                List.of(ps12.skipped().get(4).name(), ps12.skipped().get(9).name()));
        assertEquals(
                "has attach lines; IOMMU tables are not simulated",
                ps12.skipped().get(4).reason());
        assertEquals(
                "has prereg lines; IOMMU tables are not simulated",
                ps12.skipped().get(9).reason());
    }
}
