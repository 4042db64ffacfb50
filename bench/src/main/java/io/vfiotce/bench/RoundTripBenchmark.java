package io.vfiotce.bench;

import io.vfiotce.handoff.AnswerLimit;
import io.vfiotce.handoff.SharedHandoff;
import io.vfiotce.handoff.SharedHandoffConfig;
import io.vfiotce.kvm.Vcpu;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.agrona.BufferUtil;
import org.agrona.IoUtil;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What does it cost to ask somebody else about one H_PUT_TCE, who is on another thread or in another process, against the
 * least that two threads need to tell each other something, and against a socket?
 *
 * <p>Expected: in process at most 2 ping-pongs of a cache line, another process at most 1.5 times that, a socket at least 5
 * times as much as either. All wait by spinning, but for the socket, on which one blocks.
 */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RoundTripBenchmark {
    /** Two words on lines of their own, and a thread that answers the first by the second. */
    @State(Scope.Thread)
    public static class PingPong {
        static final int REQUEST = 0;
        static final int ANSWER = 256;

        final UnsafeBuffer words = new UnsafeBuffer(BufferUtil.allocateDirectAligned(512, 256));
        long number;
        private Thread peer;

        /** Starts the thread. */
        @Setup
        public void setup() {
            peer = new Thread(this::answer, "ping-pong");
            peer.setDaemon(true);
            peer.start();
        }

        private void answer() {
            long last = 0;
            while (last >= 0) {
                final long now = words.getLongAcquire(REQUEST);
                if (now == last) {
                    Thread.onSpinWait();
                } else {
                    words.putLongRelease(ANSWER, now);
                    last = now;
                }
            }
        }

        /** Ends the thread. */
        @TearDown
        public void tearDown() throws InterruptedException {
            words.putLongRelease(REQUEST, -1);
            peer.join();
        }
    }

    /** A VM whose calls all go to a handler in another process. */
    @State(Scope.Thread)
    public static class OtherProcess {
        Vcpu vcpu;
        private Path directory;
        private SharedHandoff handoff;
        private Process peer;
        private Machine machine;

        /** Starts both. */
        @Setup
        public void setup() throws IOException {
            directory = Files.createTempDirectory("tce-bench");
            handoff = SharedHandoff.create(
                    directory.resolve("handoff"),
                    new SharedHandoffConfig().answerLimit(AnswerLimit.RUN).vcpuIdle(BusySpinIdleStrategy::new));
            peer = Peer.answeringByFiles(directory.resolve("handoff"), Idle.SPIN);
            machine = Machine.withHandlerElsewhere(handoff).start().userspaceOnly();
            vcpu = machine.vcpu;
        }

        /** Ends both. */
        @TearDown
        public void tearDown() throws InterruptedException {
            machine.close();
            handoff.close();
            peer.waitFor();
            IoUtil.delete(directory.toFile(), false);
        }
    }

    /** A process that answers by a Unix domain socket. */
    @State(Scope.Thread)
    public static class Socket {
        SocketPeer peer;

        /** Starts it. */
        @Setup
        public void setup() throws IOException, InterruptedException {
            peer = new SocketPeer();
        }

        /** Ends it. */
        @TearDown
        public void tearDown() throws IOException {
            peer.close();
        }
    }

    /** The limit: a line there and a line back. */
    @Benchmark
    public long pingPong(final PingPong state) {
        final long number = ++state.number;
        state.words.putLongRelease(PingPong.REQUEST, number);
        while (state.words.getLongAcquire(PingPong.ANSWER) != number) {
            Thread.onSpinWait();
        }
        return number;
    }

    /** H_PUT_TCE through a handler on a thread of this process. */
    @Benchmark
    public long inProcess(final Vms.Pairs pairs, final Vms.Userspace vm) {
        final int i = pairs.advance();
        return vm.vcpu.hPutTce(Machine.FIRST_LIOBN, pairs.iobas[i], pairs.tces[i]);
    }

    /** H_PUT_TCE through a handler in another process. */
    @Benchmark
    public long otherProcess(final Vms.Pairs pairs, final OtherProcess vm) {
        final int i = pairs.advance();
        return vm.vcpu.hPutTce(Machine.FIRST_LIOBN, pairs.iobas[i], pairs.tces[i]);
    }

    /** The same request to another process by a Unix domain socket; nothing is done with the answer. */
    @Benchmark
    public long socket(final Vms.Pairs pairs, final Socket state) throws IOException {
        final int i = pairs.advance();
        return state.peer.hPutTce(Machine.FIRST_LIOBN, pairs.iobas[i], pairs.tces[i]);
    }
}
