package io.vfiotce.bench.handoff;

import io.vfiotce.bench.ChildJvm;
import io.vfiotce.bench.Idle;
import io.vfiotce.handoff.SharedHandler;
import io.vfiotce.papr.HStatus;
import io.vfiotce.userspace.ReferenceHandler;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import org.agrona.concurrent.AgentTerminationException;
import org.agrona.concurrent.IdleStrategy;

/** The other process of a round trip, which waits as it is told: it answers until its end of the way is closed. */
public final class IdlePeer {
    /** Bytes of a request by socket: number, opcode, four registers, and two words to spare. */
    static final int REQUEST_BYTES = 64;

    /** Bytes of an answer by socket: number, status, and four words to spare. */
    static final int ANSWER_BYTES = 48;

    private IdlePeer() {}

    /**
     * Starts a peer.
     *
     * @param way {@code files} or {@code socket}
     * @param path directory of the files, or address of the socket
     * @param idle how it waits
     * @return the process, which may not answer yet
     * @throws IOException if it cannot be started
     */
    public static Process start(final String way, final Path path, final Idle idle) throws IOException {
        return ChildJvm.start(IdlePeer.class, List.of(way, path.toString(), idle.name()));
    }

    /** Connects to a peer's socket once it listens. The connection does not block. */
    static SocketChannel connect(final Path address, final Process peer) throws IOException, InterruptedException {
        while (true) {
            try {
                final SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(address));
                channel.configureBlocking(false);
                return channel;
            } catch (final IOException e) {
                // Not bound or not listening yet.
                if (!peer.isAlive()) {
                    throw e;
                }
                Thread.sleep(1);
            }
        }
    }

    /**
     * Answers.
     *
     * @param args {@code files DIRECTORY IDLE} or {@code socket ADDRESS IDLE}
     * @throws IOException if the socket fails
     */
    public static void main(final String[] args) throws IOException {
        final Path path = Path.of(args[1]);
        final IdleStrategy idle = Idle.valueOf(args[2]).strategy();
        if (args[0].equals("files")) {
            answerByFiles(path, idle);
        } else {
            answerBySocket(path, idle);
        }
    }

    private static void answerByFiles(final Path directory, final IdleStrategy idle) {
        try (SharedHandler handler = SharedHandler.open(directory, ReferenceHandler::new)) {
            while (true) {
                idle.idle(handler.doWork());
            }
        } catch (final AgentTerminationException e) {
            // The benchmark has ended.
            return;
        }
    }

    private static void answerBySocket(final Path address, final IdleStrategy idle) throws IOException {
        final ByteBuffer request = ByteBuffer.allocateDirect(REQUEST_BYTES);
        final ByteBuffer answer = ByteBuffer.allocateDirect(ANSWER_BYTES);
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(address));
            try (SocketChannel channel = server.accept()) {
                channel.configureBlocking(false);
                while (read(channel, request, idle)) {
                    answer.clear();
                    answer.putLong(0, request.getLong(0));
                    answer.putLong(Long.BYTES, HStatus.H_SUCCESS);
                    write(channel, answer, idle);
                }
            }
        }
    }

    /** Reads a whole message; {@return false at the end} */
    static boolean read(final SocketChannel channel, final ByteBuffer message, final IdleStrategy idle)
            throws IOException {
        message.clear();
        while (message.hasRemaining()) {
            final int bytes = channel.read(message);
            if (bytes < 0) {
                return false;
            }
            idle.idle(bytes);
        }
        return true;
    }

    /** Writes a whole message. */
    static void write(final SocketChannel channel, final ByteBuffer message, final IdleStrategy idle)
            throws IOException {
        while (message.hasRemaining()) {
            idle.idle(channel.write(message));
        }
    }
}
