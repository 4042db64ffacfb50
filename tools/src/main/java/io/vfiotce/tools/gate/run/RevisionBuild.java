package io.vfiotce.tools.gate.run;

import io.vfiotce.tools.BadInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Builds the benchmarks of another revision in a git worktree of its own, which is gone afterwards whatever happened.
 *
 * @param repository a directory of the repository
 * @param command program and arguments that build, run in the worktree's top directory
 * @param jar where the built jar is, relative to the worktree
 * @param timeoutMs after this many milliseconds the build has failed
 */
public record RevisionBuild(Path repository, List<String> command, Path jar, long timeoutMs) {
    /** How this project builds its benchmarks. */
    public static final List<String> MAVEN = List.of(
            "mvn",
            "-q",
            "-B",
            "-pl",
            "bench",
            "-am",
            "package",
            "-DskipTests",
            "-Dspotless.check.skip=true",
            "-Dcheckstyle.skip=true");

    /** Where this project's jar is. */
    public static final Path MAVEN_JAR = Path.of("bench", "target", "benchmarks.jar");

    private static final long GIT_TIMEOUT_MS = TimeUnit.MINUTES.toMillis(2);

    /**
     * Finds the commit that a revision names.
     *
     * @param revision as git takes it: a branch, {@code HEAD^1}, an id
     * @return full id of the commit
     * @throws BadInputException if there is no such revision, or no repository
     * @throws IOException if git cannot be started
     * @throws InterruptedException if the caller is interrupted
     */
    public String commit(final String revision) throws IOException, InterruptedException {
        final Path said = Files.createTempFile("git", ".txt");
        try {
            final ProcessBuilder git = new ProcessBuilder(
                            "git", "rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}")
                    .directory(repository.toAbsolutePath().toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .redirectOutput(said.toFile());
            final int code = ChildProcess.run(git, GIT_TIMEOUT_MS);
            if (code != 0) {
                throw new BadInputException("there is no revision '" + revision + "' in " + repository);
            }
            return Files.readString(said).strip();
        } finally {
            Files.delete(said);
        }
    }

    /**
     * Builds a revision.
     *
     * @param revision as git takes it
     * @param target file that gets the jar
     * @param log file that gets the build's output
     * @return full id of the commit
     * @throws BadInputException if there is no such revision
     * @throws BaseBuildException if it does not build, or leaves no jar
     * @throws IOException if a program cannot be started, or the jar not be copied
     * @throws InterruptedException if the caller is interrupted; the worktree is gone then
     */
    public String build(final String revision, final Path target, final Path log)
            throws IOException, InterruptedException {
        if (jar.isAbsolute() || jar.normalize().startsWith("..")) {
            throw new BadInputException(jar + ": is not in the checkout that is built");
        }
        final String commit = commit(revision);
        final Path directory = TemporaryDirectory.create();
        final Path tree = directory.resolve("tree");
        try {
            if (git(log, "worktree", "add", "--detach", tree.toString(), commit) != 0) {
                throw new BaseBuildException(
                        commit,
                        commit + ": cannot be checked out: " + ForkLog.read(log).complaint());
            }
            final int code = ChildProcess.run(command, tree, log, timeoutMs);
            if (code != 0) {
                final String how = code == ChildProcess.TIMED_OUT
                        ? "takes longer than " + timeoutMs + " ms to build"
                        : "does not build, code " + code;
                throw new BaseBuildException(
                        commit,
                        commit + ": " + how + ", see " + log + ": "
                                + ForkLog.read(log).complaint());
            }
            if (!Files.isRegularFile(tree.resolve(jar))) {
                throw new BaseBuildException(commit, commit + ": was built but left no " + jar + ", see " + log);
            }
            Files.copy(tree.resolve(jar), target, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            remove(directory, tree);
        }
        return commit;
    }

    private int git(final Path output, final String... args) throws IOException, InterruptedException {
        final List<String> git = new ArrayList<>(List.of("git"));
        git.addAll(List.of(args));
        return ChildProcess.run(git, repository.toAbsolutePath(), output, GIT_TIMEOUT_MS);
    }

    /** This worktree and no other: those that are out of sight at the moment are somebody's. Forced twice, for it may be locked. */
    private void remove(final Path directory, final Path tree) {
        try {
            new ProcessBuilder("git", "worktree", "remove", "--force", "--force", tree.toString())
                    .directory(repository.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .onExit()
                    .join();
            TemporaryDirectory.remove(directory);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
