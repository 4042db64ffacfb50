package io.vfiotce.handoff;

import io.vfiotce.memory.MappedWords;
import io.vfiotce.memory.WritableWords;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;

/**
 * The two files as the handler opens them. It holds an exclusive lock on the response file, so there is only one, and finds out
 * whether the owner lives by its process and by its lock on the request file. The mappings stay until nothing refers to them.
 */
final class ServedFiles {
    private final FileHeader header;
    private final WritableWords response;
    private final FileChannel requestChannel;
    private final FileChannel responseChannel;
    private final ProcessIdentity owner;

    private ServedFiles(
            final FileHeader header,
            final WritableWords response,
            final FileChannel requestChannel,
            final FileChannel responseChannel) {
        this.header = header;
        this.response = response;
        this.requestChannel = requestChannel;
        this.responseChannel = responseChannel;
        owner = new ProcessIdentity(
                header.words().wordPlain(RequestFileDescriptor.OWNER_PID),
                header.words().wordPlain(RequestFileDescriptor.OWNER_START));
    }

    /**
     * Opens and checks the files.
     *
     * @throws HandoffRefusedException if anything about them is not as it has to be
     */
    static ServedFiles open(final Path directory) {
        SharedFiles.requireDirectory(directory);
        final Path requestFile = directory.resolve(RequestFileDescriptor.FILE_NAME);
        SharedFiles.requireFile(requestFile);
        final FileChannel requestChannel = SharedFiles.open(requestFile, false);
        FileChannel responseChannel = null;
        boolean isOpen = false;
        try {
            final FileHeader header = FileHeader.ofRequest(requestFile, requestChannel);
            final Path responseFile = directory.resolve(ResponseFileDescriptor.FILE_NAME);
            requireSameFile(responseFile, header);
            responseChannel = SharedFiles.open(responseFile, true);
            requireSameFile(responseFile, header);
            final ServedFiles files = open(header, requestChannel, responseFile, responseChannel);
            isOpen = true;
            return files;
        } catch (final InternalError e) {
            throw new HandoffRefusedException("directory " + directory + " is refused: " + SharedHandoff.CUT_SHORT, e);
        } catch (final IOException e) {
            throw new HandoffRefusedException("directory " + directory + " is refused: " + SharedFiles.reason(e), e);
        } finally {
            if (!isOpen) {
                closeQuietly(responseChannel);
                closeQuietly(requestChannel);
            }
        }
    }

    private static void requireSameFile(final Path responseFile, final FileHeader request) {
        final long inode = SharedFiles.requireFile(responseFile);
        if (inode != request.words().wordPlain(RequestFileDescriptor.RESPONSE_INODE)) {
            throw FileHeader.refused(responseFile, "it is not the one that the request file names");
        }
    }

    private static ServedFiles open(
            final FileHeader request,
            final FileChannel requestChannel,
            final Path responseFile,
            final FileChannel responseChannel)
            throws IOException {
        if (!lock(responseChannel)) {
            throw FileHeader.refused(responseFile, "another handler serves it");
        }
        final FileHeader response = FileHeader.ofResponse(responseFile, responseChannel);
        if (response.cells() != request.cells() || response.epoch() != request.epoch()) {
            throw FileHeader.refused(responseFile, "it does not belong to the request file");
        }
        final WritableWords words =
                WritableWords.mapWritable(responseChannel, ResponseFileDescriptor.sizeBytes(response.cells()));
        final ServedFiles files = new ServedFiles(request, words, requestChannel, responseChannel);
        if (!files.isOwnerAlive()) {
            throw new HandoffRefusedException("directory " + responseFile.getParent() + " is refused: its VM has gone");
        }
        words.setWordRelease(
                ResponseFileDescriptor.HANDLER_PID, ProcessHandle.current().pid());
        return files;
    }

    private static boolean lock(final FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (final OverlappingFileLockException e) {
            return false;
        }
    }

    private static void closeQuietly(final FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (final IOException e) {
            // It is given up anyway.
            Thread.onSpinWait();
        }
    }

    /** Whether the VM's process is there and still holds the request file. */
    boolean isOwnerAlive() {
        if (!owner.isAlive()) {
            return false;
        }
        try (var lock = requestChannel.tryLock(0, Long.MAX_VALUE, true)) {
            return lock == null;
        } catch (final OverlappingFileLockException e) {
            // The VM lives in this process.
            return true;
        } catch (final IOException e) {
            return false;
        }
    }

    MappedWords request() {
        return header.words();
    }

    WritableWords response() {
        return response;
    }

    int cells() {
        return header.cells();
    }

    int records() {
        return header.records();
    }

    long epoch() {
        return header.epoch();
    }

    /** Gives the files up; false if they were already. */
    boolean close() {
        final boolean wasOpen = responseChannel.isOpen();
        closeQuietly(responseChannel);
        closeQuietly(requestChannel);
        return wasOpen;
    }
}
