package io.vfiotce.vfio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.linux.Errno;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.memory.UserProcess;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionService;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls that race on one group: each gets a legal answer, and everything is released in the end. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class VfioRaceTest {
    private static final int ROUNDS = 2000;
    private final VfioFixture f = new VfioFixture();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void close() {
        threads.shutdownNow();
        f.close();
    }

    /** Runs all bodies at once, each the same number of times; all start each round together. */
    private void race(final int rounds, final Runnable betweenRounds, final List<Runnable> bodies) throws Exception {
        final CyclicBarrier start = new CyclicBarrier(bodies.size());
        final CyclicBarrier end = new CyclicBarrier(bodies.size(), betweenRounds);
        final CompletionService<Void> running = new ExecutorCompletionService<>(threads);
        for (final Runnable body : bodies) {
            running.submit(() -> {
                for (int round = 0; round < rounds; round++) {
                    start.await();
                    body.run();
                    end.await();
                }
                return null;
            });
        }
        // The first to fail is the first to end: the others still wait for it.
        for (int i = 0; i < bodies.size(); i++) {
            running.take().get();
        }
    }

    private static boolean attempt(final Set<Errno> refusals, final Runnable call) {
        try {
            call.run();
            return true;
        } catch (final LinuxException e) {
            assertTrue(refusals.contains(e.errno()), e.getMessage());
            return false;
        }
    }

    @Test
    void shouldHaveOneWinnerWhenEightThreadsOpenAGroup() throws Exception {
        f.newDevice();
        final AtomicInteger winners = new AtomicInteger();
        final AtomicInteger fd = new AtomicInteger();
        final Runnable open = () -> {
            if (attempt(EnumSet.of(Errno.EBUSY), () -> fd.set(f.openGroup(0)))) {
                winners.incrementAndGet();
            }
        };
        race(
                ROUNDS,
                () -> {
                    assertEquals(1, winners.getAndSet(0));
                    f.close(fd.get());
                    f.assertIdle(0);
                },
                IntStream.range(0, 8).mapToObj(i -> open).toList());
    }

    @Test
    void shouldHaveOneOwnerAtATimeWhenEightThreadsOpenAndCloseAGroup() throws Exception {
        f.newDevice();
        final AtomicInteger owners = new AtomicInteger();
        final Runnable openAndClose = () -> {
            for (int i = 0; i < ROUNDS; i++) {
                attempt(EnumSet.of(Errno.EBUSY), () -> {
                    final int fd = f.openGroup(0);
                    assertEquals(1, owners.incrementAndGet());
                    owners.decrementAndGet();
                    f.close(fd);
                });
            }
        };
        race(
                5,
                () -> f.assertIdle(0),
                IntStream.range(0, 8).mapToObj(i -> openAndClose).toList());
    }

    static Stream<Named<Consumer<VfioFixture>>> guardedCalls() {
        return Stream.of(
                VfioFixture.row("open", f -> attempt(EnumSet.of(Errno.EBUSY), () -> f.openGroup(0))),
                VfioFixture.row(
                        "external user",
                        f -> VfioExternalUser.putExternalUser(VfioExternalUser.getExternalUser(f.groupFile(1)))),
                VfioFixture.row("unset container", f -> f.groupFile(1).unsetContainer()),
                VfioFixture.row("open device", f -> f.openDevice(1, "dev0.0")),
                VfioFixture.row("close", f -> f.close(1)));
    }

    /** The windows of these races are too short to be hit reliably, so the lock itself is looked at. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("guardedCalls")
    void shouldWaitWhenAnotherThreadHasTheGroupsLock(final Consumer<VfioFixture> call) throws Exception {
        f.newDevice();
        f.enter(f.openContainer(), 0);
        f.setIommu(0);
        final VfioGroup group = f.group(0);
        final Thread caller = new Thread(() -> call.accept(f));
        synchronized (group.lock()) {
            final int users = group.containerUsers();
            caller.start();
            while (caller.getState() != Thread.State.BLOCKED) {
                assertTrue(caller.isAlive(), "it did not wait for the lock");
                Thread.onSpinWait();
            }
            assertEquals(users, group.containerUsers());
            assertTrue(group.opened());
        }
        caller.join();
    }

    @Test
    void shouldKeepCountsRightWhenSetUnsetAndOpenRace() throws Exception {
        f.driver.quiet();
        f.newDevice();
        final int container = f.openContainer();
        final int group = f.openGroup(0);
        final Set<Errno> legal = EnumSet.of(Errno.EINVAL, Errno.EBUSY);
        final VfioGroupFile file = f.groupFile(group);
        race(
                ROUNDS,
                () -> assertTrue(f.group(0).containerUsers() <= 1),
                List.of(
                        () -> {
                            attempt(legal, () -> file.setContainer(f.process, container));
                            attempt(legal, () -> f.setIommu(container));
                        },
                        () -> attempt(legal, file::unsetContainer),
                        () -> attempt(legal, () -> f.close(f.openDevice(group, "dev0.0"))),
                        () -> attempt(
                                legal,
                                () -> VfioExternalUser.putExternalUser(VfioExternalUser.getExternalUser(file)))));
        f.close(group);
        f.assertIdle(0);
    }

    @ParameterizedTest(name = "V-06, V-13 order {0}")
    @ValueSource(strings = {"cgd", "cdg", "gcd", "gdc", "dcg", "dgc"})
    void shouldReleaseEverythingWhenFilesCloseDuringCalls(final String order) throws Exception {
        f.driver.quiet();
        f.newDevice();
        final int[] fds = new int[3];
        final Runnable setUp = () -> {
            fds[0] = f.openContainer();
            fds[1] = f.enter(fds[0], 0);
            f.setIommu(fds[0]);
            fds[2] = f.openDevice(fds[1], "dev0.0");
        };
        setUp.run();
        race(
                ROUNDS / 4,
                () -> {
                    f.assertIdle(0);
                    setUp.run();
                },
                List.of(
                        () -> order.chars().forEach(letter -> f.close(fds["cgd".indexOf(letter)])),
                        () -> {
                            for (int i = 0; i < 10; i++) {
                                final long result = f.ioctl(fds[0], VfioRequest.VFIO_IOMMU_MAP_DMA, 1);
                                assertTrue(result == 1 || result == -22 || result == -9, "" + result);
                            }
                        },
                        () -> attempt(EnumSet.of(Errno.EINVAL, Errno.EBADF), () -> externalUser(fds[1]))));
        f.close(fds[2], fds[1], fds[0]);
        f.assertIdle(0);
    }

    private void externalUser(final int groupFd) {
        final var file = f.process.files().hold(groupFd);
        final VfioGroup group;
        try {
            group = VfioExternalUser.getExternalUser(file);
        } finally {
            file.put();
        }
        assertEquals(0, VfioExternalUser.iommuId(group));
        assertEquals(1, VfioExternalUser.checkExtension(group, VfioFixture.TYPE));
        assertEquals(1, f.driver.liveData());
        VfioExternalUser.putExternalUser(group);
    }

    @Test
    void shouldForgetTheGroupWhenDevicesComeAndGoWhileItIsOpened() throws Exception {
        final var device = f.unregisteredDevice(f.host.newGroup());
        final UserProcess other = new UserProcess(new ProcessConfig());
        race(
                ROUNDS,
                () -> {
                    assertEquals(0, f.vfio.groupCount());
                    assertEquals(0, device.group().references());
                },
                List.of(
                        () -> {
                            f.vfio.addGroupDev(device, f.ops, "data");
                            f.vfio.delGroupDev(device);
                        },
                        () -> attempt(
                                EnumSet.of(Errno.ENODEV), () -> other.files().close(f.vfio.openGroup(other, 0))),
                        () -> {
                            final VfioDevice found = f.vfio.getFromDev(device);
                            if (found != null) {
                                found.put();
                            }
                        }));
        other.close();
    }
}
