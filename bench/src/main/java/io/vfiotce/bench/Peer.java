package io.vfiotce.bench;

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
import org.agrona.concurrent.NoOpIdleStrategy;

/** The other process of a round trip: started by a benchmark, it answers until its end of the way is closed. */
public final class Peer {
    /** Bytes of a request by socket: number, opcode, four registers, list words, and one to spare. */
    public static final int REQUEST_BYTES = 64;

    /** Bytes of an answer by socket: number, status, effect, first entry, count, generation. */
    public static final int ANSWER_BYTES = 48;

    private static final String FILES = "files";
    private static final String SOCKET = "socket";

    private Peer() {}

    /**
     * Starts a peer that answers by files.
     *
     * @param directory where they are
     * @param idle how it waits
     * @return the process, which may not answer yet
     * @throws IOException if it cannot be started
     */
    public static Process answeringByFiles(final Path directory, final Idle idle) throws IOException {
        return ChildJvm.start(Peer.class, List.of(FILES, directory.toString(), idle.name()));
    }

    /** Starts a peer that answers by a socket at which it blocks. */
    static Process answeringBySocket(final Path address) throws IOException {
        return ChildJvm.start(Peer.class, List.of(SOCKET, address.toString()));
    }

    /**
     * Starts a peer that answers by a socket that it polls.
     *
     * @param address the socket's address
     * @param idle how it waits
     * @return the process, which may not answer yet
     * @throws IOException if it cannot be started
     */
    public static Process pollingSocket(final Path address, final Idle idle) throws IOException {
        return ChildJvm.start(Peer.class, List.of(SOCKET, address.toString(), idle.name()));
    }

    /**
     * Connects to a peer's socket once it listens.
     *
     * @param address the socket's address
     * @param peer the process
     * @return the connection, which blocks
     * @throws IOException if the process has ended
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    public static SocketChannel connect(final Path address, final Process peer)
            throws IOException, InterruptedException {
        while (true) {
            try {
                return SocketChannel.open(UnixDomainSocketAddress.of(address));
            } catch (final IOException e) {
                // Not bound yet, or not listening yet.
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
     * @param args {@code files DIRECTORY IDLE} or {@code socket ADDRESS [IDLE]}
     * @throws IOException if the socket fails
     */
    public static void main(final String[] args) throws IOException {
        final Path path = Path.of(args[1]);
        final boolean isBlocking = args.length == 2;
        final IdleStrategy idle =
                isBlocking ? NoOpIdleStrategy.INSTANCE : Idle.valueOf(args[2]).strategy();
        if (args[0].equals(FILES)) {
            answerByFiles(path, idle);
        } else {
            answerBySocket(path, isBlocking, idle);
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

    private static void answerBySocket(final Path address, final boolean isBlocking, final IdleStrategy idle)
            throws IOException {
        final ByteBuffer request = ByteBuffer.allocateDirect(REQUEST_BYTES);
        final ByteBuffer answer = ByteBuffer.allocateDirect(ANSWER_BYTES);
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(address));
            try (SocketChannel channel = server.accept()) {
                channel.configureBlocking(isBlocking);
                while (read(channel, request, idle)) {
                    answer.clear();
                    answer.putLong(0, request.getLong(0));
                    answer.putLong(Long.BYTES, HStatus.H_SUCCESS);
                    write(channel, answer, idle);
                }
            }
        }
    }

    /**
     * Reads a whole message.
     *
     * @param channel where from
     * @param message gets it
     * @param idle how to wait for more, if the channel does not block
     * @return false at the end
     * @throws IOException if the channel fails
     */
    public static boolean read(final SocketChannel channel, final ByteBuffer message, final IdleStrategy idle)
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

    /**
     * Writes a whole message.
     *
     * @param channel where to
     * @param message what
     * @param idle how to wait for room, if the channel does not block
     * @throws IOException if the channel fails
     */
    public static void write(final SocketChannel channel, final ByteBuffer message, final IdleStrategy idle)
            throws IOException {
        while (message.hasRemaining()) {
            idle.idle(channel.write(message));
        }
    }
}
