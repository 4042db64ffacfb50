package io.vfiotce.tools.gate.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.gate.host.HostFiles;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One fork as a process, with a program that stands for java. */
class JmhForkRunnerTest {
    private static final long NEVER_MS = 3_600_000;
    private static final ForkJob JOB = new ForkJob(Arm.HEAD, FakeJava.ROW, 1, 4, 0, true);

    @TempDir
    private Path temp;

    private FakeJava java;
    private RunDirectory directory;

    @BeforeEach
    void createDirectory() throws IOException {
        java = new FakeJava(temp);
        final Path jar = Files.writeString(temp.resolve("some.jar"), "jar");
        directory = RunDirectory.create(temp.resolve("out"), jar, jar);
    }

    private ForkMeasure run(final String program, final long timeoutMs) throws InterruptedException {
        final ForkSettings settings = new ForkSettings(
                program, List.of("-Xms256m", "-Dname=two words"), List.of("-t", "1"), 2, 150, 3, 200, timeoutMs);
        return new JmhForkRunner(directory, settings, new HostFiles(temp)).run(JOB);
    }

    @Test
    void shouldTakeFiguresFromResultAndLogWhenAForkEndsWell() throws Exception {
        final ForkMeasure measure = run(java.giving(FakeJava.result()), NEVER_MS);
        assertEquals("org.example.Map.map size=8 avgt t1", measure.key());
        assertEquals(List.of(2.0, 1.5, 3.0), measure.wallNs());
        assertEquals(List.of(1.9, 1.4, 2.0), measure.probe().cpuNs());
        assertEquals(0.9, measure.probe().busy(), 1e-12, "the last iteration, 0.5, takes the state down too");
        assertEquals(0.2, measure.probe().runDelay(), 1e-12);
        assertEquals(0.01, measure.probe().steal(), 1e-12);
        assertEquals(0.02, measure.probe().jit(), 1e-12);
        assertEquals(3, measure.probe().collections());
        assertEquals(7, measure.probe().clockMs());
        assertEquals("compiler", measure.identity().get("blackhole mode"));
        assertEquals("1.37", measure.identity().get("JMH version"));
        assertTrue(Double.isNaN(measure.load()));
        assertEquals(0, measure.throttled());
    }

    @Test
    void shouldAskForOneForkOfTheRowWhenItCallsJmh() throws Exception {
        run(java.giving(FakeJava.result()), NEVER_MS);
        final List<String> args = java.args();
        final String rff = directory.fork(JOB, ".json").toString();
        assertEquals(
                List.of(
                        "-cp",
                        directory.jar(Arm.HEAD) + File.pathSeparator + directory.probe(),
                        "-Djmh.ignoreLock=true",
                        "io.vfiotce.tools.gate.probe.ForkMain",
                        "--keep-shots",
                        "-f",
                        "1",
                        "-wf",
                        "0",
                        "-foe",
                        "true",
                        "-rf",
                        "json",
                        "-rff",
                        rff,
                        "-wi",
                        "2",
                        "-w",
                        "150ms",
                        "-i",
                        "3",
                        "-r",
                        "200ms",
                        "-jvm",
                        temp.resolve("java").toString(),
                        "-prof",
                        "io.vfiotce.tools.gate.probe.IterationProbe",
                        "-jvmArgsAppend",
                        "-Xms256m \"-Dname=two words\"",
                        "-p",
                        "size=8",
                        "-t",
                        "1",
                        "^\\Qorg.example.Map.map\\E$"),
                args);
        assertEquals(
                rff.length(),
                directory.fork(JOB.of(Arm.BASE), ".json").toString().length());
    }

    @Test
    void shouldMindOtherJmhsOnlyWhereTimeCounts() throws Exception {
        final ForkSettings settings =
                new ForkSettings(java.giving(FakeJava.result()), List.of(), List.of(), 2, 150, 3, 200, NEVER_MS);
        final HostFiles host = new HostFiles(temp);
        final JmhLock lock = new JmhLock(temp.resolve("jmh.lock"), 0);
        final JmhForkRunner alone = new JmhForkRunner(directory, settings, host, Optional.of(lock));
        lock.held(() -> {
            JmhForkRunner.besideOthers(directory, settings, host).run(JOB);
            assertThrows(ForkFailedException.class, () -> alone.run(JOB));
            return null;
        });
        alone.run(JOB);
        assertEquals("-Djmh.ignoreLock=true", java.args().get(2), "JMH need not look as well");
    }

    @Test
    void shouldTakeQuantilesOverTheForkWhenTheModeIsSample() throws Exception {
        final String raw = "\"rawDataHistogram\" : [[[[1.0, 9]], [[2.0, 90]], [[50.0, 1]]]]";
        final ForkMeasure measure =
                run(java.giving("[" + FakeJava.row("org.example.Map.map", "sample", "us/op", raw) + "]"), NEVER_MS);
        assertEquals(
                Map.of(
                        "0.50",
                        2000.0,
                        "0.90",
                        2000.0,
                        "0.99",
                        2000.0,
                        "0.999",
                        50_000.0,
                        "1.00",
                        50_000.0,
                        "mean of 0.99",
                        (9 * 1000 + 90 * 2000) / 99.0),
                measure.quantilesNs());
        assertEquals(List.of(1000.0, 2000.0, 50_000.0), measure.wallNs());
    }

    @Test
    void shouldQuoteTheComplaintWhenAForkCrashes() throws Exception {
        final String program = java.writing("echo 'java.lang.Error: boom'; echo '# Run complete'; exit 3");
        final String said = assertThrows(ForkFailedException.class, () -> run(program, NEVER_MS))
                .getMessage();
        assertTrue(said.contains("size=8, head: ended with code 3"), said);
        assertTrue(said.endsWith("java.lang.Error: boom"), said);
    }

    @Test
    void shouldFailWhenThereIsNoResultDespiteCodeZero() throws Exception {
        final String program = java.writing("exit 0");
        Files.writeString(directory.fork(JOB, ".json"), FakeJava.result());
        assertThrows(ForkFailedException.class, () -> run(program, NEVER_MS));
    }

    @Test
    void shouldFailWhenAForkTakesTooLong() throws Exception {
        final String program = java.writing("sleep 1000");
        final String said =
                assertThrows(ForkFailedException.class, () -> run(program, 50)).getMessage();
        assertTrue(said.contains("took longer than 50 ms"), said);
    }

    @Test
    void shouldLeaveNoProcessBehindWhenItIsInterrupted() throws Exception {
        final Path pids = temp.resolve("pids");
        final String program =
                java.writing("sleep 1000 & echo \"$$ $!\" >" + pids + ".new; mv " + pids + ".new " + pids + "; wait");
        final AtomicReference<Throwable> thrown = new AtomicReference<>();
        final Thread runner = new Thread(() -> {
            try {
                run(program, NEVER_MS);
            } catch (final Throwable e) {
                thrown.set(e);
            }
        });
        runner.start();
        while (!Files.exists(pids)) {
            Thread.onSpinWait();
        }
        runner.interrupt();
        runner.join();
        assertEquals(InterruptedException.class, thrown.get().getClass());
        for (final String pid : Files.readString(pids).strip().split(" ")) {
            Processes.awaitEnd(pid);
        }
    }

    @Test
    void shouldRefuseWhenTheResultIsNotTheRow() throws Exception {
        final String other = FakeJava.row("org.example.Map.unmap", "avgt", "ns/op", "\"rawData\" : [[2.0, 1.5, 3.0]]");
        final String own = FakeJava.row("org.example.Map.map", "avgt", "ns/op", "\"rawData\" : [[2.0, 1.5, 3.0]]");
        final String wrong = java.giving("[" + other + "]");
        assertThrows(ForkFailedException.class, () -> run(wrong, NEVER_MS));
        final String two = java.giving("[" + own + "," + own.replace("avgt", "ss") + "]");
        final String said = assertThrows(ForkFailedException.class, () -> run(two, NEVER_MS))
                .getMessage();
        assertFalse(Files.exists(directory.fork(JOB, ".json")), "it would pass for whole where the run is resumed");
        assertTrue(said.contains("gave 2 results; name one mode, as by --jmh-arg=-bm --jmh-arg=avgt"), said);
    }

    @Test
    void shouldRefuseWhenAFigureOfTheProbeIsMissing() throws Exception {
        final String without = java.giving(FakeJava.result().replace("tce.cpu", "cpu"));
        final String said = assertThrows(ForkFailedException.class, () -> run(without, NEVER_MS))
                .getMessage();
        assertTrue(said.contains("tce.cpu is missing"), said);
        final String fewer = java.giving(FakeJava.result().replace("[1.9, 1.4, 2.0]", "[1.9, 1.4]"));
        assertThrows(ForkFailedException.class, () -> run(fewer, NEVER_MS));
    }
}
