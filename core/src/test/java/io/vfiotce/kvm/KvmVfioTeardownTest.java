package io.vfiotce.kvm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.linux.Errno;
import io.vfiotce.tce.AttachedTables;
import io.vfiotce.tce.IommuTable;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Taking a linked group apart, in every order; whatever user space closes first, nothing is left at the end. */
class KvmVfioTeardownTest {
    private static final int SLOT = 0;

    private final KvmVfioSetup setup = new KvmVfioSetup();
    private KvmVfioSetup.HostGroup group;
    private int device;
    private int tableFd;
    private IommuTable hardware;
    private AttachedTables attached;

    @BeforeEach
    void open() {
        device = setup.device;
        group = setup.group();
        link();
    }

    @AfterEach
    void close() {
        setup.close();
    }

    private void link() {
        group.ready();
        CallForm.device(setup.vm, device).groupAdd(group.groupFd);
        hardware = group.window(SLOT);
        tableFd = setup.table(1);
        attached = setup.tceTable(tableFd).attached();
        CallForm.device(setup.vm, device).setSpaprTce(group.groupFd, tableFd);
    }

    @Test
    @DisplayName(
            "§3.6 KVM DEL(group): link goes, the table's reference too, mappings stay; REMOVE and UNSET_CONTAINER follow")
    void shouldLeaveTheMappingsWhenTheGroupIsRemoved() {
        hardware.makeResident(3, 1);
        hardware.exchange(hardware.leafAddressAcquire(3), 3, 0x5_0003);
        setup.kvmVfio().groupDel(group.groupFd);
        assertEquals(0, attached.size());
        assertNull(attached.liveAcquire());
        assertEquals(1, hardware.references());
        assertEquals(0x5_0003, hardware.hardwareTceAcquire(3));
        group.windows().remove(SLOT);
        assertEquals(0, hardware.references());
        group.file().unsetContainer();
        assertEquals(0, group.vfioGroup.containerUsers());
    }

    @Test
    @DisplayName(
            "§3.6 TCE_REMOVE while linked: link stays until the table's descriptor closes, but is dead and keeps no memory")
    void shouldKeepADeadLinkWhenTheWindowIsRemoved() {
        final long before = setup.process.offHeap().allocatedBytes();
        group.windows().remove(SLOT);
        assertNull(attached.liveAcquire(), "hypercalls see it no more");
        assertEquals(1, attached.references(hardware));
        assertEquals(0, hardware.references());
        setup.process.reclaimer().reclaim();
        assertTrue(setup.process.offHeap().allocatedBytes() < before);
        setup.kvmVfio().groupDel(group.groupFd);
        assertEquals(1, attached.references(hardware), "not found through the group any more");
        setup.process.files().close(tableFd);
        assertEquals(0, hardware.references());
        assertTrue(setup.process.offHeap().allocatedBytes() < before);
    }

    @Test
    @DisplayName("§3.6 TCE_REMOVE while linked, then a new window: it is linked beside the dead one")
    void shouldLinkTheNewWindowWhenTheOldOneWasRemoved() {
        group.windows().remove(SLOT);
        final IommuTable fresh = group.window(SLOT);
        setup.kvmVfio().setSpaprTce(group.groupFd, tableFd);
        assertArrayEquals(new IommuTable[] {fresh}, attached.liveAcquire());
        assertEquals(2, attached.size());
        setup.kvmVfio().groupDel(group.groupFd);
        assertEquals(1, attached.size());
        assertEquals(1, fresh.references());
    }

    @Test
    @DisplayName("§3.6 close table fd while linked: all links go, LIOBN unknown, mappings stay")
    void shouldDropEveryLinkWhenTheTableFileCloses() {
        setup.kvmVfio().setSpaprTce(group.groupFd, tableFd);
        hardware.makeResident(3, 1);
        hardware.exchange(hardware.leafAddressAcquire(3), 3, 0x5_0003);
        assertEquals(2, attached.references(hardware));
        setup.process.files().close(tableFd);
        assertNull(setup.vm.tables().find(1));
        assertEquals(0, attached.size());
        assertEquals(1, hardware.references());
        assertEquals(0x5_0003, hardware.hardwareTceAcquire(3));
        setup.kvmVfio().groupDel(group.groupFd);
        assertEquals(1, hardware.references(), "nothing is released twice");
    }

    @Test
    @DisplayName(
            "§3.6 UNSET_CONTAINER is EBUSY while KVM has the group; after DEL the last group leaves and the window is freed")
    void shouldStayInTheContainerWhenKvmHasTheGroup() {
        assertEquals(-Errno.EBUSY.number(), CallForm.result(group.file()::unsetContainer));
        setup.kvmVfio().groupDel(group.groupFd);
        group.file().unsetContainer();
        setup.process.reclaimer().reclaim();
        assertEquals(0, hardware.references());
    }

    @Test
    @DisplayName(
            "§3.6 last group leaves while the link is there (slot unset before DEL): link stays, table fd drops it")
    void shouldKeepADeadLinkWhenTheSlotWasUnsetBeforeTheGroupWasRemoved() {
        group.slots.set(SLOT, null);
        setup.kvmVfio().groupDel(group.groupFd);
        assertEquals(1, attached.references(hardware));
        group.file().unsetContainer();
        setup.process.reclaimer().reclaim();
        assertNull(attached.liveAcquire());
        assertEquals(0, hardware.references());
        setup.process.files().close(tableFd);
        assertEquals(0, attached.references(hardware));
    }

    @Test
    @DisplayName("§3.6 close KVM-VFIO device fd: same as DEL for every group")
    void shouldReleaseAsDelDoesWhenTheDeviceFileCloses() {
        setup.process.files().close(device);
        assertEquals(0, attached.size());
        assertEquals(1, hardware.references());
        assertEquals(1, group.vfioGroup.containerUsers());
        group.file().unsetContainer();
    }

    @Test
    @DisplayName("§3.6 VM destroyed: it outlives its table fds and its device fd")
    void shouldRefuseToCloseTheVmWhenDescriptorsAreOpen() {
        assertThrows(IllegalStateException.class, setup.vm::close);
        setup.process.files().close(device);
        assertThrows(IllegalStateException.class, setup.vm::close);
        setup.process.files().close(tableFd);
        setup.vm.close();
    }

    @Test
    @DisplayName(
            "V-13, §1.11: group and container fds closed first: the group stays in its container until KVM lets go")
    void shouldKeepTheContainerWhenUserSpaceClosesFirst() {
        setup.process.files().close(group.containerFd);
        setup.process.files().close(group.groupFd);
        assertEquals(1, group.vfioGroup.containerUsers());
        assertArrayEquals(new IommuTable[] {hardware}, attached.liveAcquire());
        assertEquals(-Errno.EBUSY.number(), CallForm.result(group::open));
        setup.process.files().close(device);
        assertEquals(0, group.vfioGroup.containerUsers());
        assertEquals(0, attached.size());
        setup.process.reclaimer().reclaim();
        assertEquals(0, hardware.references());
        group.open();
    }

    /** What user space may do, in any order. */
    enum Step {
        DEL,
        REMOVE_WINDOW,
        UNSET_CONTAINER,
        CLOSE_GROUP,
        CLOSE_CONTAINER,
        CLOSE_TABLE,
        CLOSE_DEVICE
    }

    @ParameterizedTest(name = "§3.6 all orders that begin with {0}")
    @EnumSource(Step.class)
    void shouldLeaveNothingBehindWhenTakenApartInAnyOrder(final Step first) {
        final List<List<Step>> orders = new ArrayList<>();
        permute(new ArrayList<>(List.of(first)), EnumSet.complementOf(EnumSet.of(first)), orders);
        assertEquals(720, orders.size());
        setup.closeFiles();
        for (final List<Step> order : orders) {
            device = setup.vm.createDevice(KvmDeviceDescriptor.KVM_DEV_TYPE_VFIO, 0);
            link();
            final Expected expected = new Expected();
            for (final Step step : order) {
                assertEquals(expected.result(step), CallForm.result(() -> run(step)), () -> order + " at " + step);
                assertEquals(expected.live, attached.liveAcquire() != null, () -> order + " after " + step);
                assertEquals(
                        expected.containerUsers(), group.vfioGroup.containerUsers(), () -> order + " after " + step);
            }
            setup.assertNothingLeft(order.toString());
            assertEquals(0, hardware.references(), order::toString);
        }
    }

    private static void permute(final List<Step> begun, final Set<Step> left, final List<List<Step>> orders) {
        if (left.isEmpty()) {
            orders.add(List.copyOf(begun));
        }
        for (final Step next : left) {
            final Set<Step> rest = EnumSet.copyOf(left);
            rest.remove(next);
            begun.add(next);
            permute(begun, rest, orders);
            begun.remove(begun.size() - 1);
        }
    }

    private void run(final Step step) {
        switch (step) {
            case DEL -> CallForm.device(setup.vm, device).groupDel(group.groupFd);
            case REMOVE_WINDOW -> group.windows().remove(SLOT);
            case UNSET_CONTAINER -> group.file().unsetContainer();
            case CLOSE_GROUP -> setup.process.files().close(group.groupFd);
            case CLOSE_CONTAINER -> setup.process.files().close(group.containerFd);
            case CLOSE_TABLE -> setup.process.files().close(tableFd);
            default -> setup.process.files().close(device);
        }
    }

    /** What should be true during one order. */
    private static final class Expected {
        private final Set<Step> closed = EnumSet.noneOf(Step.class);
        private boolean set = true;
        private boolean added = true;
        private boolean live = true;

        /** {@return what a step should give; it is done then} */
        long result(final Step step) {
            final Errno errno = refusal(step);
            if (errno != null) {
                return -errno.number();
            }
            closed.add(step);
            set &= step != Step.UNSET_CONTAINER && step != Step.CLOSE_GROUP;
            added &= step != Step.DEL && step != Step.CLOSE_DEVICE;
            live &= added && step != Step.REMOVE_WINDOW && step != Step.CLOSE_TABLE;
            return 0;
        }

        private Errno refusal(final Step step) {
            return switch (step) {
                case DEL ->
                    closed.contains(Step.CLOSE_DEVICE) || closed.contains(Step.CLOSE_GROUP) ? Errno.EBADF : null;
                case REMOVE_WINDOW ->
                    closed.contains(Step.CLOSE_CONTAINER) ? Errno.EBADF : set || added ? null : Errno.EINVAL;
                case UNSET_CONTAINER -> closed.contains(Step.CLOSE_GROUP) ? Errno.EBADF : added ? Errno.EBUSY : null;
                default -> null;
            };
        }

        int containerUsers() {
            return (set ? 1 : 0) + (added ? 1 : 0);
        }
    }
}
