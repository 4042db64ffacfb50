package io.vfiotce.tools.conform;

import io.vfiotce.hcall.TceCall;
import io.vfiotce.papr.Hcall;

/**
 * A recorded hypercall and its outcome.
 *
 * @param line number of the line
 * @param opcode hypercall number
 * @param liobn logical I/O bus number
 * @param ioba bus address in bytes
 * @param r6 TCE, value or list address
 * @param r7 count in pages
 * @param words the list as far as it was read; shorter than {@code r7} if it was not
 * @param status final status
 * @param realMode whether real mode was tried
 * @param realModeStatus status of real mode, 0 if it was not tried
 * @param value the TCE that a successful GET read, else 0
 */
public record VectorCall(
        long line,
        long opcode,
        long liobn,
        long ioba,
        long r6,
        long r7,
        long[] words,
        long status,
        boolean realMode,
        long realModeStatus,
        long value)
        implements Step, TceCall {
    static final long[] NO_WORDS = {};

    @Override
    public long listTce(final int index) {
        return words[index];
    }

    /** The call as in the file, without list and outcome. */
    String text() {
        final String start = keyword(opcode) + " " + Long.toHexString(liobn) + " " + Long.toHexString(ioba);
        if (opcode == Hcall.H_GET_TCE) {
            return start;
        }
        final String argument = start + " " + Long.toHexString(r6);
        return opcode == Hcall.H_PUT_TCE ? argument : argument + " " + Long.toHexString(r7);
    }

    private static String keyword(final long opcode) {
        if (opcode == Hcall.H_GET_TCE) {
            return "get";
        }
        if (opcode == Hcall.H_PUT_TCE) {
            return "put";
        }
        return opcode == Hcall.H_STUFF_TCE ? "stuff" : "indirect";
    }
}
