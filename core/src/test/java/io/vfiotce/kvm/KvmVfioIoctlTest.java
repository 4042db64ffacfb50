package io.vfiotce.kvm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vfiotce.linux.Errno;
import io.vfiotce.linux.FileDescriptors;
import io.vfiotce.linux.IoctlArgument;
import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.memory.UserProcess;
import io.vfiotce.support.TestFile;
import io.vfiotce.userspace.ReferenceHandler;
import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The ioctls of a KVM-VFIO device over raw structures. */
class KvmVfioIoctlTest {
    private static final int SET = KvmDeviceDescriptor.KVM_SET_DEVICE_ATTR;
    private static final int GET = KvmDeviceDescriptor.KVM_GET_DEVICE_ATTR;
    private static final int HAS = KvmDeviceDescriptor.KVM_HAS_DEVICE_ATTR;
    private static final int SIZE = 64;

    private final FileDescriptors files = new FileDescriptors(3);
    private final UserProcess process = new UserProcess(new ProcessConfig().files(files));
    private final Vm vm = new Vm(new VmConfig().process(process), ReferenceHandler::new);
    private final UnsafeBuffer memory = new UnsafeBuffer(ByteBuffer.allocateDirect(SIZE));

    @AfterEach
    void close() {
        for (int fd = 0; fd < 3; fd++) {
            CallForm.result(closing(fd));
        }
        vm.close();
        process.close();
    }

    private Runnable closing(final int fd) {
        return () -> files.close(fd);
    }

    private long create(final int type, final int flags, final int offset) {
        memory.putInt(8, type);
        memory.putInt(12, -7);
        memory.putInt(16, flags);
        return KvmVfioIoctl.vmIoctl(vm, KvmDeviceDescriptor.KVM_CREATE_DEVICE, IoctlArgument.of(memory, offset));
    }

    private IoctlArgument attribute(final int offset, final int group, final long attribute, final long address) {
        memory.putInt(4, 0xdead);
        memory.putInt(8, group);
        memory.putLong(12, attribute);
        memory.putLong(20, address);
        return IoctlArgument.of(memory, offset);
    }

    private static int number(final Errno errno) {
        return -errno.number();
    }

    @Test
    void shouldWriteTheDescriptorWhenADeviceIsCreated() {
        files.install(new TestFile());
        assertEquals(0, create(4, 0, 8));
        assertEquals(1, memory.getInt(12));
        assertEquals(0, CallForm.device(vm, 1).groupCount());
        assertEquals(number(Errno.EBUSY), create(4, 0, 8), "§3.2 create: the VM has one");
        assertEquals(-7, memory.getInt(12));
        files.close(1);
        assertEquals(0, create(4, 0xf0, 8), "unknown flags mean nothing");
        assertEquals(1, memory.getInt(12));
    }

    @ParameterizedTest(name = "§3.2 create: {0}")
    @CsvSource({
        "type 0 → ENODEV, 0, 0, -19",
        "type 3 → ENODEV, 3, 0, -19",
        "type 5 → ENODEV, 5, 0, -19",
        "type -1 → ENODEV, -1, 0, -19",
        "unknown type with TEST → ENODEV, 5, 1, -19",
        "TEST → 0, 4, 1, 0",
        "TEST with other bits → 0, 4, 0x80000001, 0"
    })
    void shouldMakeNothingWhenADeviceIsNotCreated(
            final String name, final int type, final String flags, final long result) {
        assertEquals(result, create(type, Long.decode(flags).intValue(), 8), name);
        assertEquals(-7, memory.getInt(12));
        assertEquals(0, files.openCount());
        assertEquals(0, create(4, 0, 8), "there is no device yet");
        assertEquals(type == 4 ? 0 : -19, create(type, 1, 8), "TEST does not look for a device");
    }

    @Test
    void shouldReportEmfileAndMakeNothingWhenNoDescriptorIsFree() {
        for (int i = 0; i < 3; i++) {
            files.install(new TestFile());
        }
        assertEquals(number(Errno.EMFILE), create(4, 0, 8));
        files.close(2);
        assertEquals(0, create(4, 0, 8));
    }

    @ParameterizedTest
    @ValueSource(ints = {SIZE - 11, SIZE, -1, Integer.MAX_VALUE})
    void shouldReportEfaultWhenTheCreatingStructureIsNotAllThere(final int offset) {
        assertEquals(number(Errno.EFAULT), create(4, 0, offset));
        assertEquals(0, files.openCount());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 0xC00C_AEE1, SET, SpaprTceDescriptor.KVM_CREATE_SPAPR_TCE})
    void shouldReportEnottyWhenTheVmDoesNotKnowTheRequest(final int request) {
        assertEquals(number(Errno.ENOTTY), KvmVfioIoctl.vmIoctl(vm, request, IoctlArgument.of(memory, 0)));
    }

    @ParameterizedTest(name = "§3.2 {0}")
    @CsvSource({
        "HAS ADD → 0, HAS, 4, 1, 1, 32, 0",
        "HAS DEL → 0, HAS, 4, 1, 2, 32, 0",
        "HAS SET_SPAPR_TCE → 0, HAS, 4, 1, 3, 32, 0",
        "HAS reads no value → 0, HAS, 4, 1, 1, -1, 0",
        "HAS attribute 0 → ENXIO, HAS, 4, 1, 0, 32, -6",
        "HAS attribute 4 → ENXIO, HAS, 4, 1, 4, 32, -6",
        "HAS attribute above 32 bits → ENXIO, HAS, 4, 1, 0x100000001, 32, -6",
        "HAS group 0 → ENXIO, HAS, 4, 0, 1, 32, -6",
        "HAS structure not all there → EFAULT, HAS, 41, 1, 1, 32, -14",
        "SET attribute 0 → ENXIO, SET, 4, 1, 0, -1, -6",
        "SET attribute 4 → ENXIO, SET, 4, 1, 4, -1, -6",
        "SET group 2 → ENXIO, SET, 4, 2, 1, -1, -6",
        "SET structure not all there → EFAULT, SET, 41, 2, 1, 32, -14",
        "ADD 1: value not all there → EFAULT, SET, 4, 1, 1, 61, -14",
        "ADD 1: value before the memory → EFAULT, SET, 4, 1, 1, -4, -14",
        "ADD 1: value far outside → EFAULT, SET, 4, 1, 1, 0x100000020, -14",
        "ADD 2: value at the memory's end and bad fd → EBADF, SET, 4, 1, 1, 60, -9",
        "DEL: value not all there → EFAULT, SET, 4, 1, 2, 61, -14",
        "DEL: bad fd → EBADF, SET, 4, 1, 2, 60, -9",
        "SET_SPAPR_TCE 1: value not all there → EFAULT, SET, 4, 1, 3, 57, -14",
        "SET_SPAPR_TCE 2: value at the memory's end and bad fd → EBADF, SET, 4, 1, 3, 56, -9",
        "GET → EPERM, GET, 4, 1, 1, 32, -1",
        "GET structure not all there → EPERM, GET, 41, 1, 1, 32, -1"
    })
    void shouldAnswerInOrderWhenAnAttributeIsUsed(
            final String name,
            final String call,
            final int offset,
            final int group,
            final String attribute,
            final String address,
            final long result) {
        final int device = vm.createDevice(4, 0);
        memory.setMemory(0, SIZE, (byte) 0x7f);
        final int request = call.equals("GET") ? GET : call.equals("HAS") ? HAS : SET;
        final IoctlArgument argument = attribute(offset, group, Long.decode(attribute), Long.decode(address));
        assertEquals(result, KvmVfioIoctl.ioctl(process, device, request, argument), name);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 0x8018_AEE0, 0x8018_AEE4, 0x4018_AEE1, KvmDeviceDescriptor.KVM_CREATE_DEVICE})
    void shouldReportEnottyWhenTheDeviceDoesNotKnowTheRequest(final int request) {
        final int device = vm.createDevice(4, 0);
        assertEquals(number(Errno.ENOTTY), KvmVfioIoctl.ioctl(process, device, request, attribute(4, 1, 1, 32)));
    }

    @Test
    void shouldReportWhichDescriptorIsWrongWhenItIsNoDevice() {
        assertEquals(number(Errno.EBADF), KvmVfioIoctl.ioctl(process, 0, HAS, attribute(4, 1, 1, 32)));
        files.install(new TestFile());
        assertEquals(number(Errno.ENOTTY), KvmVfioIoctl.ioctl(process, 0, HAS, attribute(4, 1, 1, 32)));
    }

    @ParameterizedTest
    @ValueSource(ints = {SET, GET, HAS, 0})
    void shouldReportEioWhenAnotherProcessCalls(final int request) {
        final int device = vm.createDevice(4, 0);
        final UserProcess other = new UserProcess(new ProcessConfig());
        final int inherited = other.files().install(files.hold(device));
        assertEquals(
                number(Errno.EIO),
                KvmVfioIoctl.ioctl(other, inherited, request, attribute(4, 1, 1, 32)),
                "§3.2: another mm");
        files.close(device);
        assertEquals(number(Errno.EBUSY), create(4, 0, 8), "the other process holds the device");
        other.files().close(inherited);
        assertEquals(0, create(4, 0, 8));
        other.close();
    }
}
