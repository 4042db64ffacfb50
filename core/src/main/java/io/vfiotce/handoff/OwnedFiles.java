package io.vfiotce.handoff;

import io.vfiotce.memory.MappedWords;
import io.vfiotce.memory.OffHeap;
import io.vfiotce.memory.WordPage;
import io.vfiotce.memory.WritableWords;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The two files as their owner, the VM's side, makes and keeps them. Each owner makes them anew: what an earlier one left is
 * replaced, and a handler that still serves it does so in files that nobody looks at any more.
 *
 * <p>The owner holds an exclusive lock on the request file for as long as it lives. The mappings stay until nothing refers to them.
 */
final class OwnedFiles {
    // Closing any descriptor of a file gives up this process's lock on it, so an own file is not even opened a second
    // time.
    private static final Set<Object> OWN_REQUEST_FILES = ConcurrentHashMap.newKeySet();

    private final long epoch;
    private final int requestEnd;
    private final int responseEnd;
    private final WritableWords request;
    private final MappedWords response;
    private final FileChannel requestChannel;
    private final Object fileKey;

    private OwnedFiles(final Path directory, final SharedHandoffConfig config, final long epoch) throws IOException {
        this.epoch = epoch;
        requestEnd = RequestFileDescriptor.endWord(config.maxVcpus(), config.maxRecords());
        responseEnd = ResponseFileDescriptor.endWord(config.maxVcpus());
        final Path requestFile = directory.resolve(RequestFileDescriptor.FILE_NAME);
        final Path responseFile = directory.resolve(ResponseFileDescriptor.FILE_NAME);
        final Path newRequest = SharedFiles.unpublished(requestFile);
        final Path newResponse = SharedFiles.unpublished(responseFile);
        final long responseBytes = ResponseFileDescriptor.sizeBytes(config.maxVcpus());
        final long inode;
        try (FileChannel channel = SharedFiles.make(newResponse, responseBytes)) {
            inode = SharedFiles.requireFile(newResponse);
            writeResponseHeader(WritableWords.mapWritable(channel, responseBytes), config, responseBytes);
            response = MappedWords.map(channel, responseBytes);
        }
        final long requestBytes = RequestFileDescriptor.sizeBytes(config.maxVcpus(), config.maxRecords());
        requestChannel = SharedFiles.make(newRequest, requestBytes);
        fileKey = fileKey(newRequest);
        OWN_REQUEST_FILES.add(fileKey);
        requestChannel.lock();
        request = WritableWords.mapWritable(requestChannel, requestBytes);
        writeRequestHeader(config, requestBytes, inode);
        SharedFiles.publish(newResponse, responseFile);
        SharedFiles.publish(newRequest, requestFile);
    }

    /**
     * Makes the files.
     *
     * @throws HandoffRefusedException if the directory or what is in it is not what it has to be, or has an owner already
     */
    static OwnedFiles make(final Path directory, final SharedHandoffConfig config) {
        SharedFiles.makeDirectory(directory);
        final long previous = previousEpoch(directory);
        try {
            return new OwnedFiles(
                    directory, config, Math.max(previous + 1, config.wallClock().time()));
        } catch (final IOException e) {
            throw new HandoffRefusedException(
                    "the files of " + directory + " cannot be made: " + SharedFiles.reason(e), e);
        }
    }

    /** The epoch of the owner before this one; 0 if there was none. */
    private static long previousEpoch(final Path directory) {
        final Path response = directory.resolve(ResponseFileDescriptor.FILE_NAME);
        if (Files.exists(response, LinkOption.NOFOLLOW_LINKS)) {
            SharedFiles.requireFile(response);
        }
        final Path request = directory.resolve(RequestFileDescriptor.FILE_NAME);
        if (!Files.exists(request, LinkOption.NOFOLLOW_LINKS)) {
            return 0;
        }
        SharedFiles.requireFile(request);
        try {
            if (OWN_REQUEST_FILES.contains(fileKey(request))) {
                throw inUse(directory);
            }
            try (FileChannel channel = SharedFiles.open(request, true)) {
                if (channel.tryLock() == null) {
                    throw inUse(directory);
                }
                return FileHeader.ofRequest(request, channel).epoch();
            }
        } catch (final IOException | OverlappingFileLockException e) {
            throw new HandoffRefusedException("file " + request + " is refused: " + SharedFiles.reason(e), e);
        }
    }

    private static HandoffRefusedException inUse(final Path directory) {
        return new HandoffRefusedException("directory " + directory + " is refused: another VM uses it");
    }

    private static Object fileKey(final Path file) throws IOException {
        return Files.getAttribute(file, "basic:fileKey", LinkOption.NOFOLLOW_LINKS);
    }

    private void writeResponseHeader(
            final WritableWords words, final SharedHandoffConfig config, final long responseBytes) {
        words.setWordPlain(0, ResponseFileDescriptor.MAGIC);
        words.setWordPlain(1, ResponseFileDescriptor.VERSION);
        words.setWordPlain(ResponseFileDescriptor.SIZE_BYTES, responseBytes);
        words.setWordPlain(ResponseFileDescriptor.CELLS, config.maxVcpus());
        words.setWordPlain(ResponseFileDescriptor.EPOCH, epoch);
        words.setWordPlain(
                ResponseFileDescriptor.HEADER_CHECKSUM, checksum(words, ResponseFileDescriptor.HEADER_CHECKSUM));
        words.setWordPlain(responseEnd, RequestFileDescriptor.END_MARK);
    }

    private void writeRequestHeader(final SharedHandoffConfig config, final long requestBytes, final long inode) {
        final ProcessIdentity self = ProcessIdentity.self();
        request.setWordPlain(0, RequestFileDescriptor.MAGIC);
        request.setWordPlain(1, RequestFileDescriptor.VERSION);
        request.setWordPlain(RequestFileDescriptor.SIZE_BYTES, requestBytes);
        request.setWordPlain(RequestFileDescriptor.CELLS, config.maxVcpus());
        request.setWordPlain(RequestFileDescriptor.RECORDS, config.maxRecords());
        request.setWordPlain(RequestFileDescriptor.EPOCH, epoch);
        request.setWordPlain(RequestFileDescriptor.OWNER_PID, self.pid());
        request.setWordPlain(RequestFileDescriptor.OWNER_START, self.startTicks());
        request.setWordPlain(RequestFileDescriptor.RESPONSE_INODE, inode);
        request.setWordPlain(
                RequestFileDescriptor.HEADER_CHECKSUM, checksum(request, RequestFileDescriptor.HEADER_CHECKSUM));
        request.setWordPlain(requestEnd, RequestFileDescriptor.END_MARK);
    }

    static long checksum(final MappedWords words, final int count) {
        final OffHeap offHeap = new OffHeap(Long.MAX_VALUE);
        final WordPage page = offHeap.allocateOrThrow((count + 1) * Long.BYTES, "a header");
        try {
            words.copy(0, page, 0, count);
            return WordChecksum.of(page, 0, count + 1 & -2, 0, 0, 0);
        } finally {
            offHeap.free(page);
        }
    }

    long epoch() {
        return epoch;
    }

    WritableWords request() {
        return request;
    }

    MappedWords response() {
        return response;
    }

    /** Where the end mark of the request file lies. */
    int requestEnd() {
        return requestEnd;
    }

    /** Where the end mark of the response file lies. */
    int responseEnd() {
        return responseEnd;
    }

    /** Gives the files up; they stay, for the epoch in them, until another owner replaces them. */
    void close() {
        OWN_REQUEST_FILES.remove(fileKey);
        try {
            requestChannel.close();
        } catch (final IOException e) {
            throw new HandoffRefusedException("the request file cannot be closed: " + SharedFiles.reason(e), e);
        }
    }
}
