package io.vfiotce.tools.replay;

import io.vfiotce.dma.DmaAccess;
import io.vfiotce.dma.DmaConfig;
import io.vfiotce.dma.DmaContext;
import io.vfiotce.dma.DmaStatus;
import io.vfiotce.iommu.IommuGroup;
import io.vfiotce.kvm.Vm;
import io.vfiotce.memory.TranslationHints;
import java.util.List;

/** A device that makes every access twice, without hints and with them, and compares both with what they must be. */
final class ReplayDevice implements AutoCloseable {
    private static final int[] ACCESSES = {DmaAccess.READ, DmaAccess.WRITE};

    private final DmaContext walking;
    private final DmaContext hinted;
    private long hintedAccesses;

    private ReplayDevice(final DmaContext walking, final DmaContext hinted) {
        this.walking = walking;
        this.hinted = hinted;
    }

    /** A device that sees a window as the guest wrote it. */
    static ReplayDevice of(final Vm vm, final long liobn) {
        final String name = "device of liobn=0x" + Long.toHexString(liobn);
        return new ReplayDevice(
                vm.dma().openContext(new DmaConfig(name).hints(false), liobn),
                vm.dma().openContext(new DmaConfig(name), liobn));
    }

    /** A device of a VFIO group, which sees the hardware's tables. */
    static ReplayDevice of(final Vm vm, final IommuGroup group) {
        final String name = "device of group " + group.id();
        return new ReplayDevice(
                vm.dma().openContext(new DmaConfig(name).hints(false), group),
                vm.dma().openContext(new DmaConfig(name), group));
    }

    /**
     * Compares accesses to an address.
     *
     * @param ioba bus address
     * @param expected what they must find
     * @param where what to say before a difference
     * @param mismatches gets the differences
     * @return how many were compared
     */
    int check(final long ioba, final ExpectedPage expected, final String where, final Mismatches mismatches) {
        int accesses = 0;
        for (final DmaContext context : List.of(walking, hinted)) {
            for (final int access : ACCESSES) {
                check(context, ioba, access, expected, where, mismatches);
                accesses++;
            }
            // The vCPU of this thread may wait for devices when it changes windows.
            context.offline();
        }
        hintedAccesses += ACCESSES.length;
        return accesses;
    }

    private void check(
            final DmaContext context,
            final long ioba,
            final int access,
            final ExpectedPage expected,
            final String where,
            final Mismatches mismatches) {
        // A hint is for the rest of a piece, and never tried for more.
        final long wanted = context == hinted
                ? TranslationHints.PIECE_BYTES - (ioba & (TranslationHints.PIECE_BYTES - 1))
                : Long.MAX_VALUE;
        final long expectedBytes = Math.min(expected.lengthBytes(), wanted);
        context.begin();
        final int status = context.translate(ioba, wanted, access);
        final long address = context.address();
        final long lengthBytes = context.lengthBytes();
        context.end();
        final int mustBe = expected.status(access);
        final boolean isOk = mustBe == DmaStatus.OK;
        if (status != mustBe
                || address != (isOk ? expected.address() : 0)
                || lengthBytes != (isOk ? expectedBytes : 0)) {
            mismatches.add(where + ": " + context.name() + (context == hinted ? " with hints " : " ")
                    + DmaAccess.name(access) + " is " + DmaStatus.name(status) + ", 0x" + Long.toHexString(lengthBytes)
                    + " bytes at 0x" + Long.toHexString(address) + ", must be " + DmaStatus.name(mustBe) + ", 0x"
                    + Long.toHexString(expectedBytes) + " bytes at 0x"
                    + Long.toHexString(expected.address()));
        }
    }

    /** Accesses that needed no walk. */
    long hintHits() {
        return hintedAccesses - hinted.walks();
    }

    @Override
    public void close() {
        walking.close();
        hinted.close();
    }
}
