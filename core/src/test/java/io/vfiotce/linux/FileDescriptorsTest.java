package io.vfiotce.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vfiotce.support.TestFile;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** File descriptors: lowest free number first, EMFILE, EBADF, one release each. */
class FileDescriptorsTest {
    private int released;

    private OpenFile file() {
        return new TestFile(() -> released++);
    }

    private static Errno errno(final Runnable call) {
        return assertThrows(LinuxException.class, call::run).errno();
    }

    @Test
    void shouldGiveTheLowestFreeNumberWhenOthersWereClosed() {
        final FileDescriptors files = new FileDescriptors(100);
        for (int i = 0; i < 5; i++) {
            assertEquals(i, files.install(file()));
        }
        files.close(3);
        files.close(1);
        assertEquals(1, files.install(file()));
        assertEquals(3, files.install(file()));
        assertEquals(5, files.install(file()));
        assertEquals(6, files.openCount());
    }

    @Test
    void shouldAgreeWithASortedSetWhenOpenedAndClosedAtRandom() {
        final FileDescriptors files = new FileDescriptors(40);
        final TreeSet<Integer> free = new TreeSet<>();
        for (int i = 0; i < 40; i++) {
            free.add(i);
        }
        final Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            final int fd = random.nextInt(40);
            if (random.nextInt(3) == 0 && !free.contains(fd)) {
                files.close(fd);
                free.add(fd);
            } else if (!free.isEmpty()) {
                assertEquals(free.pollFirst(), files.install(file()));
            }
            assertEquals(40 - free.size(), files.openCount());
        }
    }

    @Test
    void shouldReportEmfileAndChangeNothingWhenTheLimitIsReached() {
        final FileDescriptors files = new FileDescriptors(2);
        files.install(file());
        files.install(file());
        assertEquals(Errno.EMFILE, errno(() -> files.install(file())));
        assertEquals(2, files.openCount());
        files.close(0);
        assertEquals(0, files.install(file()));
        assertEquals(Errno.EMFILE, errno(() -> new FileDescriptors(0).install(file())));
    }

    @Test
    void shouldReportEbadfWhenADescriptorIsNotOpen() {
        final FileDescriptors files = new FileDescriptors(10);
        final OpenFile file = file();
        assertSame(file, files.file(files.install(file)));
        files.close(0);
        for (final int fd : new int[] {0, 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            assertEquals(Errno.EBADF, errno(() -> files.file(fd)));
            assertEquals(Errno.EBADF, errno(() -> files.close(fd)));
        }
        assertEquals(1, released);
    }

    @Test
    void shouldReleaseLastWhenAHeldFileIsClosed() {
        final FileDescriptors files = new FileDescriptors(10);
        final OpenFile held = files.hold(files.install(file()));
        files.close(0);
        assertEquals(0, released);
        assertEquals(Errno.EBADF, errno(() -> files.hold(0)));
        held.put();
        assertEquals(1, released);
        assertEquals(Errno.EBADF, errno(held::hold));
        assertThrows(IllegalStateException.class, held::put);
        assertEquals(Errno.EBADF, errno(held::hold));
    }

    @Test
    void shouldHoldAndPutWhenAnotherThreadIsInACallThatHasTheFilesMonitor() throws InterruptedException {
        final FileDescriptors files = new FileDescriptors(10);
        final OpenFile file = file();
        files.install(file);
        final Thread other = new Thread(() -> files.hold(0).put());
        other.setDaemon(true);
        synchronized (file) {
            other.start();
            other.join(TimeUnit.SECONDS.toMillis(30));
            assertFalse(other.isAlive(), "it waits for the monitor");
        }
    }

    @Test
    void shouldReleaseOnceWhenThreadsHoldAndPutAtTheSameTime() throws InterruptedException {
        final FileDescriptors files = new FileDescriptors(10);
        final AtomicInteger releases = new AtomicInteger();
        for (int round = 0; round < 2_000; round++) {
            final int fd = files.install(new TestFile(releases::incrementAndGet));
            final OpenFile file = files.file(fd);
            final Thread other = new Thread(() -> {
                try {
                    file.hold().put();
                } catch (final LinuxException e) {
                    assertEquals(Errno.EBADF, e.errno());
                }
            });
            other.start();
            files.close(fd);
            other.join();
            assertEquals(round + 1, releases.get());
        }
    }

    @Test
    void shouldAllowReentryWhenReleaseClosesAnother() {
        final FileDescriptors files = new FileDescriptors(10);
        final int inner = files.install(file());
        final int outer = files.install(new TestFile(() -> files.close(inner)));
        files.close(outer);
        assertEquals(1, released);
        assertEquals(0, files.openCount());
    }

    @Test
    void shouldRefuseWhenTheLimitIsNegative() {
        assertThrows(IllegalArgumentException.class, () -> new FileDescriptors(-1));
    }

    @Test
    void shouldNameTheNumberWhenAnErrorIsReported() {
        final LinuxException e = new LinuxException(Errno.EINVAL, "why");
        assertEquals(-22, e.result());
        assertEquals("EINVAL: why", e.getMessage());
    }
}
