package io.vfiotce.snapshot;

import io.vfiotce.kvm.Vm;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file that a snapshot is written to: readable by its owner alone, and under its name only when it is whole. Until then
 * whatever had the name before stays.
 *
 * @threads one at a time
 */
public final class SnapshotFile implements AutoCloseable {
    private final Path target;
    private final Path part;
    private final FileChannel channel;

    /**
     * Makes a file beside the one that is meant.
     *
     * @param path the name it is to have; a link there is followed
     * @throws IOException if there cannot be such a file
     */
    public SnapshotFile(final Path path) throws IOException {
        target = Files.exists(path) ? path.toRealPath() : path.toAbsolutePath();
        final Path directory = target.getParent();
        if (directory == null) {
            throw new NoSuchFileException(path.toString());
        }
        // Temporary files are their owner's alone.
        part = Files.createTempFile(directory, ".snapshot-", ".part");
        channel = FileChannel.open(part, StandardOpenOption.WRITE);
    }

    /**
     * Saves a VM whose vCPUs have stopped.
     *
     * @param vm the VM
     * @param path the file
     * @throws IOException if it cannot be written; what was there before stays
     */
    public static void save(final Vm vm, final Path path) throws IOException {
        try (SnapshotFile file = new SnapshotFile(path);
                SnapshotWriter writer = new SnapshotWriter(vm, file.stream())) {
            writer.finish();
            file.commit();
        }
    }

    /** {@return where to write the snapshot} */
    public OutputStream stream() {
        return Channels.newOutputStream(channel);
    }

    /**
     * Gives the file its name, once its contents are on the disk.
     *
     * @throws IOException if that is not possible
     */
    public void commit() throws IOException {
        channel.force(true);
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Closes the file; one that was not committed is gone. */
    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(part);
    }
}
