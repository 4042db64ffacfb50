package io.vfiotce.kvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.linux.Errno;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.support.SpinBarrier;
import io.vfiotce.support.TestFile;
import io.vfiotce.tce.IommuTable;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls on one KVM-VFIO device from several threads: no deadlock, every refusal is a legal one, nothing is left. */
class KvmVfioRaceTest {
    private static final int ROUNDS = 3_000;

    private final KvmVfioSetup setup = new KvmVfioSetup();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final Map<Errno, Integer> refusals = new EnumMap<>(Errno.class);
    private final ReentrantLock refusalsLock = new ReentrantLock();

    @AfterEach
    void close() {
        setup.close();
    }

    private interface Action {
        void run(int round);
    }

    /** Runs each action in a thread of its own, all together in every round; a refusal with another errno fails the test. */
    private void race(final Set<Errno> legal, final Action... actions) throws InterruptedException {
        final Phaser together = new Phaser(actions.length);
        final List<Thread> threads = Stream.of(actions)
                .map(action -> new Thread(() -> rounds(action, together, legal)))
                .toList();
        threads.forEach(Thread::start);
        for (final Thread thread : threads) {
            thread.join();
        }
        assertNull(failure.get(), () -> failure.get().toString());
    }

    private void rounds(final Action action, final Phaser together, final Set<Errno> legal) {
        try {
            for (int round = 0; round < ROUNDS; round++) {
                together.arriveAndAwaitAdvance();
                try {
                    action.run(round);
                } catch (final LinuxException e) {
                    count(e, legal);
                }
            }
        } catch (final RuntimeException | Error e) {
            failure.compareAndSet(null, e);
        } finally {
            together.arriveAndDeregister();
        }
    }

    private void count(final LinuxException refusal, final Set<Errno> legal) {
        if (!legal.contains(refusal.errno())) {
            throw refusal;
        }
        refusalsLock.lock();
        try {
            refusals.merge(refusal.errno(), 1, Integer::sum);
        } finally {
            refusalsLock.unlock();
        }
    }

    @Test
    void shouldKeepNoEntryWhenAddDelAndReleaseRace() throws InterruptedException {
        final KvmVfioSetup.HostGroup group = setup.group().ready();
        final int groupFd = group.groupFd;
        final int tableFd = setup.table(1);
        final IommuTable hardware = group.window(0);
        final AtomicReference<KvmVfioDevice> current = new AtomicReference<>(setup.kvmVfio());
        // V-08: the third thread closes the device under the others and makes a new one.
        race(
                Set.of(Errno.EEXIST, Errno.ENOENT, Errno.EIO),
                round -> {
                    current.get().groupAdd(groupFd);
                    current.get().setSpaprTce(groupFd, tableFd);
                },
                round -> current.get().groupDel(groupFd),
                round -> {
                    setup.process.files().close(deviceFd(current.get()));
                    setup.vm.createDevice(KvmDeviceDescriptor.KVM_DEV_TYPE_VFIO, 0);
                    current.set(CallForm.device(setup.vm, setup.device));
                });
        setup.process.files().close(setup.device);
        assertEquals(1, group.vfioGroup.containerUsers());
        assertEquals(2, group.vfioGroup.references());
        assertEquals(1, group.iommuGroup.references());
        assertEquals(0, setup.tceTable(tableFd).attached().size());
        assertEquals(1, hardware.references());
    }

    private int deviceFd(final KvmVfioDevice device) {
        assertEquals(device, setup.process.files().file(setup.device));
        return setup.device;
    }

    @Test
    void shouldNotDeadlockWhenGroupsAreSetOpenedAndClosed() throws InterruptedException {
        final KvmVfioSetup.HostGroup first = setup.group().ready();
        final KvmVfioSetup.HostGroup second = setup.group();
        final int tableFd = setup.table(1);
        first.window(0);
        // V-09, V-13: locks of device, VM, groups and container are taken from every side.
        race(
                Set.of(Errno.EEXIST, Errno.ENOENT, Errno.EINVAL, Errno.EBUSY, Errno.EBADF, Errno.ENOTTY),
                round -> {
                    final KvmVfioDevice device = setup.kvmVfio();
                    device.groupAdd(first.groupFd);
                    device.setSpaprTce(first.groupFd, tableFd);
                    device.groupDel(first.groupFd);
                },
                round -> {
                    second.open();
                    try {
                        second.file().setContainer(setup.process, first.containerFd);
                        setup.kvmVfio().groupAdd(second.groupFd);
                        setup.kvmVfio().setSpaprTce(second.groupFd, tableFd);
                        setup.kvmVfio().groupDel(second.groupFd);
                    } finally {
                        CallForm.METHOD.del(setup.vm, setup.device, second.groupFd);
                        setup.process.files().close(second.groupFd);
                    }
                },
                round -> {
                    final int fd = first.file().getDeviceFd(setup.process, first.hostDevice.name());
                    setup.process.files().close(fd);
                },
                round -> {
                    first.windows().remove(0);
                    first.window(0);
                });
        setup.process.files().close(tableFd);
        setup.process.files().close(setup.device);
        assertEquals(1, first.vfioGroup.containerUsers());
        assertEquals(0, second.vfioGroup.containerUsers());
    }

    @Test
    void shouldHoldTheTableWhenItsDescriptorClosesDuringTheCall() throws InterruptedException {
        final KvmVfioSetup.HostGroup group = setup.group().ready();
        setup.kvmVfio().groupAdd(group.groupFd);
        final IommuTable hardware = group.window(0);
        final int[] tableFd = {setup.table(1)};
        final int[] linked = new int[1];
        // T-15, T-17: the table goes between look-up and use; a LIOBN that is there again is another table.
        race(
                Set.of(Errno.EBADF),
                round -> {
                    if (round % 2 == 0) {
                        setup.kvmVfio().setSpaprTce(group.groupFd, tableFd[0]);
                        linked[0]++;
                    }
                },
                round -> {
                    if (round % 2 == 0) {
                        setup.process.files().close(tableFd[0]);
                    } else {
                        assertEquals(1, hardware.references(), "the closed table let go");
                        tableFd[0] = setup.table(1);
                        assertEquals(0, setup.tceTable(tableFd[0]).attached().size(), "T-18");
                    }
                });
        assertEquals(ROUNDS / 2, linked[0] + refusals.getOrDefault(Errno.EBADF, 0));
        assertTrue(linked[0] > 0, "no call was faster than the closing");
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void shouldPutTheWrongFileWithoutTheLockWhenItsDescriptorClosesDuringTheCall() throws InterruptedException {
        final KvmVfioSetup.HostGroup group = setup.group().ready();
        final KvmVfioDevice device = setup.kvmVfio();
        device.groupAdd(group.groupFd);
        final Thread caller = Thread.currentThread();
        final List<Boolean> underLock = new ArrayList<>();
        final int[] wrongFd = new int[1];
        final AtomicBoolean enough = new AtomicBoolean();
        final SpinBarrier together = new SpinBarrier();
        final Thread closer = new Thread(() -> {
            together.await();
            while (!enough.get()) {
                setup.process.files().close(wrongFd[0]);
                together.await();
                together.await();
            }
        });
        closer.setDaemon(true);
        closer.start();
        // The call's put is the last one if the descriptor closes between its look-up and its refusal.
        while (underLock.size() < 20) {
            wrongFd[0] = setup.process.files().install(new TestFile(() -> {
                if (Thread.currentThread() == caller) {
                    underLock.add(Thread.holdsLock(device));
                }
            }));
            together.await();
            final long result = CallForm.METHOD.set(setup.vm, setup.device, group.groupFd, wrongFd[0]);
            assertTrue(result == -Errno.EINVAL.number() || result == -Errno.EBADF.number(), () -> "result " + result);
            together.await();
        }
        enough.set(true);
        together.await();
        closer.join();
        assertFalse(underLock.contains(true));
    }

    @Test
    void shouldLetTheGroupGoWhenTheDeviceClosesWhileItIsBeingAdded() throws InterruptedException {
        final KvmVfioSetup.HostGroup first = setup.group().ready();
        final KvmVfioSetup.HostGroup second = setup.group().open();
        final KvmVfioDevice device = setup.kvmVfio();
        final AtomicReference<Long> result = new AtomicReference<>();
        final Thread adding = new Thread(() -> result.set(CallForm.result(() -> device.groupAdd(second.groupFd))));
        // V-08: ADD is past its first check and waits for the group, which is just entering its container.
        setup.driver.onAttach(() -> {
            adding.start();
            while (adding.getState() != Thread.State.BLOCKED) {
                Thread.onSpinWait();
            }
            setup.process.files().close(setup.device);
        });
        second.file().setContainer(setup.process, first.containerFd);
        adding.join();
        assertEquals(-Errno.EIO.number(), result.get());
        assertEquals(1, second.vfioGroup.containerUsers());
        assertEquals(0, device.groupCount());
    }
}
