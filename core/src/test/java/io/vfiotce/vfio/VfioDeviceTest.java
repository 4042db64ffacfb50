package io.vfiotce.vfio;

import static io.vfiotce.vfio.VfioFixture.fails;
import static io.vfiotce.vfio.VfioFixture.row;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.iommu.HostDevice;
import io.vfiotce.iommu.IommuGroup;
import io.vfiotce.linux.Errno;
import io.vfiotce.linux.IoctlArgument;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Registering devices, asking for them back, and viability, row by row of the reference. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class VfioDeviceTest {
    static Stream<Named<Consumer<VfioFixture>>> registration() {
        return Stream.of(
                row("§1.9 add: no iommu_group → EINVAL", f -> {
                    fails(Errno.EINVAL, () -> f.vfio.addGroupDev(new HostDevice("lonely"), f.ops, "data"));
                    assertEquals(0, f.vfio.groupCount());
                }),
                row("§1.9 add: registered already → EBUSY, all references returned", f -> {
                    final HostDevice device = f.newDevice();
                    fails(Errno.EBUSY, () -> f.vfio.addGroupDev(device, f.ops, "data"));
                    f.assertIdle(0);
                }),
                row("§1.9 add success: iommu_group +1, group +1 per device, device 1, drvdata set", f -> {
                    final HostDevice device = f.newDevice();
                    final HostDevice second = f.newDevice(device.group());
                    assertEquals(1, f.vfio.groupCount());
                    assertEquals(2, f.group(0).references());
                    assertEquals(2, device.group().references());
                    assertEquals(2, f.group(0).devices().size());
                    assertSame(f.group(0).devices().get(0), device.driverData());
                    assertSame(f.group(0).devices().get(1), second.driverData());
                }),
                row("§1.9 get_from_dev: device +1, group +1; put gives both back; data", f -> {
                    final HostDevice hostDevice = f.newDevice();
                    final VfioDevice device = f.vfio.getFromDev(hostDevice);
                    assertEquals("data of dev0.0", device.data());
                    assertEquals(2, device.references());
                    assertEquals(2, f.group(0).references());
                    device.put();
                    f.assertIdle(0);
                }),
                row("§1.9 get_from_dev outside add..del → null", f -> {
                    assertNull(f.vfio.getFromDev(new HostDevice("lonely")));
                    final HostDevice other = f.unregisteredDevice(f.newDevice().group());
                    assertNull(f.vfio.getFromDev(other));
                    f.assertIdle(0);
                }),
                row("§1.9 vfio_device_ops: missing ioctl/read/write/mmap → EINVAL", f -> {
                    final VfioDeviceOps bare = new BareOps();
                    final IoctlArgument argument = IoctlArgument.of(0);
                    fails(Errno.EINVAL, () -> bare.ioctl(null, f.process, 1, argument));
                    fails(Errno.EINVAL, () -> bare.read(null, argument, 0, 0));
                    fails(Errno.EINVAL, () -> bare.write(null, argument, 0, 0));
                    fails(Errno.EINVAL, () -> bare.mmap(null, 0, 1));
                    bare.request(null, 0);
                }));
    }

    /** Only what a driver must have. */
    private static final class BareOps implements VfioDeviceOps {
        @Override
        public String name() {
            return "bare";
        }

        @Override
        public void open(final Object data) {}

        @Override
        public void release(final Object data) {}
    }

    static Stream<Named<Consumer<VfioFixture>>> hostileRemoval() {
        return Stream.of(
                row("§1.9 release: the driver is not called any more through the closed file → EBADF", f -> {
                    f.newDevice();
                    final int container = f.openContainer();
                    final int group = f.enter(container, 0);
                    f.setIommu(container);
                    final int fd = f.openDevice(group, "dev0.0");
                    final VfioDeviceFile file =
                            (VfioDeviceFile) f.process.files().file(fd);
                    f.close(fd);
                    fails(Errno.EBADF, () -> file.reset(f.process));
                    fails(Errno.EBADF, () -> file.read(IoctlArgument.ofNew(8), 8, 0));
                }),
                row("§1.9 del: a request that throws is counted, and the user is waited for", f -> {
                    final HostDevice device = f.newDevice();
                    final VfioDevice held = f.vfio.getFromDev(device);
                    f.ops.onRequest(count -> {
                        if (count == 1) {
                            held.put();
                        }
                        throw new IllegalStateException("a driver's bug");
                    });
                    assertEquals("data of dev0.0", f.vfio.delGroupDev(device));
                    assertEquals(2, held.failedRequests());
                }));
    }

    static Stream<Named<Consumer<VfioFixture>>> removal() {
        return Stream.of(
                row("§1.9 del: returns the data; group, references and drvdata are gone", f -> {
                    final HostDevice device = f.newDevice();
                    final VfioGroup group = f.group(0);
                    assertEquals("data of dev0.0", f.vfio.delGroupDev(device));
                    assertNull(device.driverData());
                    assertEquals(0, f.vfio.groupCount());
                    assertEquals(0, group.references());
                    assertEquals(0, device.group().references());
                    assertEquals(List.of(), f.ops.requests());
                    f.vfio.addGroupDev(device, f.ops, "again");
                    assertEquals("again", f.vfio.delGroupDev(device));
                }),
                row("§1.9 del: not registered → ENODEV", f -> {
                    fails(Errno.ENODEV, () -> f.vfio.delGroupDev(new HostDevice("lonely")));
                    final HostDevice other = f.unregisteredDevice(f.newDevice().group());
                    fails(Errno.ENODEV, () -> f.vfio.delGroupDev(other));
                    f.assertIdle(0);
                }),
                row("§1.9 del [5.10]: request(data, 0, 1, 2 …) at most every 10 s, until the user lets go", f -> {
                    final HostDevice device = f.newDevice();
                    final VfioDevice held = f.vfio.getFromDev(device);
                    final List<Long> askedAt = new ArrayList<>();
                    f.ops.onRequest(count -> {
                        askedAt.add(f.seconds.get());
                        fails(Errno.ENODEV, () -> f.vfio.delGroupDev(device));
                        if (count == 3) {
                            held.put();
                        }
                    });
                    f.vfio.delGroupDev(device);
                    assertEquals(List.of(0, 1, 2, 3), f.ops.requests());
                    for (int i = 1; i < askedAt.size(); i++) {
                        final long waited = askedAt.get(i) - askedAt.get(i - 1);
                        assertTrue(waited >= 10 && waited <= 12, "asked again after " + waited + " s");
                    }
                }),
                row("§1.9 del: an open device fd holds it, closing lets go; viability does not flip", f -> {
                    final HostDevice device = f.newDevice();
                    final HostDevice other = f.newDevice(device.group());
                    device.driverName("vfio-pci");
                    final int container = f.openContainer();
                    final int group = f.enter(container, 0);
                    f.setIommu(container);
                    final int fd = f.openDevice(group, device.name());
                    f.ops.onRequest(count -> f.close(fd));
                    f.vfio.delGroupDev(device);
                    assertEquals(
                            GroupStatusLayout.FLAG_VIABLE | 2,
                            f.groupFile(group).getStatus());
                    assertNull(f.vfio.getFromDev(device));
                    f.vfio.unbindDriver(device);
                    device.driverName("e1000e");
                    assertEquals(2, f.groupFile(group).getStatus(), "not on its way out any more");
                    assertNotNull(f.vfio.bindDriver(device, "e1000e"));
                    assertEquals(2, f.groupFile(group).getStatus());
                    assertNull(f.vfio.bindDriver(other, "vfio-pci"));
                }));
    }

    static Stream<Named<Consumer<VfioFixture>>> lastDevice() {
        return Stream.of(
                row(
                        "§1.9 del [5.10]: the last device waits until group.container is NULL; interrupts do not end it",
                        f -> {
                            final HostDevice device = f.newDevice();
                            final int container = f.openContainer();
                            final int group = f.enter(container, 0);
                            f.setIommu(container);
                            final VfioGroup object = f.group(0);
                            final AtomicBoolean attachedAtEnd = new AtomicBoolean();
                            final AtomicBoolean interruptedAtEnd = new AtomicBoolean();
                            final Thread remover = new Thread(() -> {
                                f.vfio.delGroupDev(device);
                                attachedAtEnd.set(object.container() != null);
                                interruptedAtEnd.set(Thread.currentThread().isInterrupted());
                            });
                            remover.start();
                            awaitWaiting(remover);
                            remover.interrupt();
                            while (remover.isInterrupted()) {
                                Thread.onSpinWait();
                            }
                            awaitWaiting(remover);
                            f.close(group);
                            join(remover);
                            assertEquals(false, attachedAtEnd.get());
                            assertTrue(interruptedAtEnd.get());
                            assertEquals(0, f.vfio.groupCount());
                            assertEquals(0, f.driver.liveData());
                        }),
                row("§1.9 del [5.10]: a new device in the group ends the wait for the container", f -> {
                    final HostDevice device = f.newDevice();
                    f.enter(f.openContainer(), 0);
                    f.newDevice(device.group());
                    f.vfio.delGroupDev(device);
                    assertEquals(1, f.group(0).containerUsers());
                }));
    }

    private static void awaitWaiting(final Thread thread) {
        while (thread.getState() != Thread.State.WAITING) {
            assertTrue(thread.isAlive(), "it did not wait");
            Thread.onSpinWait();
        }
    }

    private static void join(final Thread thread) {
        try {
            thread.join();
        } catch (final InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    static Stream<Named<Consumer<VfioFixture>>> viability() {
        return Stream.of(
                row("§1.10 acceptable: no driver, pci-stub, pcieport, or a vfio device", f -> {
                    final HostDevice device = f.newDevice();
                    final IommuGroup group = device.group();
                    final int fd = f.openGroup(0);
                    device.driverName("vfio-pci");
                    f.unregisteredDevice(group);
                    f.unregisteredDevice(group).driverName("pci-stub");
                    f.unregisteredDevice(group).driverName("pcieport");
                    assertEquals(1, f.groupFile(fd).getStatus());
                }),
                row("§1.10 otherwise not viable; one device is enough", f -> {
                    final HostDevice device = f.newDevice();
                    final int fd = f.openGroup(0);
                    f.unregisteredDevice(device.group()).driverName("vfio-pci");
                    assertEquals(0, f.groupFile(fd).getStatus());
                }),
                row("§1.10 notifier: device added to a group in use → reported", f -> {
                    final HostDevice device = f.newDevice();
                    final HostDevice newcomer = new HostDevice("new");
                    newcomer.driverName("e1000e");
                    f.enter(f.openContainer(), 0);
                    assertEquals(
                            "group 0 is in use, and e1000e drives new in it",
                            f.vfio.addDevice(device.group(), newcomer));
                    assertNull(f.vfio.addDevice(device.group(), new HostDevice("without driver")));
                    assertEquals(3, device.group().devices().size());
                }),
                row("§1.10 notifier: a driver bound to a device of a group in use → reported, not viable", f -> {
                    final HostDevice device = f.newDevice();
                    final HostDevice other = f.unregisteredDevice(device.group());
                    final int group = f.enter(f.openContainer(), 0);
                    assertNotNull(f.vfio.bindDriver(other, "e1000e"));
                    assertEquals(
                            GroupStatusLayout.FLAG_CONTAINER_SET,
                            f.groupFile(group).getStatus());
                    f.vfio.unbindDriver(other);
                    assertEquals(3, f.groupFile(group).getStatus());
                    assertNull(f.vfio.bindDriver(other, "pci-stub"));
                }),
                row("§1.10 notifier: a group that is not in use → nothing to report", f -> {
                    final HostDevice device = f.newDevice();
                    f.openGroup(0);
                    assertNull(f.vfio.bindDriver(f.unregisteredDevice(device.group()), "e1000e"));
                    assertNull(f.vfio.bindDriver(f.unregisteredDevice(f.host.newGroup()), "e1000e"));
                    assertNull(f.vfio.bindDriver(new HostDevice("lonely"), "e1000e"));
                    assertEquals(2, f.group(0).references());
                }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"hostileRemoval", "registration", "removal", "lastDevice", "viability"})
    void shouldDoAsTheReferenceWhenCalled(final Consumer<VfioFixture> row) {
        VfioFixture.run(row);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("overPut")
    void shouldRefuseWhenAReferenceIsGivenBackTwice(final Consumer<VfioFixture> row) {
        VfioFixture.run(row);
    }

    static Stream<Named<Consumer<VfioFixture>>> overPut() {
        return Stream.of(
                row("device", f -> {
                    final HostDevice hostDevice = f.newDevice();
                    final VfioDevice device = f.vfio.getFromDev(hostDevice);
                    device.put();
                    f.vfio.delGroupDev(hostDevice);
                    assertThrows(IllegalStateException.class, device::put);
                }),
                row("group", f -> {
                    final VfioGroup group = f.vfio.getGroup(f.newDevice());
                    group.put();
                    f.vfio.delGroupDev(group.devices().get(0).hostDevice());
                    assertThrows(IllegalStateException.class, group::put);
                    assertFalse(group.tryGet(), "a group that is gone does not come back");
                    assertEquals(0, group.references());
                }));
    }
}
