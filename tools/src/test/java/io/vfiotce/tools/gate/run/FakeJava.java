package io.vfiotce.tools.gate.run;

import io.vfiotce.tools.gate.jmh.RowName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A program that stands for java: it writes a prepared result where JMH would, and ends as it is told. */
final class FakeJava {
    static final RowName ROW = new RowName("org.example.Map.map", new TreeMap<>(Map.of("size", "8")));

    private final Path directory;

    FakeJava(final Path directory) {
        this.directory = directory;
    }

    /** What JMH 1.37 writes for a fork of {@link #ROW} with the probe: three iterations, the last disturbed. */
    static String result() {
        return "[" + row("org.example.Map.map", "avgt", "ns/op", "\"rawData\" : [[2.0, 1.5, 3.0]]") + "]";
    }

    static String row(final String benchmark, final String mode, final String unit, final String raw) {
        return """
                {"jmhVersion" : "1.37", "benchmark" : "%s", "mode" : "%s", "threads" : 1, "forks" : 1,
                 "jvmArgs" : ["-Xms256m"], "jdkVersion" : "17.0.15", "vmName" : "VM", "vmVersion" : "17.0.15+6",
                 "measurementIterations" : 3, "measurementBatchSize" : 1, "params" : {"size" : "8"},
                 "primaryMetric" : {"score" : 2.0, "scoreUnit" : "%s", %s},
                 "secondaryMetrics" : {%s}}""".formatted(benchmark, mode, unit, raw, probe());
    }

    private static String probe() {
        final SortedMap<String, List<Double>> figures = new TreeMap<>();
        figures.put("tce.cpu", List.of(1.9, 1.4, 2.0));
        figures.put("tce.busy", List.of(1.0, 0.9, 0.5));
        figures.put("tce.runDelay", List.of(0.0, 0.1, 0.5));
        figures.put("tce.steal", List.of(0.0, 0.0, 0.03));
        figures.put("tce.jit", List.of(0.0, 0.0, 0.06));
        figures.put("tce.gc", List.of(1.0, 0.0, 2.0));
        figures.put("tce.clock", List.of(0.5, 7.0, 0.1));
        return figures.entrySet().stream()
                .map(figure -> String.format(
                        Locale.ROOT,
                        "\"%s\" : {\"score\" : 1.0, \"scoreUnit\" : \"x\", \"rawData\" : [%s]}",
                        figure.getKey(),
                        figure.getValue()))
                .collect(Collectors.joining(","));
    }

    /** The program; {@code script} sees the result's path as $rff. */
    String writing(final String script) throws IOException {
        final Path program = directory.resolve("java");
        Files.writeString(program, """
                #!/bin/bash
                printf '%%s\\n' "$@" >%1$s/args
                while [ $# -gt 0 ]; do [ "$1" = -rff ] && rff=$2; shift; done
                echo '# Blackhole mode: compiler (auto-detected)'
                %2$s
                """.formatted(directory, script));
        program.toFile().setExecutable(true);
        return program.toString();
    }

    /** The program that writes this result and ends well. */
    String giving(final String json) throws IOException {
        Files.writeString(directory.resolve("prepared.json"), json);
        return writing("cp " + directory.resolve("prepared.json") + " \"$rff\"");
    }

    /** What the program was called with. */
    List<String> args() throws IOException {
        return Files.readAllLines(directory.resolve("args"));
    }
}
