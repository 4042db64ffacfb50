package io.vfiotce.tools.gate.run;

import io.vfiotce.tools.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The output directory of a run: copies of the jars under names of one length, the probe, one result and log per fork, the
 * journals.
 *
 * @param root the directory, absolute
 */
public record RunDirectory(Path root) {
    private static final int MAX_ROW_CHARS = 80;

    /**
     * Makes the directory with all that forks need. A directory of the same run is left as it is.
     *
     * @param root the directory
     * @param base the base's jar
     * @param head the head's jar
     * @return the directory
     * @throws BadInputException if a jar or the directory cannot be used, or the directory holds a run of other jars
     */
    public static RunDirectory create(final Path root, final Path base, final Path head) {
        final RunDirectory directory = new RunDirectory(root.toAbsolutePath().normalize());
        requireFile(base);
        requireFile(head);
        try {
            Files.createDirectories(directory.root.resolve("jars"));
            Files.createDirectories(directory.forks());
            copy(base, directory.jar(Arm.BASE));
            copy(head, directory.jar(Arm.HEAD));
            ProbeJar.write(directory.probe());
        } catch (final IOException e) {
            throw new BadInputException(root + ": cannot be written (" + e + ")");
        }
        return directory;
    }

    private static void copy(final Path jar, final Path copy) throws IOException {
        if (!Files.exists(copy)) {
            Files.copy(jar, copy);
        } else if (!Digests.sha256(jar).equals(Digests.sha256(copy))) {
            throw new BadInputException(copy + ": belongs to another run, it differs from " + jar);
        }
    }

    private static void requireFile(final Path jar) {
        if (!Files.isRegularFile(jar)) {
            throw new BadInputException(jar + ": is no file");
        }
    }

    /**
     * The copy of a jar.
     *
     * @param arm whose
     * @return its path, equally long for both
     */
    public Path jar(final Arm arm) {
        return root.resolve("jars").resolve(arm.label() + ".jar");
    }

    /** {@return the jar with the probe} */
    public Path probe() {
        return root.resolve("jars").resolve("probe.jar");
    }

    /** {@return the journal of all forks} */
    public Path journal() {
        return root.resolve("forks.jsonl");
    }

    /** {@return where results and logs of forks are} */
    public Path forks() {
        return root.resolve("forks");
    }

    /**
     * A file of a fork.
     *
     * @param job the fork
     * @param suffix .json or .log
     * @return its path, equally long for both arms
     */
    public Path fork(final ForkJob job, final String suffix) {
        return forks().resolve(job.id() + suffix);
    }

    /** {@return the journal of the forks of latency rows} */
    public Path latencyJournal() {
        return root.resolve("latency.jsonl");
    }

    /**
     * The log of response times of a fork, which names the row.
     *
     * @param job the fork
     * @return its path, equally long for both arms
     */
    public Path histograms(final ForkJob job) {
        final String row = job.row().text().replaceAll("[^\\w.=-]+", "_");
        final String start = row.substring(0, Math.min(row.length(), MAX_ROW_CHARS));
        return root.resolve("latency").resolve(start + '-' + job.id() + ".hlog");
    }
}
