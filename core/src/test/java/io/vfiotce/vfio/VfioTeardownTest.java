package io.vfiotce.vfio;

import static io.vfiotce.vfio.VfioFixture.fails;
import static io.vfiotce.vfio.VfioFixture.row;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vfiotce.linux.Errno;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who counts as a container user, and every order of letting go. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class VfioTeardownTest {
    /** A container with one group and an open device. */
    private static final class Setup {
        private final VfioFixture f;
        private final int containerFd;
        private final int groupFd;
        private final int deviceFd;
        private final VfioContainer container;
        private final VfioGroup group;

        Setup(final VfioFixture f) {
            this.f = f;
            f.newDevice();
            containerFd = f.openContainer();
            groupFd = f.enter(containerFd, 0);
            f.setIommu(containerFd);
            deviceFd = f.openDevice(groupFd, "dev0.0");
            container = f.container(containerFd);
            group = f.group(0);
        }

        int users() {
            return group.containerUsers();
        }
    }

    static Stream<Named<Consumer<VfioFixture>>> events() {
        return Stream.of(
                row("§1.11 SET_CONTAINER: users 0 → 1; UNSET_CONTAINER: 1 → 0", f -> {
                    f.newDevice();
                    final int group = f.enter(f.openContainer(), 0);
                    assertEquals(1, f.group(0).containerUsers());
                    f.groupFile(group).unsetContainer();
                    assertEquals(0, f.group(0).containerUsers());
                }),
                row("§1.11 GET_DEVICE_FD: users +1; device fd close: -1", f -> {
                    final Setup s = new Setup(f);
                    assertEquals(2, s.users());
                    f.close(s.deviceFd);
                    assertEquals(1, s.users());
                }),
                row("§1.11 external user get: users +1; put: -1", f -> {
                    final Setup s = new Setup(f);
                    VfioExternalUser.getExternalUser(f.groupFile(s.groupFd));
                    assertEquals(3, s.users());
                    VfioExternalUser.putExternalUser(s.group);
                    assertEquals(2, s.users());
                }),
                row("§1.11 group fd close: users -1; a drop at 0 is a no-op", f -> {
                    final Setup s = new Setup(f);
                    f.close(s.groupFd);
                    assertEquals(1, s.users());
                    f.newDevice();
                    f.close(f.openGroup(1));
                    assertEquals(0, f.group(1).containerUsers());
                }));
    }

    static Stream<Named<Consumer<VfioFixture>>> scenarios() {
        return Stream.of(
                row("§1.11 close container fd first: nothing detached until the last group leaves", f -> {
                    final Setup s = new Setup(f);
                    f.close(s.containerFd);
                    assertEquals(1, f.driver.liveData());
                    f.close(s.deviceFd, s.groupFd);
                    f.assertIdle(0);
                }),
                row("§1.11 close group fd with device fd open: stays; reopening → EBUSY; last close dissolves", f -> {
                    final Setup s = new Setup(f);
                    f.close(s.groupFd);
                    assertEquals(false, s.group.opened());
                    assertEquals(s.container, s.group.container());
                    fails(Errno.EBUSY, () -> f.openGroup(0));
                    f.close(s.deviceFd);
                    f.assertIdle(0);
                }),
                row("§1.11 close group fd with an external user: stays attached; dissolved on put", f -> {
                    final Setup s = new Setup(f);
                    VfioExternalUser.getExternalUser(f.groupFile(s.groupFd));
                    f.close(s.deviceFd, s.groupFd);
                    assertEquals(1, s.users());
                    assertEquals(1, f.driver.liveData());
                    VfioExternalUser.putExternalUser(s.group);
                    f.assertIdle(0);
                }),
                row("§1.11 UNSET_CONTAINER with a device or an external user → EBUSY", f -> {
                    final Setup s = new Setup(f);
                    fails(Errno.EBUSY, f.groupFile(s.groupFd)::unsetContainer);
                    f.close(s.deviceFd);
                    VfioExternalUser.getExternalUser(f.groupFile(s.groupFd));
                    fails(Errno.EBUSY, f.groupFile(s.groupFd)::unsetContainer);
                    VfioExternalUser.putExternalUser(s.group);
                    f.groupFile(s.groupFd).unsetContainer();
                    f.close(s.groupFd);
                    f.assertIdle(0);
                }),
                row("§1.11 unregister device while fd open: blocks until it is closed", f -> {
                    final Setup s = new Setup(f);
                    f.newDevice(s.group.iommuGroup());
                    f.ops.onRequest(count -> {
                        assertEquals(1, f.ops.openCount());
                        f.close(s.deviceFd);
                    });
                    f.vfio.delGroupDev(s.group.devices().get(0).hostDevice());
                    assertEquals(List.of(0), f.ops.requests());
                    assertEquals(0, f.ops.openCount());
                }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"events", "scenarios"})
    void shouldDoAsTheReferenceWhenCalled(final Consumer<VfioFixture> row) {
        VfioFixture.run(row);
    }

    /** All orders of the letters: c container, g group, d device, e external user. */
    static Stream<String> orders() {
        final List<String> orders = new ArrayList<>();
        permute("", "cgd", orders);
        permute("", "cgde", orders);
        return orders.stream();
    }

    private static void permute(final String done, final String left, final List<String> orders) {
        if (left.isEmpty()) {
            orders.add(done);
        }
        for (int i = 0; i < left.length(); i++) {
            permute(done + left.charAt(i), left.substring(0, i) + left.substring(i + 1), orders);
        }
    }

    @ParameterizedTest(name = "§1.11 order {0}")
    @MethodSource("orders")
    void shouldReleaseEverythingWithTheLastUserWhenClosedInAnyOrder(final String order) {
        try (VfioFixture f = new VfioFixture()) {
            final Setup s = new Setup(f);
            if (order.contains("e")) {
                VfioExternalUser.getExternalUser(f.groupFile(s.groupFd));
            }
            for (int i = 0; i < order.length(); i++) {
                switch (order.charAt(i)) {
                    case 'c' -> f.close(s.containerFd);
                    case 'g' -> f.close(s.groupFd);
                    case 'd' -> f.close(s.deviceFd);
                    default -> VfioExternalUser.putExternalUser(s.group);
                }
                final String left = order.substring(i + 1);
                final int users = left.replace("c", "").length();
                assertEquals(users, s.users());
                assertEquals(users == 0 ? 0 : 1, f.driver.liveData());
                assertEquals((users == 0 ? 0 : 1) + (left.contains("c") ? 1 : 0), s.container.references());
                assertEquals(left.contains("d") ? 1 : 0, f.ops.openCount());
            }
            f.assertIdle(0);
            assertEquals(0, s.container.references());
        }
    }
}
