package io.vfiotce.bench;

import io.vfiotce.papr.Hcall;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.IoUtil;
import org.agrona.concurrent.NoOpIdleStrategy;

/**
 * A process that answers by a Unix domain socket: the way to a handler that anybody would try first.
 *
 * @threads one
 */
public final class SocketPeer implements AutoCloseable {
    private final ByteBuffer request = ByteBuffer.allocateDirect(Peer.REQUEST_BYTES);
    private final ByteBuffer answer = ByteBuffer.allocateDirect(Peer.ANSWER_BYTES);
    private final Path directory;
    private final SocketChannel channel;
    private long number;

    /**
     * Starts the process, and waits until it answers.
     *
     * @throws IOException if it cannot be started, or ends
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    public SocketPeer() throws IOException, InterruptedException {
        directory = Files.createTempDirectory("tce-bench");
        final Path address = directory.resolve("socket");
        final Process peer = Peer.answeringBySocket(address);
        channel = Peer.connect(address, peer);
    }

    /**
     * Asks about one H_PUT_TCE; nothing is done with the answer.
     *
     * @param liobn logical I/O bus number
     * @param ioba bus address in bytes
     * @param tce the TCE
     * @return the status
     * @throws IOException if the process has ended
     */
    public long hPutTce(final long liobn, final long ioba, final long tce) throws IOException {
        request.clear();
        request.putLong(0, ++number);
        request.putLong(8, Hcall.H_PUT_TCE);
        request.putLong(16, liobn);
        request.putLong(24, ioba);
        request.putLong(32, tce);
        Peer.write(channel, request, NoOpIdleStrategy.INSTANCE);
        if (!Peer.read(channel, answer, NoOpIdleStrategy.INSTANCE)) {
            throw new IOException("the peer has ended");
        }
        return answer.getLong(8);
    }

    /**
     * Ends the process; it may take a moment longer.
     *
     * @throws IOException if the socket cannot be closed
     */
    @Override
    public void close() throws IOException {
        channel.close();
        IoUtil.delete(directory.toFile(), false);
    }
}
