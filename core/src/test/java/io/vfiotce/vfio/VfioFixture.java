package io.vfiotce.vfio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vfiotce.iommu.HostDevice;
import io.vfiotce.iommu.HostIommu;
import io.vfiotce.iommu.IommuGroup;
import io.vfiotce.linux.Errno;
import io.vfiotce.linux.FileDescriptors;
import io.vfiotce.linux.IoctlArgument;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.memory.UserProcess;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.function.Executable;

/** A host with VFIO, a process, a clock that moves one second each time that it is looked at, and one driver. */
final class VfioFixture implements AutoCloseable {
    static final int TYPE = VfioExtension.SPAPR_TCE_V2;
    static final int FILE_LIMIT = 16;

    final HostIommu host = new HostIommu();
    final AtomicLong seconds = new AtomicLong();
    final Vfio vfio = new Vfio(host, () -> seconds.incrementAndGet() * 1_000_000_000L);
    final UserProcess process = new UserProcess(new ProcessConfig().files(new FileDescriptors(FILE_LIMIT)));
    final FakeIommuDriver driver = new FakeIommuDriver("fake", TYPE);
    final FakeDeviceOps ops = new FakeDeviceOps();

    VfioFixture() {
        vfio.registerIommuDriver(driver);
    }

    /** One row of the tables of the reference, and what a test of it does. */
    static Named<Consumer<VfioFixture>> row(final String name, final Consumer<VfioFixture> test) {
        return Named.of(name, test);
    }

    static void run(final Consumer<VfioFixture> row) {
        try (VfioFixture fixture = new VfioFixture()) {
            row.accept(fixture);
        }
    }

    static void fails(final Errno errno, final Executable call) {
        final LinuxException refusal = assertThrows(LinuxException.class, call);
        assertEquals(errno, refusal.errno(), refusal.getMessage());
    }

    /** A device in a group of its own, registered. */
    HostDevice newDevice() {
        return newDevice(host.newGroup());
    }

    HostDevice newDevice(final IommuGroup group) {
        final HostDevice device = unregisteredDevice(group);
        vfio.addGroupDev(device, ops, "data of " + device.name());
        return device;
    }

    HostDevice unregisteredDevice(final IommuGroup group) {
        final HostDevice device =
                new HostDevice("dev" + group.id() + '.' + group.devices().size());
        group.add(device);
        return device;
    }

    VfioGroup group(final int id) {
        return vfio.findGroup(id);
    }

    VfioContainer container(final int fd) {
        return (VfioContainer) process.files().file(fd);
    }

    VfioGroupFile groupFile(final int fd) {
        return (VfioGroupFile) process.files().file(fd);
    }

    VfioDeviceFile deviceFile(final int fd) {
        return (VfioDeviceFile) process.files().file(fd);
    }

    int openContainer() {
        return vfio.openContainer(process);
    }

    int openGroup(final int id) {
        return vfio.openGroup(process, id);
    }

    /** Opens a group and puts it into a container. */
    int enter(final int containerFd, final int id) {
        final int fd = openGroup(id);
        groupFile(fd).setContainer(process, containerFd);
        return fd;
    }

    void setIommu(final int containerFd) {
        container(containerFd).setIommu(process, TYPE);
    }

    int openDevice(final int groupFd, final String name) {
        return groupFile(groupFd).getDeviceFd(process, name);
    }

    long ioctl(final int fd, final int request, final long argument) {
        return VfioIoctl.ioctl(process, fd, request, argument);
    }

    long ioctl(final int fd, final int request, final IoctlArgument argument) {
        return VfioIoctl.ioctl(process, fd, request, argument);
    }

    void close(final int... fds) {
        for (final int fd : fds) {
            process.files().close(fd);
        }
    }

    /** Checks that a registered device and nothing else holds a group, and no driver is at work. */
    void assertIdle(final int groupId) {
        final VfioGroup group = group(groupId);
        assertEquals(0, group.containerUsers());
        assertFalse(group.opened());
        assertEquals(null, group.container());
        assertEquals(group.devices().size(), group.references());
        assertEquals(group.devices().size(), group.iommuGroup().references());
        group.devices().forEach(device -> assertEquals(1, device.references()));
        assertEquals(0, driver.liveData());
        assertEquals(0, ops.openCount());
    }

    static IoctlArgument bytes(final byte... bytes) {
        final IoctlArgument argument = IoctlArgument.ofNew(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            argument.int8(i, bytes[i]);
        }
        return argument;
    }

    static IoctlArgument int32(final int value) {
        final IoctlArgument argument = IoctlArgument.ofNew(Integer.BYTES);
        argument.int32(0, value);
        return argument;
    }

    @Override
    public void close() {
        Stream.iterate(FILE_LIMIT - 1, fd -> fd >= 0, fd -> fd - 1).forEach(fd -> {
            try {
                process.files().close(fd);
            } catch (final LinuxException e) {
                assertEquals(Errno.EBADF, e.errno());
            }
        });
        assertEquals(0, driver.liveData(), "a driver's data is left");
        process.close();
    }
}
