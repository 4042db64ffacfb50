package io.vfiotce.vfio;

import static io.vfiotce.vfio.VfioFixture.fails;
import static io.vfiotce.vfio.VfioFixture.row;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.iommu.HostDevice;
import io.vfiotce.linux.Errno;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The API for external users, row by row of the reference. */
class VfioExternalUserTest {
    private static int ready(final VfioFixture f) {
        f.newDevice();
        final int container = f.openContainer();
        final int group = f.enter(container, 0);
        f.setIommu(container);
        return group;
    }

    static Stream<Named<Consumer<VfioFixture>>> get() {
        return Stream.of(
                row("§2.1 the four steps: set up, get, iommu_id, put; everything is released", f -> {
                    final int fd = ready(f);
                    final VfioGroup group = VfioExternalUser.getExternalUser(f.groupFile(fd));
                    f.close(fd - 1, fd);
                    assertEquals(0, VfioExternalUser.iommuId(group));
                    assertEquals(1, f.driver.liveData());
                    VfioExternalUser.putExternalUser(group);
                    f.assertIdle(0);
                }),
                row("§2.2 get: not a vfio group file → EINVAL", f -> {
                    final int container = f.openContainer();
                    fails(Errno.EINVAL, () -> VfioExternalUser.getExternalUser(f.container(container)));
                }),
                row("§2.2 get: container_users is 0 → EINVAL", f -> {
                    f.newDevice();
                    final int fd = f.openGroup(0);
                    fails(Errno.EINVAL, () -> VfioExternalUser.getExternalUser(f.groupFile(fd)));
                    assertEquals(0, f.group(0).containerUsers());
                    assertEquals(2, f.group(0).references());
                }),
                row("§2.2 get, V-14: no IOMMU driver → EINVAL, count unchanged", f -> {
                    f.newDevice();
                    final int fd = f.enter(f.openContainer(), 0);
                    fails(Errno.EINVAL, () -> VfioExternalUser.getExternalUser(f.groupFile(fd)));
                    assertEquals(1, f.group(0).containerUsers());
                    assertEquals(2, f.group(0).references());
                }),
                row("§2.2 get: not viable → EINVAL, count unchanged; the group can still leave", f -> {
                    final int fd = ready(f);
                    f.unregisteredDevice(f.group(0).iommuGroup()).driverName("e1000e");
                    fails(Errno.EINVAL, () -> VfioExternalUser.getExternalUser(f.groupFile(fd)));
                    assertEquals(1, f.group(0).containerUsers());
                    f.close(fd);
                    f.assertIdle(0);
                }),
                row("§2.2 get: container_users +1, group +1", f -> {
                    final int fd = ready(f);
                    assertSame(f.group(0), VfioExternalUser.getExternalUser(f.groupFile(fd)));
                    assertEquals(2, f.group(0).containerUsers());
                    assertEquals(3, f.group(0).references());
                    VfioExternalUser.putExternalUser(f.group(0));
                    assertEquals(1, f.group(0).containerUsers());
                    assertEquals(2, f.group(0).references());
                }));
    }

    static Stream<Named<Consumer<VfioFixture>>> others() {
        return Stream.of(
                row("§2.2 put: the last user dissolves, and the last reference removes the group", f -> {
                    final int fd = ready(f);
                    final VfioGroup group = VfioExternalUser.getExternalUser(f.groupFile(fd));
                    f.close(fd);
                    assertEquals(2, group.references());
                    VfioExternalUser.putExternalUser(group);
                    assertEquals(1, group.references());
                    assertEquals(null, group.container());
                    f.vfio.delGroupDev(group.devices().get(0).hostDevice());
                    assertEquals(0, f.vfio.groupCount());
                }),
                row("§2.2 iommu_id: the group's number, attached or not", f -> {
                    f.host.newGroup();
                    f.newDevice();
                    assertEquals(1, VfioExternalUser.iommuId(f.group(1)));
                }),
                row("§2.2 match_file: true for a file of the same group only, viable or not", f -> {
                    f.newDevice();
                    f.newDevice();
                    final int fd = f.openGroup(0);
                    final int other = f.openGroup(1);
                    f.unregisteredDevice(f.group(0).iommuGroup()).driverName("e1000e");
                    assertTrue(VfioExternalUser.matchFile(f.group(0), f.groupFile(fd)));
                    assertFalse(VfioExternalUser.matchFile(f.group(0), f.groupFile(other)));
                    assertFalse(VfioExternalUser.matchFile(f.group(0), f.container(f.openContainer())));
                }),
                row("§2.2 check_extension: asks the container's driver", f -> {
                    final int fd = ready(f);
                    final VfioGroup group = VfioExternalUser.getExternalUser(f.groupFile(fd));
                    f.driver.forgetCalls();
                    assertEquals(1, VfioExternalUser.checkExtension(group, VfioFixture.TYPE));
                    assertEquals(0, VfioExternalUser.checkExtension(group, VfioExtension.DMA_CC));
                    assertEquals(
                            "[check with data 7, check with data 4]",
                            f.driver.calls().toString());
                    f.close(fd);
                    VfioExternalUser.putExternalUser(group);
                }),
                row("§2.2 check_extension, V-13: without an external reference → ENODEV", f -> {
                    f.newDevice();
                    fails(Errno.ENODEV, () -> VfioExternalUser.checkExtension(f.group(0), 1));
                }));
    }

    static Stream<Named<Consumer<VfioFixture>>> fromDev() {
        return Stream.of(
                row("§2.2 get_external_user_from_dev: no vfio group for dev → ENODEV", f -> {
                    final HostDevice unknown = f.unregisteredDevice(f.host.newGroup());
                    fails(Errno.ENODEV, () -> VfioExternalUser.getExternalUserFromDev(f.vfio, unknown));
                    fails(
                            Errno.ENODEV,
                            () -> VfioExternalUser.getExternalUserFromDev(f.vfio, new HostDevice("lonely")));
                }),
                row("§2.2 get_external_user_from_dev: else as get, without effect when refused", f -> {
                    final HostDevice device = f.newDevice();
                    fails(Errno.EINVAL, () -> VfioExternalUser.getExternalUserFromDev(f.vfio, device));
                    assertEquals(1, f.group(0).references());
                    final int container = f.openContainer();
                    f.enter(container, 0);
                    f.setIommu(container);
                    assertSame(f.group(0), VfioExternalUser.getExternalUserFromDev(f.vfio, device));
                    assertEquals(3, f.group(0).references());
                    assertEquals(2, f.group(0).containerUsers());
                    VfioExternalUser.putExternalUser(f.group(0));
                }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"get", "others", "fromDev"})
    void shouldDoAsTheReferenceWhenCalled(final Consumer<VfioFixture> row) {
        VfioFixture.run(row);
    }
}
