package io.vfiotce.kvm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.linux.Errno;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.support.TestFile;
import io.vfiotce.tce.IommuTable;
import io.vfiotce.tce.WindowGeometry;
import io.vfiotce.userspace.ReferenceHandler;
import io.vfiotce.vfio.VfioGroup;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Adding, removing and linking VFIO groups: every check in its order, by method and by ioctl, and nothing left half done. */
class KvmVfioDeviceTest {
    private static final int BAD_FD = 77;

    private final KvmVfioSetup setup = new KvmVfioSetup();

    @AfterEach
    void close() {
        setup.close();
    }

    private interface Call {
        long result(KvmVfioDeviceTest test, CallForm form);
    }

    private record Row(String name, Errno errno, Call call) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Stream<Arguments> twoForms(final List<Row> rows) {
        return rows.stream().flatMap(row -> Stream.of(CallForm.values()).map(form -> Arguments.of(row, form)));
    }

    static Stream<Arguments> refusals() {
        return twoForms(List.of(
                new Row("ADD 2: bad fd → EBADF", Errno.EBADF, (test, form) -> test.add(form, BAD_FD)),
                new Row("ADD 2: negative fd → EBADF", Errno.EBADF, (test, form) -> test.add(form, -1)),
                new Row(
                        "ADD 3: not a group's file → EINVAL",
                        Errno.EINVAL,
                        (test, form) -> test.add(form, test.otherFile())),
                new Row(
                        "ADD 3: container_users is 0 → EINVAL",
                        Errno.EINVAL,
                        (test, form) -> test.add(form, test.setup.group().open().groupFd)),
                new Row(
                        "ADD 3: no IOMMU driver → EINVAL",
                        Errno.EINVAL,
                        (test, form) -> test.add(form, test.setup.group().open().enterNewContainer().groupFd)),
                new Row(
                        "ADD 3: not viable → EINVAL",
                        Errno.EINVAL,
                        (test, form) -> test.add(form, test.unviable().groupFd)),
                new Row("DEL: bad fd → EBADF", Errno.EBADF, (test, form) -> test.del(form, BAD_FD)),
                new Row(
                        "DEL: not a group's file → ENOENT",
                        Errno.ENOENT,
                        (test, form) -> test.del(form, test.otherFile())),
                new Row(
                        "DEL: not found → ENOENT",
                        Errno.ENOENT,
                        (test, form) -> test.del(form, test.setup.group().ready().groupFd)),
                new Row("SET 2: groupfd bad → EBADF", Errno.EBADF, (test, form) -> test.set(form, BAD_FD, BAD_FD)),
                new Row(
                        "SET 3: not a group's file → EINVAL",
                        Errno.EINVAL,
                        (test, form) -> test.set(form, test.otherFile(), BAD_FD)),
                new Row(
                        "SET 3: not viable → EINVAL",
                        Errno.EINVAL,
                        (test, form) -> test.set(form, test.unviable().groupFd, BAD_FD)),
                new Row(
                        "SET 3: IOMMU group not resolvable → EIO",
                        Errno.EIO,
                        (test, form) -> test.set(form, test.vanished().groupFd, BAD_FD)),
                new Row(
                        "SET 4: not added → ENOENT",
                        Errno.ENOENT,
                        (test, form) -> test.set(form, test.setup.group().ready().groupFd, BAD_FD))));
    }

    @ParameterizedTest(name = "§3.2 {0}, by {1}")
    @MethodSource("refusals")
    void shouldRefuseInOrderAndKeepNothingWhenACallIsWrong(final Row row, final CallForm form) {
        assertEquals(-row.errno.number(), row.call.result(this, form));
        assertEquals(0, setup.kvmVfio().groupCount());
        assertFalse(setup.kvmVfio().isNoncoherent());
    }

    static Stream<Arguments> refusedLinks() {
        return twoForms(List.of(
                new Row(
                        "§3.4 1: tablefd bad → EBADF",
                        Errno.EBADF,
                        (test, form) -> test.set(form, test.added(), BAD_FD)),
                new Row(
                        "§3.4 2: not a table's file → EINVAL",
                        Errno.EINVAL,
                        (test, form) -> test.set(form, test.added(), test.otherFile())),
                new Row("§3.4 2: a group's file → EINVAL", Errno.EINVAL, (test, form) -> {
                    final int groupFd = test.added();
                    return test.set(form, groupFd, groupFd);
                }),
                new Row("§3.4 3: no table group → EFAULT", Errno.EFAULT, (test, form) -> {
                    final KvmVfioSetup.HostGroup group = test.addedGroup();
                    group.iommuGroup.tableGroup(null);
                    final long result = test.set(form, group.groupFd, test.setup.table(1));
                    group.iommuGroup.tableGroup(group.slots);
                    return result;
                }),
                new Row(
                        "§3.4 4, §3.7: no window yet → EINVAL",
                        Errno.EINVAL,
                        (test, form) -> test.set(form, test.added(), test.setup.table(1)))));
    }

    @ParameterizedTest(name = "{0}, by {1}")
    @MethodSource("refusedLinks")
    void shouldRefuseInOrderAndKeepNothingWhenALinkIsWrong(final Row row, final CallForm form) {
        assertEquals(-row.errno.number(), row.call.result(this, form));
        final VfioCounts after = VfioCounts.of(setup.vfio.findGroup(0));
        assertEquals(new VfioCounts(2, 3, 1), after, "users: container, KVM; references: device, file, KVM");
    }

    private record VfioCounts(int containerUsers, int references, int iommuReferences) {
        static VfioCounts of(final VfioGroup group) {
            return new VfioCounts(
                    group.containerUsers(),
                    group.references(),
                    group.iommuGroup().references());
        }
    }

    private long add(final CallForm form, final int groupFd) {
        return form.add(setup.vm, setup.device, groupFd);
    }

    private long del(final CallForm form, final int groupFd) {
        return form.del(setup.vm, setup.device, groupFd);
    }

    private long set(final CallForm form, final int groupFd, final int tableFd) {
        return form.set(setup.vm, setup.device, groupFd, tableFd);
    }

    private int otherFile() {
        return setup.process.files().install(new TestFile());
    }

    private KvmVfioSetup.HostGroup unviable() {
        final KvmVfioSetup.HostGroup group = setup.group().ready();
        group.viable(false);
        return group;
    }

    private KvmVfioSetup.HostGroup vanished() {
        final KvmVfioSetup.HostGroup group = setup.group().ready();
        setup.host.remove(group.iommuGroup);
        return group;
    }

    private KvmVfioSetup.HostGroup addedGroup() {
        final KvmVfioSetup.HostGroup group = setup.group().ready();
        setup.kvmVfio().groupAdd(group.groupFd);
        return group;
    }

    private int added() {
        return addedGroup().groupFd;
    }

    @ParameterizedTest(name = "§3.2 ADD ok and 4, by {0}")
    @EnumSource
    void shouldHoldTheGroupOnceWhenItIsAddedTwice(final CallForm form) {
        final KvmVfioSetup.HostGroup group = setup.group().ready();
        assertEquals(0, add(form, group.groupFd));
        assertEquals(new VfioCounts(2, 3, 1), VfioCounts.of(group.vfioGroup));
        assertEquals(-Errno.EEXIST.number(), add(form, group.groupFd), "§3.2 ADD 4");
        assertEquals(new VfioCounts(2, 3, 1), VfioCounts.of(group.vfioGroup));
        assertEquals(1, setup.kvmVfio().groupCount());
        assertEquals(0, del(form, group.groupFd));
        assertEquals(new VfioCounts(1, 2, 1), VfioCounts.of(group.vfioGroup));
        assertEquals(-Errno.ENOENT.number(), del(form, group.groupFd));
        assertEquals(0, add(form, group.groupFd));
    }

    @ParameterizedTest(name = "§3.2 DEL of a group that is not viable any more, by {0}")
    @EnumSource
    void shouldRemoveTheGroupWhenItIsNotViableAnyMore(final CallForm form) {
        final KvmVfioSetup.HostGroup group = addedGroup();
        final int tableFd = setup.table(1);
        group.window(0);
        assertEquals(0, set(form, group.groupFd, tableFd));
        group.viable(false);
        assertEquals(-Errno.EINVAL.number(), set(form, group.groupFd, tableFd), "§3.2 SET 3");
        assertEquals(0, del(form, group.groupFd));
        assertEquals(new VfioCounts(1, 2, 1), VfioCounts.of(group.vfioGroup));
        assertEquals(0, setup.tceTable(tableFd).attached().size());
    }

    @ParameterizedTest(name = "§3.2 SET 6 and 5, §3.4 ok and 6, by {0}")
    @EnumSource
    void shouldLinkAndCountWhenTheOrderIsRight(final CallForm form) {
        final KvmVfioSetup.HostGroup group = addedGroup();
        final int tableFd = setup.table(1);
        final IommuTable hardware = group.window(1);
        assertEquals(0, set(form, group.groupFd, tableFd));
        assertArrayEquals(
                new IommuTable[] {hardware}, setup.tceTable(tableFd).attached().liveAcquire());
        assertEquals(2, hardware.references());
        assertEquals(new VfioCounts(2, 3, 2), VfioCounts.of(group.vfioGroup), "the entry holds the IOMMU group");
        assertEquals(0, set(form, group.groupFd, tableFd), "T-33");
        assertEquals(2, hardware.references());
        assertEquals(new VfioCounts(2, 3, 2), VfioCounts.of(group.vfioGroup));
        assertEquals(2, setup.tceTable(tableFd).attached().references(hardware));
        assertEquals(0, del(form, group.groupFd));
        assertEquals(1, setup.tceTable(tableFd).attached().references(hardware), "released once");
        assertEquals(new VfioCounts(1, 2, 1), VfioCounts.of(group.vfioGroup));
        setup.process.files().close(tableFd);
        assertEquals(1, hardware.references());
    }

    @Test
    void shouldCountOneLinkTwiceWhenTwoGroupsShareTheTable() {
        final KvmVfioSetup.HostGroup first = addedGroup();
        final IommuTable hardware = first.window(0);
        final KvmVfioSetup.HostGroup second = setup.group().readyWith(first);
        setup.kvmVfio().groupAdd(second.groupFd);
        final int tableFd = setup.table(1);
        setup.kvmVfio().setSpaprTce(first.groupFd, tableFd);
        setup.kvmVfio().setSpaprTce(second.groupFd, tableFd);
        assertEquals(2, setup.tceTable(tableFd).attached().references(hardware), "§3.4 6");
        assertEquals(2, hardware.references());
        setup.kvmVfio().groupDel(first.groupFd);
        assertArrayEquals(
                new IommuTable[] {hardware}, setup.tceTable(tableFd).attached().liveAcquire());
        setup.kvmVfio().groupDel(second.groupFd);
        assertEquals(0, setup.tceTable(tableFd).attached().size());
        assertEquals(1, hardware.references());
    }

    @Test
    void shouldKeepTheOthersLinkWhenAGroupWasNeverLinked() {
        final KvmVfioSetup.HostGroup first = addedGroup();
        final IommuTable hardware = first.window(0);
        final KvmVfioSetup.HostGroup never = setup.group().readyWith(first);
        setup.kvmVfio().groupAdd(never.groupFd);
        final int tableFd = setup.table(1);
        setup.kvmVfio().setSpaprTce(first.groupFd, tableFd);
        assertThrows(LinuxException.class, () -> setup.kvmVfio().setSpaprTce(never.groupFd, BAD_FD));
        setup.kvmVfio().groupDel(never.groupFd);
        assertEquals(1, setup.tceTable(tableFd).attached().references(hardware));
    }

    @Test
    void shouldRefuseATableOfAnotherVmWhenItIsLinked() {
        final KvmVfioSetup.HostGroup group = addedGroup();
        final IommuTable hardware = group.window(0);
        try (Vm other = new Vm(new VmConfig().process(setup.process), ReferenceHandler::new)) {
            final int tableFd = other.createSpaprTce64(new WindowGeometry(1, 16, 0, 0x2000));
            assertEquals(-Errno.EINVAL.number(), set(CallForm.METHOD, group.groupFd, tableFd), "§3.4 2: of another VM");
            assertEquals(1, hardware.references());
            setup.process.files().close(tableFd);
        }
    }

    @Test
    void shouldReportEioWhenTheVmKnowsNoHost() {
        final KvmVfioSetup.HostGroup group = setup.group().ready();
        try (Vm plain = new Vm(new VmConfig().process(setup.process), ReferenceHandler::new)) {
            final int device = plain.createDevice(KvmDeviceDescriptor.KVM_DEV_TYPE_VFIO, 0);
            final int tableFd = plain.createSpaprTce64(new WindowGeometry(1, 16, 0, 0x2000));
            assertEquals(0, CallForm.METHOD.add(plain, device, group.groupFd));
            assertEquals(-Errno.EIO.number(), CallForm.METHOD.set(plain, device, group.groupFd, tableFd), "§3.2 SET 3");
            setup.process.files().close(device);
            setup.process.files().close(tableFd);
        }
    }

    @Test
    void shouldBeNoncoherentWhileAGroupIs() {
        setup.driver.coherency(1);
        final KvmVfioSetup.HostGroup coherent = addedGroup();
        assertFalse(setup.kvmVfio().isNoncoherent());
        setup.driver.coherency(0);
        final KvmVfioSetup.HostGroup second = addedGroup();
        assertTrue(setup.kvmVfio().isNoncoherent(), "recomputed by ADD");
        setup.kvmVfio().groupDel(coherent.groupFd);
        assertTrue(setup.kvmVfio().isNoncoherent());
        setup.kvmVfio().groupDel(second.groupFd);
        assertFalse(setup.kvmVfio().isNoncoherent(), "recomputed by DEL");
        setup.driver.coherency(-1);
        setup.kvmVfio().groupAdd(coherent.groupFd);
        assertTrue(setup.kvmVfio().isNoncoherent(), "a driver that refuses to say");
    }

    @Test
    void shouldLetEveryGroupGoWhenTheDescriptorCloses() {
        final KvmVfioSetup.HostGroup first = addedGroup();
        final KvmVfioSetup.HostGroup second = addedGroup();
        final KvmVfioSetup.HostGroup never = addedGroup();
        final IommuTable firstHardware = first.window(0);
        final IommuTable secondHardware = second.window(1);
        final int tableFd = setup.table(1);
        setup.kvmVfio().setSpaprTce(first.groupFd, tableFd);
        setup.kvmVfio().setSpaprTce(second.groupFd, tableFd);
        final KvmVfioDevice device = setup.kvmVfio();
        setup.process.files().close(setup.device);
        assertEquals(0, setup.tceTable(tableFd).attached().size());
        assertEquals(1, firstHardware.references());
        assertEquals(1, secondHardware.references());
        for (final KvmVfioSetup.HostGroup group : List.of(first, second, never)) {
            assertEquals(new VfioCounts(1, 2, 1), VfioCounts.of(group.vfioGroup));
        }
        assertFalse(device.isNoncoherent());
        assertEquals(Errno.EIO, refused(() -> device.groupAdd(first.groupFd)));
        assertEquals(Errno.EIO, refused(() -> device.groupDel(first.groupFd)));
        assertEquals(Errno.EIO, refused(() -> device.setSpaprTce(first.groupFd, tableFd)));
        assertEquals(0, CallForm.result(() -> setup.vm.createDevice(4, 0)), "§3.2 create: the VM has none any more");
    }

    private static Errno refused(final Runnable call) {
        return assertThrows(LinuxException.class, call::run).errno();
    }

    @Test
    void shouldRefuseToCloseTheVmWhenItsDeviceIsOpen() {
        try (Vm vm = new Vm(new VmConfig().process(new ProcessConfig()), ReferenceHandler::new)) {
            final int device = vm.createDevice(KvmDeviceDescriptor.KVM_DEV_TYPE_VFIO, 0);
            final IllegalStateException open = assertThrows(IllegalStateException.class, vm::close);
            assertTrue(open.getMessage().contains("and 1 KVM-VFIO devices"), open.getMessage());
            vm.files().close(device);
        }
    }
}
