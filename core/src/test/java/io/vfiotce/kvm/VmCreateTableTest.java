package io.vfiotce.kvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vfiotce.linux.Errno;
import io.vfiotce.linux.FileDescriptors;
import io.vfiotce.linux.LinuxException;
import io.vfiotce.linux.LockedMemory;
import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.tce.WindowGeometry;
import io.vfiotce.userspace.ReferenceHandler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Creating tables: every check in its order, the locked-memory charge, and nothing left behind by a refusal. */
class VmCreateTableTest {
    private static final long LIMIT = 36;

    private final LockedMemory account = new LockedMemory(LIMIT);
    private final FileDescriptors files = new FileDescriptors(3);
    private final Vm vm = new Vm(
            new VmConfig().process(new ProcessConfig().lockedMemory(account).files(files)), ReferenceHandler::new);
    private final long emptyBytes = vm.offHeapBytes();

    @AfterEach
    void close() {
        for (int fd = 0; fd < 3; fd++) {
            try {
                files.close(fd);
            } catch (final LinuxException e) {
                assertEquals(Errno.EBADF, e.errno());
            }
        }
        assertEquals(0, account.lockedPages());
        assertEquals(emptyBytes, vm.offHeapBytes());
        vm.close();
    }

    private int create(final long liobn, final int shift, final long offset, final long size) {
        return vm.createSpaprTce64(new WindowGeometry(liobn, shift, offset, size));
    }

    private static Errno errno(final Runnable call) {
        return assertThrows(LinuxException.class, call::run).errno();
    }

    @ParameterizedTest
    @CsvSource({
        "1, 16, 2", "8192, 16, 2", "8193, 16, 3", "262144, 16, 33", "67108864, 16, 8194", "66994176, 16, 8179",
        "66977792, 16, 8177", "1, 12, 2", "512, 12, 2", "513, 12, 3", "262144, 12, 514", "257024, 12, 503",
        "256512, 12, 502", "4503599627370495, 12, 8813272891393"
    })
    void shouldChargeTablePagesAndDescriptorWhenAsked(final long size, final int hostShift, final long pages) {
        assertEquals(pages, TableAccounting.lockedPages(size, hostShift));
    }

    @Test
    void shouldGiveLowestDescriptorsAndChargeWhenTablesAreCreated() {
        assertEquals(0, create(1, 12, 0, 262_144));
        assertEquals(33, account.lockedPages());
        assertEquals(1, create(2, 16, 0, 1));
        assertEquals(35, account.lockedPages());
        files.close(0);
        assertEquals(2, account.lockedPages());
        assertEquals(0, create(0x1_0000_0001L, 24, 7, 5));
        assertEquals(4, account.lockedPages());
    }

    @ParameterizedTest
    @CsvSource({"3, true", "4, true", "5, false"})
    void shouldRefuseOnlyWhenTheChargePassesTheLimit(final long pages, final boolean created) {
        create(1, 12, 0, 31L * 8192);
        assertEquals(32, account.lockedPages());
        if (created) {
            assertEquals(1, create(2, 12, 0, (pages - 1) * 8192));
            assertEquals(32 + pages, account.lockedPages());
        } else {
            assertEquals(Errno.ENOMEM, errno(() -> create(2, 12, 0, (pages - 1) * 8192)));
            assertEquals(32, account.lockedPages());
            assertEquals(1, files.openCount());
        }
    }

    @Test
    void shouldReportTheFirstFailingCheckWhenSeveralFail() {
        create(1, 12, 0, 31L * 8192);
        // Bad geometry before the limit, the limit before the LIOBN, the LIOBN before the descriptor.
        assertEquals(Errno.EINVAL, errno(() -> create(1, 11, 0, 1L << 40)));
        assertEquals(Errno.EINVAL, errno(() -> create(1, 12, 0, 0)));
        assertEquals(Errno.EINVAL, errno(() -> create(1, 35, 0, 1)));
        assertEquals(Errno.EINVAL, errno(() -> create(1, 12, -1, 2)));
        assertEquals(Errno.ENOMEM, errno(() -> create(1, 12, 0, 1L << 40)));
        assertEquals(Errno.EBUSY, errno(() -> create(1, 16, 0, 1)));
        assertEquals(32, account.lockedPages());
        create(2, 12, 0, 1);
        assertEquals(2, create(3, 12, 0, 1));
        assertEquals(Errno.ENOMEM, errno(() -> create(1, 12, 0, 1)));
        assertEquals(36, account.lockedPages());
    }

    @Test
    void shouldUndoEverythingWhenNoDescriptorIsFree() {
        create(1, 12, 0, 1);
        create(2, 12, 0, 1);
        create(3, 12, 0, 1);
        assertEquals(Errno.EBUSY, errno(() -> create(3, 12, 0, 1)));
        assertEquals(Errno.EMFILE, errno(() -> create(4, 12, 0, 1)));
        assertEquals(6, account.lockedPages());
        assertEquals(3, files.openCount());
        files.close(1);
        // The LIOBN was not left in use.
        assertEquals(1, create(4, 12, 0, 1));
    }

    @Test
    void shouldReportNoMemoryWhenAWindowIsTooLargeToDescribe() {
        final LockedMemory unlimited = LockedMemory.unlimited();
        try (Vm large =
                new Vm(new VmConfig().process(new ProcessConfig().lockedMemory(unlimited)), ReferenceHandler::new)) {
            final WindowGeometry window = new WindowGeometry(1, 12, 0, 1L << 44);
            assertEquals(Errno.ENOMEM, errno(() -> large.createSpaprTce64(window)));
            assertEquals(0, unlimited.lockedPages());
            assertEquals(0, large.files().openCount());
        }
    }

    @ParameterizedTest
    @CsvSource({"4096, 1", "8191, 1", "1073741824, 262144", "-4096, 1048575", "-1, 1048575"})
    void shouldRoundDownToPagesWhenTheOlderCallIsUsed(final int bytes, final long pages) {
        final LockedMemory unlimited = LockedMemory.unlimited();
        try (Vm other =
                new Vm(new VmConfig().process(new ProcessConfig().lockedMemory(unlimited)), ReferenceHandler::new)) {
            final int fd = other.createSpaprTce(5, bytes);
            final WindowGeometry window =
                    ((TceTableFile) other.files().file(fd)).table().geometry();
            assertEquals(new WindowGeometry(5, 12, 0, pages), window);
            other.files().close(fd);
        }
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "4095"})
    void shouldRefuseWhenTheOlderCallNamesLessThanAPage(final int bytes) {
        assertEquals(Errno.EINVAL, errno(() -> vm.createSpaprTce(5, bytes)));
    }

    @Test
    void shouldFreeTheTableWhenItsFileIsClosed() {
        final int fd = create(1, 12, 0, 512);
        final TceTableFile file = (TceTableFile) files.file(fd);
        assertEquals(2, file.chargedPages());
        file.table().fill(0, 1, 5);
        assertEquals(emptyBytes + 65_536, vm.offHeapBytes());
        files.close(fd);
        assertNull(vm.awaitGracePeriod(0));
        assertEquals(emptyBytes, vm.offHeapBytes());
    }
}
