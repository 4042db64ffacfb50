package io.vfiotce.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/** Where {@code --snapshot} puts the tables that each recording's replay ends with. */
final class SnapshotFiles {
    private final Queue<Path> files = new ArrayDeque<>();

    /** Checks that all can be written, and that none is a file that is used for something else. */
    SnapshotFiles(final Path file, final int recordings, final List<Path> others) throws IOException {
        if (file == null) {
            return;
        }
        new OutputFile(file);
        for (int i = 1; i <= recordings; i++) {
            final Path one = recordings == 1 ? file : Path.of(file + "." + i);
            new OutputFile(one);
            for (final Path other : others) {
                if (isSame(one, other)) {
                    throw new BadInputException(one + ": cannot be written: it is a recording, or what --json names");
                }
            }
            files.add(one);
        }
    }

    private static boolean isSame(final Path a, final Path b) throws IOException {
        return Files.exists(a) && Files.exists(b)
                ? Files.isSameFile(a, b)
                : a.toAbsolutePath().normalize().equals(b.toAbsolutePath().normalize());
    }

    /** The file of the next recording, null for none. */
    Path next() {
        return files.poll();
    }
}
