package io.vfiotce.dma;

import static io.vfiotce.dma.DmaAccess.READ;
import static io.vfiotce.dma.DmaAccess.READ_WRITE;
import static io.vfiotce.dma.DmaAccess.WRITE;
import static io.vfiotce.dma.DmaFixture.SECOND_SLOT;
import static io.vfiotce.dma.DmaFixture.SECOND_START;
import static io.vfiotce.dma.DmaStatus.OK;
import static io.vfiotce.dma.DmaStatus.PERMISSION;
import static io.vfiotce.dma.DmaStatus.TOO_SMALL;
import static io.vfiotce.dma.DmaStatus.UNMAPPED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.papr.Hcall;
import io.vfiotce.support.AllocationProbe;
import io.vfiotce.support.PassThroughVm;
import io.vfiotce.support.TestVm;
import java.nio.ByteBuffer;
import java.util.function.ToIntFunction;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No operation of a device allocates heap, however it ends. */
class DmaAllocationTest {
    private static final int TIMES = 30_000;
    // From the last bytes of one page over the next into a third.
    private static final long IOBA = 0x1FF0;
    private static final int LENGTH = 0x1020;

    private long faults;

    private static void assertNothing(
            final String what, final DmaContext device, final int status, final ToIntFunction<DmaContext> operation) {
        final long bytes = AllocationProbe.leastBytes(() -> {
            int wrong = 0;
            for (int i = 0; i < TIMES; i++) {
                if (operation.applyAsInt(device) != status) {
                    wrong++;
                }
            }
            if (wrong != 0) {
                throw new AssertionError(wrong + " times " + what + " did not end with " + DmaStatus.name(status));
            }
        });
        assertEquals(0, bytes, what);
    }

    private static void assertTransfersAllocateNothing(final DmaContext nic, final int status) {
        final byte[] array = new byte[LENGTH];
        final UnsafeBuffer buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(LENGTH));
        final ByteBuffer direct = ByteBuffer.allocateDirect(LENGTH);
        final ByteBuffer heap = ByteBuffer.allocate(LENGTH);
        final long address = buffer.addressOffset();
        assertNothing("read array", nic, status, d -> d.read(IOBA, array, 0, LENGTH));
        assertNothing("read buffer", nic, status, d -> d.read(IOBA, buffer, 0, LENGTH));
        assertNothing("read direct", nic, status, d -> d.read(IOBA, direct.clear()));
        assertNothing("read heap", nic, status, d -> d.read(IOBA, heap.clear()));
        assertNothing("read address", nic, status, d -> d.read(IOBA, address, LENGTH));
        assertNothing("write array", nic, status, d -> d.write(IOBA, array, 0, LENGTH));
        assertNothing("write buffer", nic, status, d -> d.write(IOBA, buffer, 0, LENGTH));
        assertNothing("write direct", nic, status, d -> d.write(IOBA, direct.clear()));
        assertNothing("write heap", nic, status, d -> d.write(IOBA, heap.clear()));
        assertNothing("write address", nic, status, d -> d.write(IOBA, address, LENGTH));
        assertNothing("fill", nic, status, d -> d.fill(IOBA, LENGTH, (byte) 1));
        assertNothing("copy", nic, status, d -> d.copy(IOBA, SECOND_START, LENGTH));
        assertNothing("scatter", nic, status, d -> d.scatter(IOBA, LENGTH, READ, address, 3));
        assertNothing("scatter buffer", nic, status, d -> d.scatter(IOBA, LENGTH, READ, buffer));
    }

    private static void assertWordsAllocateNothing(final DmaContext nic, final int status) {
        final long ioba = 0x2008;
        assertNothing("load64", nic, status, d -> d.load64(ioba));
        assertNothing("load32", nic, status, d -> d.load32(ioba));
        assertNothing("store64", nic, status, d -> d.store64(ioba, 1));
        assertNothing("store32", nic, status, d -> d.store32(ioba, 1));
        assertNothing("fetchAdd64", nic, status, d -> d.fetchAdd64(ioba, 1));
        assertNothing("fetchAdd32", nic, status, d -> d.fetchAdd32(ioba, 1));
        assertNothing("swap64", nic, status, d -> d.swap64(ioba, 1));
        assertNothing("swap32", nic, status, d -> d.swap32(ioba, 1));
        assertNothing("compareAndSet64", nic, status, d -> d.compareAndSet64(ioba, 1, 1));
        assertNothing("compareAndSet32", nic, status, d -> d.compareAndSet32(ioba, 1, 1));
        assertNothing("translate", nic, status, d -> {
            d.begin();
            final int found = d.translate(ioba, 8, READ_WRITE);
            d.end();
            return found;
        });
    }

    @ParameterizedTest(name = "hints {0}, dirty log {1}")
    @CsvSource({"true, false", "false, false", "true, true"})
    void shouldAllocateNothingWhenAnEmulatedDeviceAccessesMemory(final boolean hints, final boolean logged) {
        try (DmaFixture vm = new DmaFixture();
                DmaContext nic = vm.open(hints)) {
            if (logged) {
                vm.test.vm().dma().dirtyLog().start(12);
            }
            vm.map(0x1000, 0x3003);
            vm.map(0x2000, SECOND_SLOT | 3);
            vm.map(0x3000, 0x5003);
            vm.mapHigh(SECOND_START, SECOND_SLOT + 0x1_0000 | 3);
            assertTransfersAllocateNothing(nic, OK);
            assertWordsAllocateNothing(nic, OK);
            assertNothing("scatter too small", nic, TOO_SMALL, d -> d.scatter(IOBA, LENGTH, WRITE, 0, 2));
            assertNothing("offline", nic, OK, d -> {
                d.offline();
                d.online();
                return d.load64(0x2008);
            });
            nic.offline();
            vm.test.vm().dma().dirtyLog().stop();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldAllocateNothingWhenAccessesAreRefused(final boolean hints) {
        try (DmaFixture vm = new DmaFixture();
                DmaContext nic = vm.open(hints)) {
            vm.map(0x1000, 0x3003);
            assertTransfersAllocateNothing(nic, UNMAPPED);
            assertWordsAllocateNothing(nic, UNMAPPED);
            vm.map(0x2000, 0x3001);
            assertNothing("not to be written", nic, PERMISSION, d -> d.store64(0x2008, 1));
            assertTrue(nic.faults().dropped() > 0);
            final DmaFaultConsumer consumer = (sequence, reason, access, ioba, length) -> faults++;
            assertNothing("faults", nic, 1, d -> {
                d.load64(0x3000);
                return d.faults().poll(consumer, 1);
            });
            assertTrue(faults >= 3L * TIMES && faults % TIMES == 0, faults + " faults");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldAllocateNothingWhenADeviceIsPassedThrough(final boolean hints) {
        try (PassThroughVm vm = new PassThroughVm(1, PassThroughVm.Entry.REAL, 16).memory(0, 1 << 20)) {
            vm.passThrough(16);
            vm.window(TestVm.LIOBN, 12, 0, 4096);
            for (long ioba = 0x1000; ioba < 0x8_0000; ioba += 0x1000) {
                vm.vcpu().hcall(Hcall.H_PUT_TCE, TestVm.LIOBN, ioba, (ioba ^ 0x1000) | 3, 0);
            }
            vm.offline();
            try (DmaContext vf = vm.vm()
                    .dma()
                    .openContext(
                            new DmaConfig("vf").hints(hints), vm.host().groups().get(0))) {
                assertTransfersAllocateNothing(vf, OK);
                assertWordsAllocateNothing(vf, OK);
                vf.offline();
            }
        }
    }
}
