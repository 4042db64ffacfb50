package io.vfiotce.bench.handoff;

import io.vfiotce.bench.Idle;
import io.vfiotce.bench.Machine;
import io.vfiotce.bench.Peer;
import io.vfiotce.handoff.AnswerLimit;
import io.vfiotce.handoff.SharedHandoff;
import io.vfiotce.handoff.SharedHandoffConfig;
import io.vfiotce.papr.Hcall;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.agrona.IoUtil;
import org.agrona.concurrent.IdleStrategy;
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
 * What does the way in which both ends wait make of the round trip to a handler: on a thread, in another process, and by a
 * socket that is polled?
 *
 * <p>Expected: on free processors spinning is fastest and yielding close to it; backing off as spinning, for answers come
 * before it parks; parking tens of microseconds, whatever the way. With fewer processors than spinners only yielding and parking
 * give steady figures.
 */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class IdleBenchmark {
    /** A VM whose handler is a thread of this process. */
    @State(Scope.Thread)
    public static class InProcess {
        /** How both ends wait. */
        @Param({"SPIN", "YIELD", "BACKOFF", "PARK"})
        public Idle idle;

        HandoffVm vm;

        /** Starts both. */
        @Setup
        public void setup() {
            Machine.exercise();
            vm = HandoffVm.withThread(idle);
        }

        /** Ends both. */
        @TearDown
        public void tearDown() {
            vm.close();
        }
    }

    /** A VM whose handler is another process. */
    @State(Scope.Thread)
    public static class OtherProcess {
        /** How both ends wait. */
        @Param({"SPIN", "YIELD", "BACKOFF", "PARK"})
        public Idle idle;

        HandoffVm vm;
        private Path directory;
        private SharedHandoff handoff;
        private Process peer;

        /** Starts both. */
        @Setup
        public void setup() throws IOException {
            Machine.exercise();
            directory = Files.createTempDirectory("tce-bench");
            final Path files = directory.resolve("handoff");
            handoff = SharedHandoff.create(
                    files,
                    new SharedHandoffConfig().answerLimit(AnswerLimit.RUN).vcpuIdle(idle::strategy));
            peer = Peer.answeringByFiles(files, idle);
            vm = HandoffVm.with(handoff);
        }

        /** Ends both. */
        @TearDown
        public void tearDown() throws InterruptedException {
            vm.close();
            handoff.close();
            peer.waitFor();
            IoUtil.delete(directory.toFile(), false);
        }
    }

    /** A process that answers by a Unix domain socket, which both ends poll. */
    @State(Scope.Thread)
    public static class Socket {
        /** How both ends wait. */
        @Param({"SPIN", "YIELD", "BACKOFF", "PARK"})
        public Idle idle;

        private final ByteBuffer request = ByteBuffer.allocateDirect(Peer.REQUEST_BYTES);
        private final ByteBuffer answer = ByteBuffer.allocateDirect(Peer.ANSWER_BYTES);
        private IdleStrategy strategy;
        private SocketChannel channel;
        private long number;
        private Path directory;
        private Process peer;

        /** Starts it. */
        @Setup
        public void setup() throws IOException, InterruptedException {
            directory = Files.createTempDirectory("tce-bench");
            final Path address = directory.resolve("socket");
            strategy = idle.strategy();
            peer = Peer.pollingSocket(address, idle);
            channel = Peer.connect(address, peer);
            channel.configureBlocking(false);
        }

        /** Ends it. */
        @TearDown
        public void tearDown() throws IOException, InterruptedException {
            channel.close();
            peer.waitFor();
            IoUtil.delete(directory.toFile(), false);
        }

        /** One request and its answer; {@return the status} */
        long put(final long ioba, final long tce) throws IOException {
            request.clear();
            request.putLong(0, ++number);
            request.putLong(8, Hcall.H_PUT_TCE);
            request.putLong(16, HandoffVm.LIOBN);
            request.putLong(24, ioba);
            request.putLong(32, tce);
            Peer.write(channel, request, strategy);
            if (!Peer.read(channel, answer, strategy)) {
                throw new IOException("the peer has ended");
            }
            if (answer.getLong(0) != number) {
                throw new IOException("not the answer to this request");
            }
            return answer.getLong(Long.BYTES);
        }
    }

    /** H_PUT_TCE through a handler on a thread of this process. */
    @Benchmark
    public long inProcess(final InProcess state) {
        return state.vm.put();
    }

    /** H_PUT_TCE through a handler in another process. */
    @Benchmark
    public long otherProcess(final OtherProcess state) {
        return state.vm.put();
    }

    /** The same request to another process by a Unix domain socket; nothing is done with the answer. */
    @Benchmark
    public long socket(final Socket state) throws IOException {
        return state.put(0, 3);
    }
}
