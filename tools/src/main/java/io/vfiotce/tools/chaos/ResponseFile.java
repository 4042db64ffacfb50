package io.vfiotce.tools.chaos;

import io.vfiotce.handoff.ResponseFileDescriptor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Random;

/** The response file of a hand-off in the hands of somebody who damages it, and mends it again. */
final class ResponseFile implements AutoCloseable {
    // What stands before the handler's process number.
    private static final int FIXED_HEADER_BYTES = 128;
    private static final int MAX_FOREIGN_BYTES = 16384;

    private final Path file;
    private final Path kept;
    private final FileChannel channel;
    private final ByteBuffer header = ByteBuffer.allocate(FIXED_HEADER_BYTES);
    private final int bytes;

    ResponseFile(final Path directory) throws IOException {
        file = directory.resolve(ResponseFileDescriptor.FILE_NAME);
        kept = directory.resolve("kept");
        Files.createLink(kept, file);
        channel = FileChannel.open(kept, StandardOpenOption.READ, StandardOpenOption.WRITE);
        bytes = (int) channel.size();
        channel.read(header, 0);
    }

    /** All words, to be written over. The file must not be cut meanwhile. */
    LongBuffer words() throws IOException {
        return channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes)
                .order(ByteOrder.nativeOrder())
                .asLongBuffer();
    }

    /** Cuts it: to nothing, to its header, or anywhere. */
    void cut(final Random random) throws IOException {
        final int kind = random.nextInt(3);
        channel.truncate(kind == 0 ? 0 : kind == 1 ? 4096 : random.nextInt(bytes));
    }

    /** Puts another file in its place. */
    void replace(final Random random) throws IOException {
        final byte[] foreign = new byte[random.nextInt(MAX_FOREIGN_BYTES)];
        random.nextBytes(foreign);
        final Path other = file.resolveSibling("other");
        Files.write(other, foreign);
        Files.move(other, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    void delete() throws IOException {
        Files.delete(file);
    }

    /** Makes it the file that it was, though what answers stood in it may be gone. */
    void restore() throws IOException {
        if (channel.size() < bytes) {
            channel.write(ByteBuffer.allocate((int) (bytes - channel.size())), channel.size());
        }
        channel.write(header.rewind(), 0);
        final Path link = file.resolveSibling("link");
        Files.createLink(link, kept);
        Files.move(link, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        // A name that already is a link to the same file is left where it was.
        Files.deleteIfExists(link);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
