package io.vfiotce.bench.latency;

import io.vfiotce.bench.Idle;
import io.vfiotce.bench.Peer;
import io.vfiotce.bench.SocketPeer;
import io.vfiotce.handoff.AnswerLimit;
import io.vfiotce.handoff.SharedHandoff;
import io.vfiotce.handoff.SharedHandoffConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.IoUtil;

/** A way to the handler. */
enum Way {
    /** A thread of this process. */
    IN_PROCESS("inProcess") {
        @Override
        void use(final Idle idle, final Body body) throws IOException {
            try (Guest guest = new Guest(idle.strategy(), idle.strategy()).userspaceOnly()) {
                body.run(puts(guest));
            }
        }
    },
    /** Another process, by files that both map. */
    OTHER_PROCESS("otherProcess") {
        @Override
        void use(final Idle idle, final Body body) throws IOException, InterruptedException {
            final Path directory = Files.createTempDirectory("tce-bench");
            final Path files = directory.resolve("handoff");
            final Process peer;
            try (SharedHandoff handoff = SharedHandoff.create(
                    files,
                    new SharedHandoffConfig().answerLimit(AnswerLimit.RUN).vcpuIdle(idle::strategy))) {
                peer = Peer.answeringByFiles(files, idle);
                try (Guest guest = new Guest(handoff).userspaceOnly()) {
                    body.run(puts(guest));
                }
            }
            peer.waitFor();
            IoUtil.delete(directory.toFile(), false);
        }
    },
    /** Another process, by a Unix domain socket, on which one blocks; nothing is done with the answer. */
    SOCKET("socket") {
        @Override
        void use(final Idle idle, final Body body) throws IOException, InterruptedException {
            try (SocketPeer peer = new SocketPeer()) {
                body.run(i -> Guest.requireSuccess(peer.hPutTce(Guest.LIOBN, (i & 511) << Guest.PAGE_SHIFT, 3)));
            }
        }
    };

    /** What is done with the way. */
    @FunctionalInterface
    interface Body {
        /**
         * Uses the way.
         *
         * @param call one H_PUT_TCE
         * @throws IOException if a call fails
         */
        void run(OpenLoop.Call call) throws IOException;
    }

    private final String label;

    Way(final String label) {
        this.label = label;
    }

    /** {@return the name in options and results} */
    String label() {
        return label;
    }

    /** {@return whether it matters how either side waits} */
    boolean hasIdle() {
        return this != SOCKET;
    }

    /**
     * Sets the way up, uses it and takes it down.
     *
     * @param idle how both sides wait
     * @param body what to do
     * @throws IOException if it cannot be set up, or a call fails
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    abstract void use(Idle idle, Body body) throws IOException, InterruptedException;

    private static OpenLoop.Call puts(final Guest guest) {
        return i -> {
            final int pair = (int) i & (Guest.PAIRS - 1);
            Guest.requireSuccess(guest.vcpu.hPutTce(Guest.LIOBN, guest.iobas[pair], guest.tces[pair]));
        };
    }
}
