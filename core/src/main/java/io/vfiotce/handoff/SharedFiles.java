package io.vfiotce.handoff;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;

/**
 * The directory and files of a hand-off: both belong to one user alone, and nothing is followed or trusted that does not look so.
 */
final class SharedFiles {
    private static final String DIRECTORY_MODE = "rwx------";
    private static final String FILE_MODE = "rw-------";
    private static final String ATTRIBUTES = "unix:uid,ino,isDirectory,isRegularFile,isSymbolicLink,permissions";
    private static final int PAGE_BYTES = 4096;

    private SharedFiles() {}

    /** Makes the directory unless it is there, and checks it. */
    static void makeDirectory(final Path directory) {
        try {
            if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectory(
                        directory,
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(DIRECTORY_MODE)));
            }
        } catch (final IOException | UnsupportedOperationException e) {
            throw new HandoffRefusedException("directory " + directory + " cannot be made: " + reason(e), e);
        }
        requireDirectory(directory);
    }

    /** Checks that a directory is a directory of this user's, closed to all others. */
    static void requireDirectory(final Path directory) {
        require(directory, true);
    }

    /**
     * Checks that a file is a plain file of this user's, closed to all others.
     *
     * @return its inode
     */
    static long requireFile(final Path file) {
        return require(file, false);
    }

    private static long require(final Path path, final boolean isDirectory) {
        final String what = (isDirectory ? "directory " : "file ") + path;
        final Map<String, Object> attributes;
        final Object user;
        try {
            attributes = Files.readAttributes(path, ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
            user = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        } catch (final IOException | UnsupportedOperationException e) {
            throw new HandoffRefusedException(what + " is refused: " + reason(e), e);
        }
        if ((boolean) attributes.get("isSymbolicLink")) {
            throw new HandoffRefusedException(what + " is refused: it is a symbolic link");
        }
        if (!(boolean) attributes.get(isDirectory ? "isDirectory" : "isRegularFile")) {
            throw new HandoffRefusedException(
                    what + " is refused: it is not a " + (isDirectory ? "directory" : "regular file"));
        }
        if (!attributes.get("uid").equals(user)) {
            throw new HandoffRefusedException(
                    what + " is refused: it belongs to user " + attributes.get("uid") + ", not " + user);
        }
        @SuppressWarnings("unchecked")
        final String mode = PosixFilePermissions.toString((Set<PosixFilePermission>) attributes.get("permissions"));
        final String wanted = isDirectory ? DIRECTORY_MODE : FILE_MODE;
        if (!mode.equals(wanted)) {
            throw new HandoffRefusedException(what + " is refused: its mode is " + mode + ", not " + wanted);
        }
        return (long) attributes.get("ino");
    }

    /** Opens a file that was checked; a link that has taken its place is not followed. */
    static FileChannel open(final Path file, final boolean forWriting) {
        try {
            return FileChannel.open(
                    file,
                    forWriting
                            ? Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)
                            : Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
        } catch (final IOException e) {
            throw new HandoffRefusedException("file " + file + " is refused: " + reason(e), e);
        }
    }

    /**
     * Makes a file under another name: all its bytes are written, so that no store meets a full file system later.
     *
     * @return the file, open for reading and writing
     */
    static FileChannel make(final Path file, final long bytes) throws IOException {
        Files.deleteIfExists(file);
        final FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(FILE_MODE)));
        try {
            final ByteBuffer zeros = ByteBuffer.allocate(PAGE_BYTES);
            for (long written = 0; written < bytes; ) {
                zeros.clear().limit((int) Math.min(PAGE_BYTES, bytes - written));
                written += channel.write(zeros, written);
            }
            return channel;
        } catch (final IOException e) {
            channel.close();
            Files.deleteIfExists(file);
            throw e;
        }
    }

    /** Gives a file its name; one that has the name is replaced at once. */
    static void publish(final Path made, final Path file) throws IOException {
        Files.move(made, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** The name under which a file is made. */
    static Path unpublished(final Path file) {
        return file.resolveSibling(file.getFileName() + ".new");
    }

    static String reason(final Exception e) {
        return e.getClass().getSimpleName() + (e.getMessage() == null ? "" : " " + e.getMessage());
    }
}
