package io.vfiotce.tools.gate.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.gate.jmh.RowName;
import io.vfiotce.tools.gate.report.Layer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The configuration by which this project gates itself keeps what is promised about it. */
class OwnConfigurationTest {
    private static final List<String> TIMED = List.of(
            "io.vfiotce.bench.DmaBenchmark.hintLoad",
            "io.vfiotce.bench.hcall.IndirectBenchmark.indirect count=512 groups=0",
            "io.vfiotce.bench.hcall.MapUnmapBenchmark.mapUnmap groups=1",
            "io.vfiotce.bench.hcall.PutBenchmark.remap groups=0");
    private static final String OTHER = "io.vfiotce.bench.hcall.PutBenchmark.remap groups=1";

    private final GateConfig config = GateConfig.read(Path.of("..", ".ci", "gate.json"));

    @Test
    void shouldTimeFourRowsAndCountTwoWhenAChangeIsGated() {
        final Profile pr = config.profile("pr");

        assertEquals(9, pr.run().pairs());
        assertEquals(12, pr.run().confirmPairs());
        TIMED.forEach(row -> assertTrue(pr.row(row).layers().contains(Layer.TIME), row));
        assertEquals(
                List.of(TIMED.get(0), TIMED.get(3)),
                TIMED.stream()
                        .filter(row -> pr.row(row).layers().contains(Layer.INSTRUCTIONS))
                        .toList());
        assertEquals(List.of(Layer.ALLOCATION, Layer.CODE_SHAPE), pr.row(OTHER).layers());
    }

    @Test
    void shouldNotBlockForNoiseAlone() {
        Stream.of("pr", "nightly").map(name -> config.profile(name).run()).forEach(run -> {
            assertEquals(Consequence.WARN, run.onInvalid());
            assertEquals(Consequence.WARN, run.onInconclusive());
        });
    }

    @Test
    void shouldMeasureResponseTimesOnlyAtNight() {
        assertEquals(Map.of(), config.profile("pr").latency());
        final Profile nightly = config.profile("nightly");
        assertEquals(
                Set.of("slowPath.inProcess", "slowPath.otherProcess"),
                nightly.latency().keySet().stream().map(RowName::benchmark).collect(Collectors.toSet()));
        nightly.latency()
                .keySet()
                .forEach(row -> assertEquals(0.1, nightly.row(row.text()).limit(), row.text()));
    }
}
