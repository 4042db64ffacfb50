package io.vfiotce.tools.gate.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.gate.run.ProbeJar;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.IterationResultMetaData;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.runner.IterationType;
import org.openjdk.jmh.runner.WorkloadParams;
import org.openjdk.jmh.runner.options.TimeValue;

/** The one class that runs inside JMH. */
class IterationProbeTest {
    private static final long OPS = 1000;
    private static final long BURN_NS = 20_000_000;

    @TempDir
    private Path temp;

    private static IterationParams iteration(final IterationType type) {
        return new IterationParams(type, 1, TimeValue.milliseconds(1), 1);
    }

    private static BenchmarkParams benchmark() {
        return new BenchmarkParams(
                "a.B.c",
                "a.B_c",
                false,
                1,
                new int[] {1},
                Collections.emptyList(),
                1,
                0,
                iteration(IterationType.WARMUP),
                iteration(IterationType.MEASUREMENT),
                org.openjdk.jmh.annotations.Mode.AverageTime,
                new WorkloadParams(),
                java.util.concurrent.TimeUnit.NANOSECONDS,
                1,
                "java",
                List.of(),
                "17",
                "VM",
                "17",
                "1.37",
                TimeValue.minutes(1));
    }

    private static Collection<? extends Result<?>> probe(final IterationType type, final Runnable work) {
        final IterationProbe probe = new IterationProbe();
        probe.beforeIteration(benchmark(), iteration(type));
        work.run();
        return probe.afterIteration(
                benchmark(),
                iteration(type),
                new IterationResult(benchmark(), iteration(type), new IterationResultMetaData(OPS, OPS / 2)));
    }

    private static Map<String, Double> figures(final Runnable work) {
        return probe(IterationType.MEASUREMENT, work).stream()
                .collect(Collectors.toMap(Result::getLabel, Result::getScore, (a, b) -> a, TreeMap::new));
    }

    @Test
    void shouldCountTheWorkersTimeOverAllOperationsWhenTheyWork() throws InterruptedException {
        final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        final CountDownLatch worked = new CountDownLatch(1);
        final CountDownLatch sampled = new CountDownLatch(1);
        final long[] usedNs = new long[1];
        final Thread worker = new Thread(
                () -> {
                    while (threads.getCurrentThreadCpuTime() < BURN_NS) {
                        Thread.onSpinWait();
                    }
                    usedNs[0] = threads.getCurrentThreadCpuTime();
                    worked.countDown();
                    await(sampled);
                },
                "a.B.c-jmh-worker-1");
        final long startMs = System.currentTimeMillis();
        final Map<String, Double> figures = figures(() -> {
            worker.start();
            await(worked);
        });
        sampled.countDown();
        worker.join();
        final double cpuNs = figures.get("tce.cpu") * OPS;
        assertTrue(cpuNs >= usedNs[0], figures.toString());
        // What the worker did between its last look and the probe's.
        assertTrue(cpuNs < 2 * usedNs[0], figures.toString());
        assertTrue(figures.get("tce.busy") > 0, figures.toString());
        assertEquals(
                List.of(
                        "tce.busy",
                        "tce.clock",
                        "tce.cpu",
                        "tce.from",
                        "tce.gc",
                        "tce.jit",
                        "tce.runDelay",
                        "tce.steal",
                        "tce.to"),
                List.copyOf(figures.keySet()));
        assertTrue(startMs <= figures.get("tce.from"), figures.toString());
        assertTrue(figures.get("tce.from") <= figures.get("tce.to"), figures.toString());
        assertTrue(figures.get("tce.to") <= System.currentTimeMillis(), figures.toString());
    }

    private static void await(final CountDownLatch latch) {
        try {
            latch.await();
        } catch (final InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldCountCollectionsWhenThereAreSome() {
        final Map<String, Double> figures = figures(() -> {
            System.gc();
            System.gc();
        });
        assertTrue(figures.get("tce.gc") >= 2, figures.toString());
        assertEquals(0, figures.get("tce.cpu"));
    }

    @Test
    void shouldSayNothingWhenTheIterationIsWarmUp() {
        assertTrue(probe(IterationType.WARMUP, () -> {}).isEmpty());
    }

    @Test
    void shouldLoadBesideAForeignJmhWhenItComesInItsJar() throws Exception {
        final Path jar = temp.resolve("probe.jar");
        ProbeJar.write(jar);
        final URL jmh =
                InternalProfiler.class.getProtectionDomain().getCodeSource().getLocation();
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {jar.toUri().toURL(), jmh}, ClassLoader.getPlatformClassLoader())) {
            final Object probe =
                    loader.loadClass(ProbeJar.PROFILER).getDeclaredConstructor().newInstance();
            assertFalse(probe instanceof InternalProfiler);
            assertTrue(loader.loadClass(InternalProfiler.class.getName()).isInstance(probe));
            assertEquals(loader, loader.loadClass(ProbeJar.MAIN).getClassLoader());
        }
        final byte[] first = Files.readAllBytes(jar);
        ProbeJar.write(jar);
        assertEquals(boxed(first), boxed(Files.readAllBytes(jar)));
    }

    private static String boxed(final byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    @Test
    void shouldBeInTheProbesJarWhateverKnowsJmh() throws Exception {
        final Path classes = Path.of(ProbeJar.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        try (Stream<Path> files = Files.walk(classes)) {
            assertEquals(
                    Stream.of(ProbeJar.MAIN, ProbeJar.PROFILER)
                            .map(name -> name.replace('.', '/') + ".class")
                            .toList(),
                    files.filter(file -> file.toString().endsWith(".class"))
                            .filter(IterationProbeTest::knowsJmh)
                            .map(file -> classes.relativize(file).toString())
                            .sorted()
                            .toList());
        }
    }

    private static boolean knowsJmh(final Path file) {
        try {
            return boxed(Files.readAllBytes(file)).contains("org/openjdk/jmh");
        } catch (final IOException e) {
            throw new AssertionError(e);
        }
    }
}
