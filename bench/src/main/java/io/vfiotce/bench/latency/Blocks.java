package io.vfiotce.bench.latency;

import io.vfiotce.kvm.Vcpu;
import io.vfiotce.papr.HStatus;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/** The two kinds of blocks that {@link DisturbanceRig} compares, over the same random places. */
final class Blocks {
    private static final int MASK = Guest.PAIRS - 1;
    private static final int ALIGNMENT_BYTES = 4096;

    private Blocks() {}

    /** H_PUT_TCE of pages that are mapped already. */
    static final class Puts implements Block {
        private final Vcpu vcpu;
        private final long[] iobas;
        private final long[] tces;
        private int next;

        Puts(final Guest guest) {
            vcpu = guest.vcpu;
            iobas = guest.iobas;
            tces = guest.tces;
        }

        @Override
        public void run(final int operations) {
            final int first = next;
            long status = HStatus.H_SUCCESS;
            for (int k = 0; k < operations; k++) {
                final int i = first + k & MASK;
                status |= vcpu.hPutTce(Guest.LIOBN, iobas[i], tces[i]);
            }
            next = first + operations;
            Guest.requireSuccess(status);
        }
    }

    /** Plain stores into a buffer of the window's size. */
    static final class Stores implements Block {
        private final UnsafeBuffer buffer =
                new UnsafeBuffer(BufferUtil.allocateDirectAligned(Guest.WINDOW_PAGES * Long.BYTES, ALIGNMENT_BYTES));
        private final long[] iobas;
        private final long[] tces;
        private int next;

        Stores(final Guest guest) {
            iobas = guest.iobas;
            tces = guest.tces;
        }

        @Override
        public void run(final int operations) {
            final int first = next;
            for (int k = 0; k < operations; k++) {
                final int i = first + k & MASK;
                buffer.putLong((int) (iobas[i] >>> (Guest.PAGE_SHIFT - 3)), tces[i]);
            }
            next = first + operations;
        }
    }
}
