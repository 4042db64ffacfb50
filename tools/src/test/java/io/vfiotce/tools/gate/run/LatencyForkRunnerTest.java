package io.vfiotce.tools.gate.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.gate.host.HostFiles;
import io.vfiotce.tools.gate.jmh.JmhMode;
import io.vfiotce.tools.gate.jmh.RowName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One fork of a latency row as a process, with a program that stands for java. */
class LatencyForkRunnerTest {
    private static final long NEVER_MS = 3_600_000;
    private static final RowName ROW = new RowName("slow path/é", new TreeMap<>(Map.of("rate", "10")));
    private static final ForkJob JOB = new ForkJob(Arm.HEAD, ROW, 2, 4, 1, true);

    @TempDir
    private Path temp;

    private RunDirectory directory;

    @BeforeEach
    void create() throws IOException {
        final Path jar = Files.writeString(temp.resolve("some.jar"), "jar");
        directory = RunDirectory.create(temp.resolve("out"), jar, jar);
        LatencyLogs.write(temp.resolve("prepared.hlog"), 1, new String[] {"latency"}, 10, 20, 30);
    }

    /** A program that says its arguments and then runs a script, which sees the log's path as $log. */
    private LatencyForkRunner runner(final String script, final long timeoutMs) throws IOException {
        final Path java = temp.resolve("java");
        Files.writeString(java, """
                #!/bin/bash
                printf '%%s\\n' "$@" >%1$s/args
                log=${7#--to=}
                %2$s
                """.formatted(temp, script));
        java.toFile().setExecutable(true);
        final LatencyRow row = new LatencyRow(
                ROW, "a.Slow", List.of("10", "--to={log}"), Optional.of("latency"), Optional.empty(), 3, 1);
        return new LatencyForkRunner(
                directory,
                new ForkSettings(
                        java.toString(), List.of("-Xmx1g", "-Da=b c"), List.of("-t", "1"), 1, 1, 1, 1, timeoutMs),
                new HostFiles(temp),
                new TreeMap<>(Map.of(ROW, row)));
    }

    private String copying() {
        return "cp " + temp.resolve("prepared.hlog") + " \"$log\"";
    }

    private static String refused(final LatencyForkRunner runner) {
        return assertThrows(ForkFailedException.class, () -> runner.run(JOB)).getMessage();
    }

    @Test
    void shouldRunTheProgramOfTheArmsJarAndKeepItsLog() throws Exception {
        final LatencyForkRunner runner = runner(copying() + "; echo done", NEVER_MS);
        final ForkMeasure measure = runner.run(JOB);
        final Path log = directory.histograms(JOB);
        assertEquals(
                List.of("-Xmx1g", "-Da=b c", "-cp", directory.jar(Arm.HEAD).toString(), "a.Slow", "10", "--to=" + log),
                Files.readAllLines(temp.resolve("args")));
        assertEquals(temp.resolve("out/latency"), log.getParent());
        assertTrue(
                log.getFileName().toString().matches("slow_path_rate=10-[0-9a-f]{12}-s2-p4-a1-head\\.hlog"),
                log.toString());
        assertEquals(
                log.toString().length(),
                directory.histograms(JOB.of(Arm.BASE)).toString().length());
        assertEquals("done\n", Files.readString(directory.fork(JOB, ".log")));
        assertEquals("slow path/é rate=10", measure.key());
        assertEquals(JmhMode.SAMPLE, measure.mode());
        assertEquals(Map.of("0.50", 20.0, "0.90", 30.0, "0.99", 30.0), measure.quantilesNs());
        assertEquals(3, runner.log(JOB).latency().getTotalCount());
    }

    @Test
    void shouldTakeNothingFromAnEarlierForkWhenItLeavesNoLog() throws Exception {
        final Path log = directory.histograms(JOB);
        Files.createDirectories(log.getParent());
        Files.copy(temp.resolve("prepared.hlog"), log);
        Files.writeString(LatencyLog.notes(log), "worstSlipNs=5");
        assertTrue(refused(runner("exit 0", NEVER_MS)).endsWith("there is no such log"));
        assertFalse(Files.exists(LatencyLog.notes(log)));
    }

    @Test
    void shouldQuoteTheComplaintWhenItEndsBadly() throws Exception {
        final String said = refused(runner(copying() + "; echo 'java.lang.Error: boom'; exit 3", NEVER_MS));
        assertTrue(said.startsWith("slow path/é rate=10, head: ended with code 3"), said);
        assertTrue(said.endsWith("java.lang.Error: boom"), said);
    }

    @Test
    void shouldGiveALongForkTheTimeThatItNeeds() throws Exception {
        // Ten seconds and not 1 ms, for a fork of one second.
        assertEquals(3, runner(copying(), 1).run(JOB).quantilesNs().size());
    }
}
