package io.vfiotce.dma;

import io.vfiotce.kvm.VmConfig;
import io.vfiotce.memory.GuestMemory;
import io.vfiotce.memory.Memslot;
import io.vfiotce.memory.ProcessConfig;
import io.vfiotce.support.TestVm;
import io.vfiotce.tce.TceTable;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Assertions;

/**
 * A VM with host pages of 4 KiB, two slots of memory that end within 64 KiB, with a hole between them, and two windows that touch: 64 pages of 4 KiB
 * from bus address 0, 8 pages of 64 KiB behind them.
 */
final class DmaFixture implements AutoCloseable {
    static final long LIOBN = TestVm.LIOBN;
    static final long SECOND_LIOBN = LIOBN + 1;
    static final long SLOT_BYTES = 0x3_8000;
    static final long SECOND_SLOT = 0x8_0000;
    static final long SECOND_START = 0x4_0000;
    static final long END = 0xC_0000;

    final TestVm test = TestVm.inline(
            new VmConfig().process(new ProcessConfig().hostPageShift(12).gracePeriodTimeoutNs(1_000_000)));
    final GuestMemory first = GuestMemory.sparse(SLOT_BYTES);
    final GuestMemory second = GuestMemory.sparse(SLOT_BYTES);
    final TceTable low;
    final TceTable high;

    DmaFixture() {
        test.vm().addMemslot(Memslot.of(0, first));
        test.vm().addMemslot(Memslot.of(SECOND_SLOT, second));
        low = test.window(LIOBN, 12, 0, 64);
        high = test.window(SECOND_LIOBN, 16, 4, 8);
    }

    /** A context with both windows. */
    DmaContext open(final boolean hints) {
        return test.vm().dma().openContext(new DmaConfig("nic").hints(hints), LIOBN, SECOND_LIOBN);
    }

    /** Maps a page of the first window. */
    void map(final long ioba, final long tce) {
        low.fill(ioba >>> 12, 1, tce);
    }

    /** Maps a page of the second window. */
    void mapHigh(final long ioba, final long tce) {
        high.fill((ioba - SECOND_START) >>> 16, 1, tce);
    }

    /** Translates twice, so that a hint is used if one was made. */
    static int translate(final DmaContext nic, final long ioba, final long length, final int access) {
        final int status = nic.translate(ioba, length, access);
        final long address = nic.address();
        final long lengthBytes = nic.lengthBytes();
        Assertions.assertEquals(status, nic.translate(ioba, length, access));
        Assertions.assertEquals(address, nic.address());
        Assertions.assertEquals(lengthBytes, nic.lengthBytes());
        nic.end();
        return status;
    }

    /** Address of a byte of guest memory in this process. */
    long address(final long gpa) {
        return gpa < SLOT_BYTES ? first.address() + gpa : second.address() + gpa - SECOND_SLOT;
    }

    /** The bytes of guest memory from an address on. */
    UnsafeBuffer bytes(final long gpa, final int length) {
        return new UnsafeBuffer(address(gpa), length);
    }

    @Override
    public void close() {
        test.close();
    }
}
