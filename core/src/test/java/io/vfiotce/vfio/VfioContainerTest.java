package io.vfiotce.vfio;

import static io.vfiotce.vfio.VfioFixture.TYPE;
import static io.vfiotce.vfio.VfioFixture.fails;
import static io.vfiotce.vfio.VfioFixture.row;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.vfiotce.linux.Errno;
import io.vfiotce.linux.IoctlArgument;
import io.vfiotce.support.TestFile;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The IOMMU-driver registry and the container file, row by row of the reference. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class VfioContainerTest {
    static Stream<Named<Consumer<VfioFixture>>> registry() {
        return Stream.of(
                row("§1.5 register: same ops listed → EINVAL", f -> {
                    fails(Errno.EINVAL, () -> f.vfio.registerIommuDriver(f.driver));
                    assertEquals(1, f.vfio.drivers().size());
                }),
                row("§1.5 register: at the head, the newest is polled first", f -> {
                    final FakeIommuDriver newest = new FakeIommuDriver("newest", 1);
                    f.vfio.registerIommuDriver(newest);
                    assertEquals(List.of(newest, f.driver), f.vfio.drivers());
                }),
                row("§1.5 unregister: removes the driver; a container that uses it keeps it", f -> {
                    f.newDevice();
                    final int container = f.openContainer();
                    f.enter(container, 0);
                    f.setIommu(container);
                    f.vfio.unregisterIommuDriver(f.driver);
                    assertEquals(List.of(), f.vfio.drivers());
                    assertEquals(1, f.ioctl(container, VfioRequest.VFIO_CHECK_EXTENSION, TYPE));
                }),
                row("§1.5 unregister: unknown ops is ignored", f -> {
                    f.vfio.unregisterIommuDriver(new FakeIommuDriver("other", TYPE));
                    assertEquals(List.of(f.driver), f.vfio.drivers());
                }),
                row("§1.5 contract: CHECK_EXTENSION comes without data when no driver is set", f -> {
                    assertEquals(1, f.ioctl(f.openContainer(), VfioRequest.VFIO_CHECK_EXTENSION, TYPE));
                    assertEquals(List.of("check 7"), f.driver.calls());
                }));
    }

    static Stream<Named<Consumer<VfioFixture>>> simpleCalls() {
        return Stream.of(
                row("§1.6 open: kref 1, empty, no driver", f -> {
                    final VfioContainer container = f.container(f.openContainer());
                    assertEquals(1, container.references());
                    assertEquals(List.of(), container.groups());
                    assertNull(container.driverName());
                }),
                row("§1.6 GET_API_VERSION → 0", f -> {
                    final int fd = f.openContainer();
                    assertEquals(0, f.ioctl(fd, VfioRequest.VFIO_GET_API_VERSION, 77));
                    assertEquals(0, f.ioctl(fd, 0x3B64, 77), "the encoding of x86");
                }),
                row("§1.6 CHECK_EXTENSION: driver set → ask only it", f -> {
                    f.newDevice();
                    final int fd = f.openContainer();
                    f.enter(fd, 0);
                    f.setIommu(fd);
                    f.vfio.registerIommuDriver(new FakeIommuDriver("newer", VfioExtension.EEH));
                    f.driver.forgetCalls();
                    assertEquals(0, f.ioctl(fd, VfioRequest.VFIO_CHECK_EXTENSION, VfioExtension.EEH));
                    assertEquals(List.of("check with data 5"), f.driver.calls());
                }),
                row("§1.6 CHECK_EXTENSION: not set → first positive result wins", f -> {
                    final FakeIommuDriver newer = new FakeIommuDriver("newer", TYPE);
                    newer.answers(3);
                    f.vfio.registerIommuDriver(newer);
                    assertEquals(3, f.ioctl(f.openContainer(), VfioRequest.VFIO_CHECK_EXTENSION, TYPE));
                    assertEquals(List.of(), f.driver.calls());
                }),
                row("§1.6 CHECK_EXTENSION: none positive → the last polled driver's result", f -> {
                    final FakeIommuDriver newer = new FakeIommuDriver("newer", TYPE);
                    newer.failsToAnswer(Errno.EPERM);
                    f.vfio.registerIommuDriver(newer);
                    final int fd = f.openContainer();
                    assertEquals(0, f.ioctl(fd, VfioRequest.VFIO_CHECK_EXTENSION, 1));
                    newer.failsToAnswer(null);
                    f.driver.failsToAnswer(Errno.EPERM);
                    assertEquals(-1, f.ioctl(fd, VfioRequest.VFIO_CHECK_EXTENSION, 1));
                    final FakeIommuDriver newest = new FakeIommuDriver("newest", 1);
                    f.vfio.registerIommuDriver(newest);
                    assertEquals(1, f.ioctl(fd, VfioRequest.VFIO_CHECK_EXTENSION, 1), "a yes ends the search");
                }),
                row("§1.6 CHECK_EXTENSION: empty registry → 0", f -> {
                    f.vfio.unregisterIommuDriver(f.driver);
                    assertEquals(0, f.ioctl(f.openContainer(), VfioRequest.VFIO_CHECK_EXTENSION, TYPE));
                }));
    }

    static Stream<Named<Consumer<VfioFixture>>> otherIoctls() {
        return Stream.of(
                row("§1.6 other ioctl: no driver → EINVAL", f -> {
                    final int fd = f.openContainer();
                    assertEquals(-22, f.ioctl(fd, VfioRequest.VFIO_IOMMU_MAP_DMA, 5));
                    assertEquals(-22, f.ioctl(fd, 12345, 5));
                    fails(Errno.EINVAL, () -> f.container(fd).iommu(FakeIommuDriver.Data.class));
                }),
                row("§1.6 other ioctl: driver → passed through without the lock, positive results too", f -> {
                    f.newDevice();
                    final int fd = f.openContainer();
                    f.enter(fd, 0);
                    f.setIommu(fd);
                    final VfioContainer container = f.container(fd);
                    f.driver.onIoctl(
                            () -> CompletableFuture.runAsync(container::groups).join());
                    assertEquals(5, f.ioctl(fd, VfioRequest.VFIO_IOMMU_MAP_DMA, 5));
                    assertEquals(6, f.ioctl(fd, 12345, 6), "numbers that VFIO does not know too");
                    assertEquals(7, f.ioctl(fd, VfioRequest.VFIO_GROUP_GET_STATUS, 7), "and those of groups");
                    assertEquals(
                            1,
                            container
                                    .iommu(FakeIommuDriver.Data.class)
                                    .attached()
                                    .size());
                    fails(Errno.EINVAL, () -> container.iommu(String.class));
                }));
    }

    static Stream<Named<Consumer<VfioFixture>>> setIommu() {
        return Stream.of(
                row("§1.6 SET_IOMMU 1: no groups attached → EINVAL", f -> {
                    assertEquals(-22, f.ioctl(f.openContainer(), VfioRequest.VFIO_SET_IOMMU, TYPE));
                    assertEquals(List.of(), f.driver.calls());
                }),
                row("§1.6 SET_IOMMU 1: a driver already set → EINVAL", f -> {
                    f.newDevice();
                    final int fd = f.openContainer();
                    f.enter(fd, 0);
                    assertEquals(0, f.ioctl(fd, VfioRequest.VFIO_SET_IOMMU, TYPE));
                    assertEquals(-22, f.ioctl(fd, VfioRequest.VFIO_SET_IOMMU, TYPE));
                    assertEquals(1, f.driver.liveData());
                }),
                row("§1.6 SET_IOMMU 2: CHECK_EXTENSION ≤ 0 → skip; nothing usable → ENODEV", f -> {
                    f.newDevice();
                    final int fd = f.openContainer();
                    f.enter(fd, 0);
                    final FakeIommuDriver silent = new FakeIommuDriver("silent", 1);
                    silent.failsToAnswer(Errno.EPERM);
                    f.vfio.registerIommuDriver(silent);
                    assertEquals(-19, f.ioctl(fd, VfioRequest.VFIO_SET_IOMMU, 1));
                    assertEquals(List.of("check 1"), f.driver.calls());
                    assertEquals(List.of("check 1"), silent.calls());
                }),
                row("§1.6 SET_IOMMU 2: attaches every group in list order, the newest first", f -> {
                    final int fd = threeGroups(f);
                    f.setIommu(fd);
                    assertEquals(List.of("check 7", "open 7", "attach 2", "attach 1", "attach 0"), f.driver.calls());
                    assertEquals("fake", f.container(fd).driverName());
                    assertEquals(4, f.container(fd).references());
                }));
    }

    static Stream<Named<Consumer<VfioFixture>>> setIommuErrors() {
        return Stream.of(
                row("§1.6 SET_IOMMU 2, V-17: attach fails → detached in reverse, released; a retry works", f -> {
                    final int fd = threeGroups(f);
                    f.driver.refuses(0);
                    assertEquals(-1, f.ioctl(fd, VfioRequest.VFIO_SET_IOMMU, TYPE));
                    assertEquals(
                            List.of(
                                    "check 7",
                                    "open 7",
                                    "attach 2",
                                    "attach 1",
                                    "refuse 0",
                                    "detach 1",
                                    "detach 2",
                                    "release"),
                            f.driver.calls());
                    assertNull(f.container(fd).driverName());
                    f.driver.refuses(-1);
                    assertEquals(0, f.ioctl(fd, VfioRequest.VFIO_SET_IOMMU, TYPE));
                }),
                row("§1.6 SET_IOMMU error policy [5.10]: tries the remaining drivers", f -> {
                    f.newDevice();
                    final int fd = f.openContainer();
                    f.enter(fd, 0);
                    final FakeIommuDriver newer = new FakeIommuDriver("newer", TYPE);
                    newer.failsToOpen(Errno.ENOMEM);
                    f.vfio.registerIommuDriver(newer);
                    f.setIommu(fd);
                    assertEquals("fake", f.container(fd).driverName());
                }),
                row("§1.6 SET_IOMMU error policy [5.10]: returns the last error", f -> {
                    f.newDevice();
                    final int fd = f.openContainer();
                    f.enter(fd, 0);
                    final FakeIommuDriver newer = new FakeIommuDriver("newer", TYPE);
                    newer.failsToOpen(Errno.ENOMEM);
                    f.vfio.registerIommuDriver(newer);
                    f.driver.refuses(0);
                    fails(Errno.EPERM, () -> f.setIommu(fd));
                }));
    }

    private static int threeGroups(final VfioFixture f) {
        final int fd = f.openContainer();
        for (int id = 0; id < 3; id++) {
            f.newDevice();
            f.enter(fd, id);
        }
        return fd;
    }

    static Stream<Named<Consumer<VfioFixture>>> rest() {
        final IoctlArgument memory = IoctlArgument.ofNew(8);
        return Stream.of(
                row("§1.6 read/write/mmap: no driver → EINVAL", f -> {
                    final VfioContainer container = f.container(f.openContainer());
                    fails(Errno.EINVAL, () -> container.read(memory, 8, 0));
                    fails(Errno.EINVAL, () -> container.write(memory, 8, 0));
                    fails(Errno.EINVAL, () -> container.mmap(0, 8));
                }),
                row("§1.6 read/write/mmap: the driver has no op → EINVAL", f -> {
                    f.newDevice();
                    final int fd = f.openContainer();
                    f.enter(fd, 0);
                    f.setIommu(fd);
                    fails(Errno.EINVAL, () -> f.container(fd).read(memory, 8, 0));
                    fails(Errno.EINVAL, () -> f.container(fd).write(memory, 8, 0));
                    fails(Errno.EINVAL, () -> f.container(fd).mmap(0, 8));
                }));
    }

    static Stream<Named<Consumer<VfioFixture>>> lifetime() {
        return Stream.of(
                row("§1.6 close: groups and driver survive while a group is inside", f -> {
                    f.newDevice();
                    final int fd = f.openContainer();
                    final int group = f.enter(fd, 0);
                    f.setIommu(fd);
                    final VfioContainer container = f.container(fd);
                    f.close(fd);
                    assertEquals(1, f.driver.liveData());
                    assertEquals(1, container.references());
                    f.close(group);
                    assertEquals(0, f.driver.liveData());
                    assertEquals(0, container.references());
                }),
                row("§1.6 state rule: after the last group the container is as new", f -> {
                    f.newDevice();
                    f.newDevice();
                    final int fd = f.openContainer();
                    final int first = f.enter(fd, 0);
                    final int second = f.enter(fd, 1);
                    f.setIommu(fd);
                    f.driver.forgetCalls();
                    f.groupFile(first).unsetContainer();
                    assertEquals(List.of("detach 0"), f.driver.calls());
                    f.groupFile(second).unsetContainer();
                    assertEquals(List.of("detach 0", "detach 1", "release"), f.driver.calls());
                    assertNull(f.container(fd).driverName());
                    fails(Errno.EINVAL, () -> f.setIommu(fd));
                    f.groupFile(first).setContainer(f.process, fd);
                    f.setIommu(fd);
                    assertEquals(1, f.driver.liveData());
                }));
    }

    static Stream<Named<Consumer<VfioFixture>>> ranges() {
        final IoctlArgument memory = IoctlArgument.ofNew(8);
        return Stream.of(
                row("V-15 read/write/mmap: a range that is in no file → EINVAL, no memory → EFAULT", f -> {
                    f.newDevice();
                    final int fd = f.openContainer();
                    final int group = f.enter(fd, 0);
                    f.setIommu(fd);
                    final VfioDeviceFile file = f.deviceFile(f.openDevice(group, "dev0.0"));
                    assertEquals(8, file.read(memory, 8, Long.MAX_VALUE - 8));
                    assertEquals(0, file.read(memory, 0, 5));
                    fails(Errno.EINVAL, () -> file.read(memory, 8, Long.MAX_VALUE - 7));
                    fails(Errno.EINVAL, () -> file.read(memory, -1, 0));
                    fails(Errno.EINVAL, () -> file.read(memory, 8, -1));
                    fails(Errno.EFAULT, () -> file.read(memory, 9, 0));
                    fails(Errno.EFAULT, () -> file.write(memory, 9, 0));
                    fails(Errno.EINVAL, () -> file.write(memory, 8, 0));
                    fails(Errno.EINVAL, () -> file.mmap(0, 8));
                    fails(Errno.EINVAL, () -> FileRange.requireMappable(0, 0));
                    fails(Errno.EINVAL, () -> FileRange.requireMappable(-1, 1));
                    fails(Errno.EINVAL, () -> FileRange.requireMappable(8, Long.MAX_VALUE - 7));
                }),
                row("open: no free descriptor → EMFILE, nothing left", f -> {
                    f.newDevice();
                    IntStream.range(0, VfioFixture.FILE_LIMIT).forEach(i -> f.openContainer());
                    fails(Errno.EMFILE, f::openContainer);
                    fails(Errno.EMFILE, () -> f.openGroup(0));
                    f.assertIdle(0);
                }),
                row("ioctl: descriptor not open → EBADF, another file → ENOTTY", f -> {
                    assertEquals(-9, f.ioctl(3, VfioRequest.VFIO_GET_API_VERSION, 0));
                    final int fd = f.process.files().install(new TestFile());
                    assertEquals(-25, f.ioctl(fd, VfioRequest.VFIO_GET_API_VERSION, 0));
                }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"registry", "simpleCalls", "otherIoctls", "setIommu", "setIommuErrors", "rest", "lifetime", "ranges"
    })
    void shouldDoAsTheReferenceWhenCalled(final Consumer<VfioFixture> row) {
        VfioFixture.run(row);
    }
}
