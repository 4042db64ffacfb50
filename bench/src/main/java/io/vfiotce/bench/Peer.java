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

/** The other process of a round trip: started by a benchmark, it answers until its end of the way is closed. */
public final class Peer {
    /** Bytes of a request by socket: number, opcode, four registers, list words, and one to spare. */
    static final int REQUEST_BYTES = 64;

    /** Bytes of an answer by socket: number, status, effect, first entry, count, generation. */
    static final int ANSWER_BYTES = 48;

    private Peer() {}

    /**
     * Starts a peer.
     *
     * @param way {@code files} or {@code socket}
     * @param path directory of the files, or address of the socket
     * @return the process, which may not answer yet
     */
    static Process start(final String way, final Path path) throws IOException {
        return ChildJvm.start(Peer.class, List.of(way, path.toString()));
    }

    /**
     * Answers.
     *
     * @param args {@code files DIRECTORY} or {@code socket ADDRESS}
     * @throws IOException if the socket fails
     */
    public static void main(final String[] args) throws IOException {
        if (args[0].equals("files")) {
            answerByFiles(Path.of(args[1]));
        } else {
            answerBySocket(Path.of(args[1]));
        }
    }

    private static void answerByFiles(final Path directory) {
        try (SharedHandler handler = SharedHandler.open(directory, ReferenceHandler::new)) {
            while (true) {
                if (handler.doWork() == 0) {
                    Thread.onSpinWait();
                }
            }
        } catch (final AgentTerminationException e) {
            // The benchmark has ended.
            return;
        }
    }

    private static void answerBySocket(final Path address) throws IOException {
        final ByteBuffer request = ByteBuffer.allocateDirect(REQUEST_BYTES);
        final ByteBuffer answer = ByteBuffer.allocateDirect(ANSWER_BYTES);
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(address));
            try (SocketChannel channel = server.accept()) {
                while (read(channel, request)) {
                    answer.clear();
                    answer.putLong(0, request.getLong(0));
                    answer.putLong(Long.BYTES, HStatus.H_SUCCESS);
                    write(channel, answer);
                }
            }
        }
    }

    /** Reads a whole message; {@return false at the end} */
    static boolean read(final SocketChannel channel, final ByteBuffer message) throws IOException {
        message.clear();
        while (message.hasRemaining()) {
            if (channel.read(message) < 0) {
                return false;
            }
        }
        return true;
    }

    static void write(final SocketChannel channel, final ByteBuffer message) throws IOException {
        while (message.hasRemaining()) {
            channel.write(message);
        }
    }
}
