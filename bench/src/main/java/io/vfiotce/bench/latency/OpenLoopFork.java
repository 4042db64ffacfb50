package io.vfiotce.bench.latency;

import io.vfiotce.bench.Idle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Properties;
import org.agrona.concurrent.SystemNanoClock;

/** One row of {@link OpenLoopRig}: a way, how both sides wait, and a rate. */
public final class OpenLoopFork {
    /** Calls that nobody is late for, so that everything is compiled before the rate is demanded. */
    private static final long CLOSED_CALLS = 30_000;

    private static final int SPARE_SECONDS = 2;

    private OpenLoopFork() {}

    /**
     * Measures.
     *
     * @param args way, idle strategy, calls per second, seconds of warm-up, seconds that are recorded, file of histograms
     * @throws IOException if a call fails or a file cannot be written
     * @throws InterruptedException if the thread is interrupted
     */
    public static void main(final String[] args) throws IOException, InterruptedException {
        final long callsPerSecond = Long.parseLong(args[2]);
        final int warmupSeconds = Integer.parseInt(args[3]);
        final int seconds = Integer.parseInt(args[4]);
        final IntervalLog latency = new IntervalLog(seconds + SPARE_SECONDS);
        final IntervalLog service = new IntervalLog(seconds + SPARE_SECONDS);
        final Properties notes = new Properties();
        Way.valueOf(args[0]).use(Idle.valueOf(args[1]), call -> {
            for (long i = 0; i < CLOSED_CALLS; i++) {
                call.make(i);
            }
            final OpenLoop loop = new OpenLoop(SystemNanoClock.INSTANCE, call);
            loop.run(callsPerSecond, callsPerSecond * warmupSeconds, new IntervalLog(1), new IntervalLog(1));
            loop.run(callsPerSecond, callsPerSecond * seconds, latency, service);
            notes.setProperty("spanNs", Long.toString(loop.spanNs()));
            notes.setProperty("worstSlipNs", Long.toString(loop.worstSlipNs()));
        });
        final Path log = Path.of(args[5]);
        try (LogFile file = new LogFile(log, String.join(" ", args))) {
            file.write(OpenLoopRig.LATENCY, latency);
            file.write(OpenLoopRig.SERVICE, service);
        }
        Notes.write(log, notes);
    }
}
