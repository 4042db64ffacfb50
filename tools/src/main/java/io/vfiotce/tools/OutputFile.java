package io.vfiotce.tools;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** A file that the user asked for: checked before the work begins, replaced only when the work is done. */
public final class OutputFile {
    /** Writes a file's contents. */
    @FunctionalInterface
    public interface Contents {
        /**
         * Writes everything.
         *
         * @param out where to
         * @throws IOException if it cannot be written
         */
        void writeTo(OutputStream out) throws IOException;
    }

    private final Path path;
    private final Path target;

    /**
     * Checks that a file can be written, by trying: permissions do not say that a file system is read-only or full.
     *
     * @param path where; a regular file or nothing yet, in a directory that exists
     * @throws BadInputException if it is something else
     */
    public OutputFile(final Path path) {
        this.path = path;
        final Path absolute = path.toAbsolutePath();
        if (path.toString().isEmpty() || absolute.getFileName() == null) {
            throw new BadInputException("'" + path + "': cannot be written: not a file's name");
        }
        if (Files.exists(absolute) && !Files.isRegularFile(absolute)) {
            throw new BadInputException(path + ": cannot be written: not a regular file");
        }
        if (!Files.isDirectory(absolute.getParent())) {
            throw new BadInputException(path + ": cannot be written: there is no directory " + absolute.getParent());
        }
        target = resolved(path);
        try {
            Files.delete(Files.createTempFile(target.getParent(), "tce", ".part"));
        } catch (final IOException e) {
            throw cannotWrite(path, e);
        }
    }

    /**
     * Whether this is a file that is there, or will be, under another name too.
     *
     * @param other a file, which need not be there
     * @return whether both are one file
     */
    public boolean is(final Path other) {
        return !other.toString().isEmpty() && target.equals(resolved(other));
    }

    /**
     * Removes what is there: until the file is written, nobody shall take an old one for it.
     *
     * @throws BadInputException if it cannot be removed
     */
    public void clear() {
        try {
            Files.deleteIfExists(target);
        } catch (final IOException e) {
            throw new BadInputException(
                    path + ": cannot be removed: " + e.getClass().getSimpleName());
        }
    }

    /**
     * Writes the file, or leaves what was there untouched.
     *
     * @param contents what to write
     * @throws BadInputException if it cannot be written
     */
    public void write(final Contents contents) {
        final Path part = target.resolveSibling(
                target.getFileName() + "." + ProcessHandle.current().pid() + ".part");
        try {
            try (OutputStream out =
                    new BufferedOutputStream(Files.newOutputStream(part, StandardOpenOption.CREATE_NEW))) {
                contents.writeTo(out);
            }
            Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
        } catch (final IOException e) {
            if (!(e instanceof FileAlreadyExistsException)) {
                // The failure that is being told matters more than the file that may be left behind.
                part.toFile().delete();
            }
            throw cannotWrite(path, e);
        }
    }

    private static BadInputException cannotWrite(final Path path, final IOException e) {
        return new BadInputException(
                path + ": cannot be written: " + e.getClass().getSimpleName());
    }

    /** Follows links, so that what one points to is replaced and not the link. */
    private static Path resolved(final Path path) {
        try {
            if (Files.exists(path)) {
                return path.toRealPath();
            }
            final Path absolute = path.toAbsolutePath();
            final Path parent = absolute.getParent();
            return parent != null && Files.isDirectory(parent)
                    ? parent.toRealPath().resolve(absolute.getFileName())
                    : absolute;
        } catch (final IOException e) {
            throw cannotWrite(path, e);
        }
    }
}
