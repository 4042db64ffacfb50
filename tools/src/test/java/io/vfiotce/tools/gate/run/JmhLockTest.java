package io.vfiotce.tools.gate.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JmhLockTest {
    private static final long LONG_MS = TimeUnit.MINUTES.toMillis(5);

    @TempDir
    private Path temp;

    private Path file() {
        return temp.resolve("jmh.lock");
    }

    /** Whether somebody else could have the lock; another channel of this JVM stands for another process. */
    private boolean isFree() throws IOException {
        try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.WRITE)) {
            return channel.tryLock() != null;
        } catch (final OverlappingFileLockException e) {
            return false;
        }
    }

    @Test
    void shouldHoldTheLockOnlyWhileTheBodyRuns() throws Exception {
        final boolean free = new JmhLock(file(), 0).held(this::isFree);
        assertEquals(false, free);
        assertTrue(isFree());
        assertThrows(
                IOException.class,
                () -> new JmhLock(file(), 0).held(() -> {
                    throw new IOException("of the body");
                }));
        assertTrue(isFree());
    }

    @Test
    void shouldWaitWhenAnotherHoldsIt() throws Exception {
        final CountDownLatch begun = new CountDownLatch(1);
        final FutureTask<String> second = new FutureTask<>(() -> {
            begun.countDown();
            return new JmhLock(file(), LONG_MS).held(() -> "ran");
        });
        final Thread thread = new Thread(second, "second");
        final boolean ranBeside = new JmhLock(file(), 0).held(() -> {
            thread.start();
            begun.await();
            thread.join(200);
            return second.isDone();
        });
        assertEquals(false, ranBeside);
        assertEquals("ran", second.get());
    }

    @Test
    void shouldFailTheForkWhenAnotherHoldsItForTooLong() throws Exception {
        final String said = new JmhLock(file(), 0)
                .held(() -> assertThrows(ForkFailedException.class, () -> new JmhLock(file(), 0).held(() -> "ran"))
                        .getMessage());
        assertTrue(said.startsWith("other JMHs have held " + file()), said);
    }

    @Test
    void shouldFailTheForkWhenTheFileCannotBeOpened() throws Exception {
        Files.createDirectory(file());
        final String said = assertThrows(ForkFailedException.class, () -> new JmhLock(file(), 0).held(() -> "ran"))
                .getMessage();
        assertTrue(said.contains("cannot be opened"), said);
    }
}
