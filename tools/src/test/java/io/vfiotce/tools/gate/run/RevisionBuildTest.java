package io.vfiotce.tools.gate.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another revision of a small repository, built by a shell script. */
class RevisionBuildTest {
    private static final long NEVER_MS = 3_600_000;

    @TempDir
    private Path temp;

    private Path repository;

    @BeforeEach
    void createRepository() throws Exception {
        repository = Files.createDirectories(temp.resolve("repository"));
        git("init", "-q");
        commit("good");
        commit("better");
    }

    private void commit(final String content) throws Exception {
        Files.writeString(repository.resolve("source"), content);
        git("add", "source");
        git(
                "-c",
                "user.name=a",
                "-c",
                "user.email=a@example.org",
                "-c",
                "commit.gpgsign=false",
                "commit",
                "-qm",
                content);
    }

    private String git(final String... args) throws Exception {
        final List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(args));
        final Path said = temp.resolve("git.txt");
        assertEquals(0, ChildProcess.run(command, repository, said, NEVER_MS), () -> read(said));
        return read(said);
    }

    private static String read(final Path file) {
        try {
            return Files.readString(file).strip();
        } catch (final IOException e) {
            throw new AssertionError(e);
        }
    }

    private String build(final String script, final String revision) throws Exception {
        final List<String> command = List.of("sh", "-c", "pwd >" + temp.resolve("where") + "; " + script);
        return new RevisionBuild(repository, command, Path.of("out", "x.jar"), NEVER_MS)
                .build(revision, temp.resolve("base.jar"), temp.resolve("build.log"));
    }

    private void assertNothingLeft() throws Exception {
        assertEquals(1, git("worktree", "list").lines().count());
        assertFalse(Files.exists(Path.of(read(temp.resolve("where"))).getParent()));
    }

    @Test
    void shouldGiveTheOldJarWhenARevisionBuilds() throws Exception {
        final String commit = build("mkdir out && cp source out/x.jar", "HEAD^1");
        assertEquals(git("rev-parse", "HEAD^1"), commit);
        assertEquals("good", read(temp.resolve("base.jar")));
        assertEquals("better", read(repository.resolve("source")));
        assertNothingLeft();
    }

    @Test
    void shouldNameTheCommitWhenTheRevisionDoesNotBuild() throws Exception {
        final BaseBuildException thrown = assertThrows(
                BaseBuildException.class, () -> build("echo '[INFO] x'; echo '[ERROR] no symbol'; exit 1", "HEAD"));
        assertEquals(git("rev-parse", "HEAD"), thrown.commit());
        assertTrue(thrown.getMessage().contains("does not build, code 1"), thrown.getMessage());
        assertTrue(thrown.getMessage().endsWith("[ERROR] no symbol"), thrown.getMessage());
        assertNothingLeft();
        assertFalse(Files.exists(temp.resolve("base.jar")));
    }

    @Test
    void shouldSayWhatIsMissingWhenTheBuildLeavesNoJar() throws Exception {
        final String said = assertThrows(BaseBuildException.class, () -> build("true", "HEAD"))
                .getMessage();
        assertTrue(said.contains("left no out/x.jar"), said);
        assertNothingLeft();
    }

    @Test
    void shouldTakeTheCommitAndNotWhatGitComplainsOf() throws Exception {
        final String head = git("rev-parse", "HEAD");
        // Git warns of the value as it stands.
        git("config", "core.fsyncMethod", "x\n" + "0".repeat(40) + "\n");
        final RevisionBuild build = new RevisionBuild(repository, List.of("true"), Path.of("x.jar"), NEVER_MS);
        assertEquals(head, build.commit("HEAD"));
    }

    @Test
    void shouldCallItBadInputWhenThereIsNoSuchRevision() {
        final String said = assertThrows(BadInputException.class, () -> build("true", "HEAD^7"))
                .getMessage();
        assertTrue(said.contains("there is no revision 'HEAD^7'"), said);
        assertFalse(Files.exists(temp.resolve("where")));
    }

    @Test
    void shouldLeaveOtherWorktreesWhenOneOfThemIsOutOfSight() throws Exception {
        final Path other = temp.resolve("other");
        git("worktree", "add", "--detach", other.toString());
        Files.move(other, temp.resolve("unmounted"));
        build("mkdir out && cp source out/x.jar", "HEAD^1");
        Files.move(temp.resolve("unmounted"), other);
        git("-C", other.toString(), "status");
    }

    @Test
    void shouldRefuseAJarThatIsNotInTheCheckout() {
        for (final Path jar :
                List.of(temp.resolve("head.jar"), Path.of("..", "head.jar"), Path.of("a", "..", "..", "b"))) {
            final RevisionBuild build = new RevisionBuild(repository, List.of("true"), jar, NEVER_MS);
            assertThrows(
                    BadInputException.class,
                    () -> build.build("HEAD", temp.resolve("base.jar"), temp.resolve("build.log")));
        }
    }
}
