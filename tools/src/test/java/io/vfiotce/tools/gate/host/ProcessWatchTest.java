package io.vfiotce.tools.gate.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.gate.host.ProcessWatch.Sample;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What disturbed a process, from a host of files. */
class ProcessWatchTest {
    private static final long SECOND_NS = 1_000_000_000;

    @TempDir
    private Path temp;

    private void delays(final String task, final long delayNs) throws IOException {
        final Path directory = Files.createDirectories(
                temp.resolve("proc/" + ProcessHandle.current().pid() + "/task/" + task));
        Files.writeString(directory.resolve("schedstat"), "7 " + delayNs + " 3\n");
    }

    private void ticks(final long idle, final long steal) throws IOException {
        Files.createDirectories(temp.resolve("proc"));
        Files.writeString(temp.resolve("proc/stat"), "cpu  10 0 10 " + idle + " 0 0 0 " + steal + " 0 0\ncpu0 1\n");
    }

    @Test
    void shouldLookOnlyAtThePartThatWasMeasured() {
        final List<Sample> samples = List.of(
                new Sample(0, 0, 0, 0),
                new Sample(SECOND_NS, 90, 100, SECOND_NS),
                new Sample(2 * SECOND_NS, 100, 300, SECOND_NS + SECOND_NS / 4),
                new Sample(3 * SECOND_NS, 100, 500, SECOND_NS + SECOND_NS / 2));
        assertEquals(new ProcessWatch.Shares(0.025, 0.25), ProcessWatch.atTheEnd(samples, 2000));
        assertEquals(new ProcessWatch.Shares(0.025, 0.25), ProcessWatch.atTheEnd(samples, 1500), "the look before");
        assertEquals(new ProcessWatch.Shares(0, 0.25), ProcessWatch.atTheEnd(samples, 10));
        assertEquals(new ProcessWatch.Shares(0.2, 0.5), ProcessWatch.atTheEnd(samples, 60_000), "all there is");
        assertUnknown(ProcessWatch.atTheEnd(samples.subList(0, 1), 10));
    }

    @Test
    void shouldSayNothingOfLessThanASecond() {
        assertUnknown(ProcessWatch.atTheEnd(
                List.of(new Sample(0, 0, 0, 0), new Sample(SECOND_NS - 1, 5, 10, SECOND_NS)), 60_000));
    }

    private static void assertUnknown(final ProcessWatch.Shares shares) {
        assertTrue(Double.isNaN(shares.steal()) && Double.isNaN(shares.runDelay()), shares.toString());
    }

    @Test
    void shouldAddTheThreadsOfTheProcessAlsoWhenOneHasEnded() throws IOException {
        final ProcessWatch watch = new ProcessWatch(new HostFiles(temp));
        ticks(100, 0);
        delays("1", 5);
        delays("2", 30);
        watch.look(ProcessHandle.current());
        delays("1", 15);
        Files.delete(temp.resolve("proc/" + ProcessHandle.current().pid() + "/task/2/schedstat"));
        delays("3", 7);
        ticks(160, 40);
        watch.look(ProcessHandle.current());
        final List<Sample> samples = watch.samples();
        assertEquals(35, samples.get(0).delayNs());
        assertEquals(52, samples.get(1).delayNs());
        assertEquals(0, samples.get(0).stealTicks());
        assertEquals(40, samples.get(1).stealTicks());
        assertEquals(220, samples.get(1).totalTicks());
    }

    @Test
    void shouldSayNothingWhereTheSystemDoesNotTell() {
        try (ProcessWatch watch = new ProcessWatch(new HostFiles(temp))) {
            watch.start(ProcessHandle.current());
            watch.stop();
            assertUnknown(watch.atTheEnd(0));
            assertTrue(Double.isNaN(watch.samples().get(0).delayNs()));
        }
    }

    @Test
    void shouldEndWhatTheProcessLeavesBehind() throws IOException, InterruptedException {
        final Process parent = new ProcessBuilder("sh", "-c", "sleep 1000 & echo $!; wait").start();
        final ProcessHandle left;
        try (BufferedReader said = parent.inputReader();
                ProcessWatch watch = new ProcessWatch(new HostFiles(temp))) {
            left = ProcessHandle.of(Long.parseLong(said.readLine())).orElseThrow();
            watch.look(parent.toHandle());
            parent.destroyForcibly().waitFor();
            assertTrue(left.isAlive());
        }
        left.onExit().join();
    }
}
