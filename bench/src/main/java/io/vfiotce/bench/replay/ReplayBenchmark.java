package io.vfiotce.bench.replay;

import io.vfiotce.bench.Machine;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * How many hypercalls a second does one vCPU serve when they are those of real guests?
 *
 * <p>The recordings are replayed in order, over and over, one call for each invocation, by the entry that takes a hypercall's
 * number. Windows and lists are made beforehand. Before anything is measured one round is compared with the recording: every
 * status, every value read, every translation of a device, and the final tables.
 *
 * <p>Expected: between 50 and 200 million, for most calls are PUT and short STUFF; a recording with many lists fewer.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class ReplayBenchmark {
    /** A guest whose recording is replayed. */
    @State(Scope.Thread)
    public static class Guest {
        /** Name of the recording. */
        @Param({"e1000-nvme-ddw", "e1000e-nvme-noddw", "multiphb-smp2", "vio"})
        public String trace;

        ReplayedGuest guest;

        /**
         * Sets it up and compares one round.
         *
         * @throws IOException if there is no such recording
         */
        @Setup
        public void setup() throws IOException {
            Machine.exercise();
            guest = new ReplayedGuest(trace);
            final long mismatches = guest.mismatches() + guest.differencesFromModel();
            if (mismatches != 0) {
                throw new IllegalStateException(mismatches + " differences from the recording");
            }
        }

        /** Ends it. */
        @TearDown
        public void tearDown() {
            guest.close();
        }
    }

    /** The next recorded call. */
    @Benchmark
    public long hcall(final Guest guest) {
        return guest.guest.call();
    }
}
