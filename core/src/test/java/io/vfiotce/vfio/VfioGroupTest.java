package io.vfiotce.vfio;

import static io.vfiotce.vfio.VfioFixture.fails;
import static io.vfiotce.vfio.VfioFixture.row;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.iommu.HostDevice;
import io.vfiotce.linux.Errno;
import io.vfiotce.linux.IoctlArgument;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The group file, row by row of the reference. */
class VfioGroupTest {
    static Stream<Named<Consumer<VfioFixture>>> opening() {
        return Stream.of(
                row("§1.7 open: lookup, unknown → ENODEV", f -> {
                    fails(Errno.ENODEV, () -> f.openGroup(0));
                    f.unregisteredDevice(f.host.newGroup());
                    fails(Errno.ENODEV, () -> f.openGroup(0));
                    assertEquals(0, f.host.get(0).references() - 1, "the lookup gave its reference back");
                }),
                row("§1.7 second open → EBUSY", f -> {
                    f.newDevice();
                    final int fd = f.openGroup(0);
                    fails(Errno.EBUSY, () -> f.openGroup(0));
                    assertEquals(2, f.group(0).references());
                    f.close(fd);
                    f.assertIdle(0);
                    f.openGroup(0);
                }),
                row("§1.7 left-over use by a device fd → opened reset, EBUSY", f -> {
                    f.newDevice();
                    final int container = f.openContainer();
                    final int group = f.enter(container, 0);
                    f.setIommu(container);
                    final int device = f.openDevice(group, "dev0.0");
                    f.close(group);
                    fails(Errno.EBUSY, () -> f.openGroup(0));
                    assertFalse(f.group(0).opened());
                    f.close(device);
                    f.openGroup(0);
                }),
                row("§1.7 left-over use by an external user → opened reset, EBUSY", f -> {
                    f.newDevice();
                    final int container = f.openContainer();
                    final int group = f.enter(container, 0);
                    f.setIommu(container);
                    final VfioGroup external = VfioExternalUser.getExternalUser(f.groupFile(group));
                    f.close(group);
                    fails(Errno.EBUSY, () -> f.openGroup(0));
                    VfioExternalUser.putExternalUser(external);
                    f.openGroup(0);
                }),
                row("§1.7 release: a call on the closed file puts the group into no container", f -> {
                    f.newDevice();
                    final int container = f.openContainer();
                    final int fd = f.openGroup(0);
                    final VfioGroupFile file = f.groupFile(fd);
                    f.close(fd);
                    fails(Errno.EINVAL, () -> file.setContainer(f.process, container));
                    f.assertIdle(0);
                }),
                row("§1.7 release: one container user less, not open, group reference back", f -> {
                    f.newDevice();
                    final int fd = f.openGroup(0);
                    assertTrue(f.group(0).opened());
                    assertEquals(2, f.group(0).references());
                    f.close(fd);
                    f.assertIdle(0);
                }));
    }

    private static IoctlArgument status(final int argsz) {
        final IoctlArgument struct = IoctlArgument.ofNew(8);
        GroupStatusLayout.ARGSZ.int32(struct, argsz);
        return struct;
    }

    static Stream<Named<Consumer<VfioFixture>>> status() {
        return Stream.of(
                row("§1.8 GET_STATUS: EFAULT", f -> {
                    f.newDevice();
                    final int fd = f.openGroup(0);
                    assertEquals(-14, f.ioctl(fd, VfioRequest.VFIO_GROUP_GET_STATUS, 8));
                    assertEquals(-14, VfioIoctl.ioctl(f.process, fd, VfioRequest.VFIO_GROUP_GET_STATUS, null, 0));
                    assertEquals(-14, f.ioctl(fd, VfioRequest.VFIO_GROUP_GET_STATUS, IoctlArgument.ofNew(7)));
                }),
                row("§1.8 GET_STATUS: argsz < 8 → EINVAL", f -> {
                    f.newDevice();
                    final IoctlArgument struct = status(7);
                    assertEquals(-22, f.ioctl(f.openGroup(0), VfioRequest.VFIO_GROUP_GET_STATUS, struct));
                    assertEquals(0, GroupStatusLayout.FLAGS.int32(struct));
                }),
                row("§1.8 GET_STATUS: VIABLE, then CONTAINER_SET too", f -> {
                    f.newDevice();
                    final int fd = f.openGroup(0);
                    final IoctlArgument struct = status(8);
                    assertEquals(0, f.ioctl(fd, VfioRequest.VFIO_GROUP_GET_STATUS, struct));
                    assertEquals(1, GroupStatusLayout.FLAGS.int32(struct));
                    assertEquals(8, GroupStatusLayout.ARGSZ.int32(struct));
                    f.groupFile(fd).setContainer(f.process, f.openContainer());
                    assertEquals(0, f.ioctl(fd, VfioRequest.VFIO_GROUP_GET_STATUS, struct));
                    assertEquals(3, GroupStatusLayout.FLAGS.int32(struct));
                }),
                row("§1.8 GET_STATUS: not viable", f -> {
                    f.newDevice();
                    f.unregisteredDevice(f.group(0).iommuGroup()).driverName("e1000e");
                    assertEquals(0, f.groupFile(f.openGroup(0)).getStatus());
                }),
                row("§1.8 unknown group ioctl → ENOTTY", f -> {
                    f.newDevice();
                    final int fd = f.openGroup(0);
                    assertEquals(-25, f.ioctl(fd, VfioRequest.VFIO_GET_API_VERSION, 0));
                    assertEquals(-25, f.ioctl(fd, VfioRequest.VFIO_IOMMU_MAP_DMA, 0));
                }));
    }

    static Stream<Named<Consumer<VfioFixture>>> setContainer() {
        return Stream.of(
                row("§1.8 SET_CONTAINER 1: unreadable → EFAULT", f -> {
                    f.newDevice();
                    assertEquals(-14, f.ioctl(f.openGroup(0), VfioRequest.VFIO_GROUP_SET_CONTAINER, 0));
                }),
                row("§1.8 SET_CONTAINER 2: fd < 0 → EINVAL, before everything else", f -> {
                    f.newDevice();
                    final int group = f.openGroup(0);
                    assertEquals(-22, setContainer(f, group, -1));
                }),
                row("§1.8 SET_CONTAINER 3: container_users ≠ 0 → EINVAL, before the fd is looked up", f -> {
                    f.newDevice();
                    final int group = f.enter(f.openContainer(), 0);
                    assertEquals(-22, setContainer(f, group, 15));
                    assertEquals(1, f.group(0).containerUsers());
                }),
                row("§1.8 SET_CONTAINER 4: bad fd → EBADF", f -> {
                    f.newDevice();
                    final int group = f.openGroup(0);
                    assertEquals(-9, setContainer(f, group, 15));
                    f.close(group);
                    f.assertIdle(0);
                }),
                row("§1.8 SET_CONTAINER 5: not a container → EINVAL, the file is not held", f -> {
                    f.newDevice();
                    final int group = f.openGroup(0);
                    assertEquals(-22, setContainer(f, group, group));
                    f.close(group);
                    f.assertIdle(0);
                }));
    }

    static Stream<Named<Consumer<VfioFixture>>> setContainerLater() {
        return Stream.of(
                row("§1.8 SET_CONTAINER 6: driver set, attach_group error", f -> {
                    f.newDevice();
                    f.newDevice();
                    final int container = f.openContainer();
                    f.enter(container, 0);
                    f.setIommu(container);
                    f.driver.refuses(1);
                    final int group = f.openGroup(1);
                    assertEquals(-1, setContainer(f, group, container));
                    assertEquals(0, f.group(1).containerUsers());
                    assertEquals(2, f.container(container).references());
                    f.driver.refuses(-1);
                    assertEquals(0, setContainer(f, group, container));
                }),
                row("§1.8 SET_CONTAINER: viability is not checked here", f -> {
                    f.newDevice();
                    f.unregisteredDevice(f.group(0).iommuGroup()).driverName("e1000e");
                    assertEquals(0, setContainer(f, f.openGroup(0), f.openContainer()));
                }),
                row("§1.8 SET_CONTAINER success: users 1, at the head of the container's list, container +1", f -> {
                    f.newDevice();
                    f.newDevice();
                    final int container = f.openContainer();
                    f.enter(container, 0);
                    f.enter(container, 1);
                    assertSame(f.container(container), f.group(1).container());
                    assertEquals(1, f.group(1).containerUsers());
                    assertEquals(
                            List.of(f.group(1).iommuGroup(), f.group(0).iommuGroup()),
                            f.container(container).groups());
                    assertEquals(3, f.container(container).references());
                }));
    }

    private static long setContainer(final VfioFixture f, final int groupFd, final int containerFd) {
        return f.ioctl(groupFd, VfioRequest.VFIO_GROUP_SET_CONTAINER, VfioFixture.int32(containerFd));
    }

    static Stream<Named<Consumer<VfioFixture>>> unsetContainer() {
        return Stream.of(
                row("§1.8 UNSET_CONTAINER: no container → EINVAL", f -> {
                    f.newDevice();
                    assertEquals(-22, f.ioctl(f.openGroup(0), VfioRequest.VFIO_GROUP_UNSET_CONTAINER, 0));
                }),
                row("§1.8 UNSET_CONTAINER: container_users ≠ 1 → EBUSY", f -> {
                    f.newDevice();
                    final int container = f.openContainer();
                    final int group = f.enter(container, 0);
                    f.setIommu(container);
                    f.openDevice(group, "dev0.0");
                    assertEquals(-16, f.ioctl(group, VfioRequest.VFIO_GROUP_UNSET_CONTAINER, 0));
                    assertEquals(2, f.group(0).containerUsers());
                }),
                row("§1.8 UNSET_CONTAINER: detach, unlink, release, container reference back", f -> {
                    f.newDevice();
                    final int container = f.openContainer();
                    final int group = f.enter(container, 0);
                    f.setIommu(container);
                    f.driver.forgetCalls();
                    assertEquals(0, f.ioctl(group, VfioRequest.VFIO_GROUP_UNSET_CONTAINER, 0));
                    assertEquals(List.of("detach 0", "release"), f.driver.calls());
                    assertEquals(1, f.container(container).references());
                    assertEquals(null, f.group(0).container());
                }));
    }

    private static int ready(final VfioFixture f) {
        f.newDevice();
        final int container = f.openContainer();
        final int group = f.enter(container, 0);
        f.setIommu(container);
        return group;
    }

    private static IoctlArgument name(final String name) {
        return VfioFixture.bytes((name + '\0').getBytes(StandardCharsets.UTF_8));
    }

    private static long getDeviceFd(final VfioFixture f, final int groupFd, final String name) {
        return f.ioctl(groupFd, VfioRequest.VFIO_GROUP_GET_DEVICE_FD, name(name));
    }

    static Stream<Named<Consumer<VfioFixture>>> getDeviceFdArguments() {
        return Stream.of(
                row("§1.8 GET_DEVICE_FD 1: name cannot be read → EFAULT, longer than a page → EINVAL", f -> {
                    final int group = ready(f);
                    assertEquals(-14, f.ioctl(group, VfioRequest.VFIO_GROUP_GET_DEVICE_FD, 0));
                    final IoctlArgument unterminated = VfioFixture.bytes("dev0.0".getBytes(StandardCharsets.UTF_8));
                    assertEquals(-14, f.ioctl(group, VfioRequest.VFIO_GROUP_GET_DEVICE_FD, unterminated));
                    assertEquals(-22, getDeviceFd(f, group, "d".repeat(1 << 16)));
                    assertEquals(-19, getDeviceFd(f, group, "d".repeat((1 << 16) - 1)));
                }),
                row("§1.8 GET_DEVICE_FD 2: no container, no driver or not viable → EINVAL", f -> {
                    f.newDevice();
                    final int container = f.openContainer();
                    final int group = f.openGroup(0);
                    assertEquals(-22, getDeviceFd(f, group, "unknown"));
                    f.groupFile(group).setContainer(f.process, container);
                    assertEquals(-22, getDeviceFd(f, group, "unknown"));
                    f.setIommu(container);
                    final HostDevice other = f.unregisteredDevice(f.group(0).iommuGroup());
                    other.driverName("e1000e");
                    assertEquals(-22, getDeviceFd(f, group, "unknown"));
                    other.driverName(null);
                    assertEquals(-19, getDeviceFd(f, group, "unknown"));
                    assertEquals(1, f.group(0).containerUsers());
                }),
                row("§1.8 GET_DEVICE_FD 3: no device of that name → ENODEV", f -> {
                    final int group = ready(f);
                    assertEquals(-19, getDeviceFd(f, group, "dev0"));
                    assertEquals(-19, getDeviceFd(f, group, ""));
                    assertEquals(1, f.group(0).containerUsers());
                }));
    }

    static Stream<Named<Consumer<VfioFixture>>> getDeviceFd() {
        return Stream.of(
                row("§1.8 GET_DEVICE_FD 4, V-07: ops.open error, twice; a retry works", f -> {
                    final int group = ready(f);
                    f.ops.failsToOpen(Errno.EIO);
                    assertEquals(-5, getDeviceFd(f, group, "dev0.0"));
                    assertEquals(-5, getDeviceFd(f, group, "dev0.0"));
                    assertEquals(1, f.group(0).containerUsers());
                    assertEquals(1, f.group(0).devices().get(0).references());
                    f.ops.failsToOpen(null);
                    f.openDevice(group, "dev0.0");
                    assertEquals(1, f.ops.openCount());
                }),
                row("§1.8 GET_DEVICE_FD 4: no lock is held during ops.open, the group stays in its container", f -> {
                    final int group = ready(f);
                    f.ops.onOpen(() -> {
                        assertEquals(2, f.group(0).containerUsers());
                        fails(Errno.EBUSY, () -> f.groupFile(group).unsetContainer());
                    });
                    f.openDevice(group, "dev0.0");
                }),
                row("§1.8 GET_DEVICE_FD 5: no free fd → EMFILE, ops.release called", f -> {
                    final int group = ready(f);
                    while (f.process.files().openCount() < VfioFixture.FILE_LIMIT) {
                        f.openContainer();
                    }
                    assertEquals(-24, getDeviceFd(f, group, "dev0.0"));
                    assertEquals(0, f.ops.openCount());
                    assertEquals(1, f.group(0).containerUsers());
                    assertEquals(2, f.group(0).references());
                }),
                row("§1.8 GET_DEVICE_FD ok: device +1, group +1, container_users +1", f -> {
                    final int group = ready(f);
                    final int fd = f.openDevice(group, "dev0.0");
                    final VfioDevice device = f.deviceFile(fd).device();
                    assertEquals(2, device.references());
                    assertEquals(3, f.group(0).references());
                    assertEquals(2, f.group(0).containerUsers());
                    assertTrue(getDeviceFd(f, group, "dev0.0") > fd, "again: another descriptor, opened again");
                    assertEquals(2, f.ops.openCount());
                    f.close(fd, fd + 1);
                    assertEquals(1, device.references());
                    assertEquals(1, f.group(0).containerUsers());
                }),
                row("§1.8 name matching: exact, unless ops.match says otherwise", f -> {
                    final int group = ready(f);
                    final HostDevice device = f.unregisteredDevice(f.group(0).iommuGroup());
                    f.vfio.addGroupDev(device, new PrefixMatch(), "data");
                    assertEquals(
                            "data",
                            f.deviceFile(f.openDevice(group, "pre-anything"))
                                    .device()
                                    .data());
                    assertEquals(-22, getDeviceFd(f, group, "pre-abort"));
                    assertEquals(-19, getDeviceFd(f, group, "dev0.1"));
                    f.deviceFile(f.openDevice(group, "dev0.0"));
                }));
    }

    /** Knows its device by a prefix, and ends the search at one name. */
    private static final class PrefixMatch implements VfioDeviceOps {
        @Override
        public String name() {
            return "prefix";
        }

        @Override
        public void open(final Object data) {}

        @Override
        public void release(final Object data) {}

        @Override
        public boolean match(final Object data, final HostDevice device, final String deviceName) {
            if (deviceName.equals("pre-abort")) {
                throw VfioException.invalid("planned");
            }
            return deviceName.startsWith("pre-");
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({
        "opening",
        "status",
        "setContainer",
        "setContainerLater",
        "unsetContainer",
        "getDeviceFdArguments",
        "getDeviceFd"
    })
    void shouldDoAsTheReferenceWhenCalled(final Consumer<VfioFixture> row) {
        VfioFixture.run(row);
    }
}
