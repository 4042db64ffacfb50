package io.vfiotce.handoff;

import io.vfiotce.memory.MappedWords;
import io.vfiotce.memory.OffHeap;
import io.vfiotce.papr.HStatus;
import io.vfiotce.telemetry.HcallCounters;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.IdleStrategy;

/**
 * Cuts the files of a hand-off and makes them as long again within one call of a vCPU that does nothing but look; run in a JVM of its
 * own, for that JVM must not die.
 */
public final class SharedCutProbe {
    private static final int WARM_UP = 30_000;
    private static final int LOOKS = 1000;

    /** Counts looks, without a call into the JVM's runtime: no error comes up in it. */
    private static final class CountingIdle implements IdleStrategy {
        private final AtomicLong looks = new AtomicLong();

        @Override
        public void idle(final int workCount) {
            idle();
        }

        @Override
        public void idle() {
            looks.lazySet(looks.getPlain() + 1);
        }

        @Override
        public void reset() {
            // It goes on from call to call.
        }
    }

    private final CountingIdle idle = new CountingIdle();
    private final ExecutorService guest = Executors.newSingleThreadExecutor();
    private final Path directory;
    private final SharedHandoff handoff;
    private final HandoffPort port;
    private final HandlerDouble peer;
    private long lastNumber;

    private SharedCutProbe(final Path directory) {
        this.directory = directory;
        handoff = SharedHandoff.create(
                directory,
                new SharedHandoffConfig()
                        .maxVcpus(1)
                        .maxRecords(1)
                        .answerLimit(AnswerLimit.RUN)
                        .vcpuIdle(() -> idle));
        port = handoff.openPort(new HcallCounters(new OffHeap(Long.MAX_VALUE)));
        peer = new HandlerDouble(directory);
    }

    /**
     * Runs.
     *
     * @param arguments the directory
     * @throws Exception if anything fails that is not to be seen in what is printed
     */
    public static void main(final String[] arguments) throws Exception {
        final SharedCutProbe probe = new SharedCutProbe(Path.of(arguments[0]));
        try {
            probe.run();
        } finally {
            probe.guest.shutdown();
        }
    }

    private void run() throws IOException, ExecutionException, InterruptedException {
        serve(guest.submit(this::warmUp));
        final Future<Boolean> waiting = guest.submit(this::call);
        final long number = openNumber();
        resize("response", 0);
        awaitLooks(waiting);
        growResponse();
        answer(number);
        say("response cut while it waits", waiting);
        say("behind the fence", guest.submit(this::call));
        handoff.liftFence();
        say("once it is lifted", serve(guest.submit(this::call)));
        resize("response", 0);
        growResponse();
        say("response cut before", serve(guest.submit(this::call)));
        final Future<Boolean> asked = guest.submit(this::call);
        final long askedNumber = openNumber();
        resize("request", 0);
        resize("request", RequestFileDescriptor.sizeBytes(1, 1));
        answer(askedNumber);
        say("request cut while it waits", asked);
    }

    private boolean warmUp() {
        for (int i = 0; i < WARM_UP; i++) {
            if (!call()) {
                throw new AssertionError("not answered");
            }
        }
        return true;
    }

    /** One call; what it has left behind comes up right after it. */
    private boolean call() {
        final boolean isAnswered = port.exchange(0x20, 1, 2, 3, 4, 0);
        try {
            MappedWords.settle();
            return isAnswered;
        } catch (final InternalError e) {
            throw new AssertionError("an error is left behind", e);
        }
    }

    private void awaitLooks(final Future<Boolean> call) {
        final long before = idle.looks.get();
        while (idle.looks.get() < before + LOOKS && !call.isDone()) {
            Thread.onSpinWait();
        }
    }

    /** Waits for the next request. */
    private long openNumber() {
        while (!peer.isOpen(0) || peer.number(0) == lastNumber) {
            Thread.onSpinWait();
        }
        return peer.number(0);
    }

    /** Answers until it is done; {@return it} */
    private Future<Boolean> serve(final Future<Boolean> calls) {
        while (!calls.isDone()) {
            if (peer.isOpen(0) && peer.number(0) != lastNumber) {
                answer(peer.number(0));
            }
        }
        return calls;
    }

    private void answer(final long number) {
        lastNumber = number;
        // As in a file that is long again. The vCPU's compiled code is to have met it before: a branch that it does not
        // know would bring the error up.
        peer.write(0, ResponseFileDescriptor.STATE, 0);
        peer.writeWords(0, HStatus.H_PARAMETER);
        peer.writeChecksum(0, number);
        peer.writeDone(0, number);
    }

    private void say(final String what, final Future<Boolean> call) throws ExecutionException, InterruptedException {
        System.out.println(what + ": answered " + call.get() + ", fenced " + handoff.isFenced());
    }

    private void growResponse() throws IOException {
        resize("response", ResponseFileDescriptor.sizeBytes(1));
    }

    private void resize(final String name, final long bytes) throws IOException {
        try (RandomAccessFile file =
                new RandomAccessFile(directory.resolve(name).toFile(), "rw")) {
            file.setLength(bytes);
        }
    }
}
