package io.vfiotce.kvm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vfiotce.linux.FileDescriptors;
import io.vfiotce.linux.LockedMemory;
import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.tce.WindowGeometry;
import io.vfiotce.userspace.ReferenceHandler;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The table-creating ioctls over raw structures. */
class VmIoctlTest {
    private final FileDescriptors files = new FileDescriptors(2);
    private final Vm vm = new Vm(
            new VmConfig().process(new ProcessConfig().files(files).lockedMemory(new LockedMemory(10))),
            ReferenceHandler::new);

    @AfterEach
    void close() {
        while (files.openCount() > 0) {
            files.close(files.openCount() - 1);
        }
        vm.close();
    }

    private static DirectBuffer struct64(
            final long liobn, final int shift, final int flags, final long offset, final long size) {
        return new UnsafeBuffer(ByteBuffer.allocate(40)
                .order(ByteOrder.nativeOrder())
                .putLong(8, liobn)
                .putInt(16, shift)
                .putInt(20, flags)
                .putLong(24, offset)
                .putLong(32, size));
    }

    private long create64(final DirectBuffer argument, final int offset) {
        return VmIoctl.ioctl(vm, SpaprTceDescriptor.KVM_CREATE_SPAPR_TCE_64, argument, offset);
    }

    private long create(final DirectBuffer argument, final int offset) {
        return VmIoctl.ioctl(vm, SpaprTceDescriptor.KVM_CREATE_SPAPR_TCE, argument, offset);
    }

    @Test
    void shouldReadEveryFieldWhenTheStructureIsWhole() {
        assertEquals(0, create64(struct64(0x1_2345_6789L, 16, 0, 0x800, 0x77), 8));
        assertEquals(new WindowGeometry(0x1_2345_6789L, 16, 0x800, 0x77), geometry(0));
    }

    @Test
    void shouldReadTheOlderStructureWhenAsked() {
        final DirectBuffer argument = new UnsafeBuffer(ByteBuffer.allocate(16)
                .order(ByteOrder.nativeOrder())
                .putLong(0, 0x8000_0001L)
                .putInt(8, 0x3000)
                .putInt(12, 0xdead));
        assertEquals(0, create(argument, 0));
        assertEquals(new WindowGeometry(0x8000_0001L, 12, 0, 3), geometry(0));
        assertEquals(-14, create(argument, 1));
    }

    private WindowGeometry geometry(final int fd) {
        return ((TceTableFile) files.file(fd)).table().geometry();
    }

    @ParameterizedTest
    @ValueSource(ints = {9, 40, -1, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void shouldReportEfaultWhenTheStructureIsNotAllThere(final int offset) {
        assertEquals(-14, create64(struct64(1, 12, 0, 0, 1), offset));
        assertEquals(-14, create64(null, 0));
        assertEquals(0, files.openCount());
    }

    @Test
    void shouldReportTheNegativeErrnoWhenTheCallIsRefused() {
        assertEquals(-22, create64(struct64(1, 12, 1, 0, 1), 8));
        assertEquals(-22, create64(struct64(1, 12, Integer.MIN_VALUE, 0, 1L << 40), 8));
        assertEquals(-22, create64(struct64(1, 12, 0, 0, 0), 8));
        assertEquals(-12, create64(struct64(1, 12, 0, 0, 1L << 40), 8));
        assertEquals(0, create64(struct64(1, 12, 0, 0, 1), 8));
        assertEquals(-16, create64(struct64(1, 12, 0, 0, 1), 8));
        assertEquals(1, create64(struct64(2, 12, 0, 0, 1), 8));
        assertEquals(-24, create64(struct64(3, 12, 0, 0, 1), 8));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 0x8010_AEA9, 0x4010_AEA8, 0x8020_AEAA, -1})
    void shouldReportEnottyWhenTheRequestIsAnother(final int request) {
        assertEquals(-25, VmIoctl.ioctl(vm, request, struct64(1, 12, 0, 0, 1), 8));
    }
}
