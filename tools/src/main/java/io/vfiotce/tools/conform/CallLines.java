package io.vfiotce.tools.conform;

import io.vfiotce.papr.HStatus;
import io.vfiotce.papr.Hcall;
import java.util.Arrays;

/** The lines of the four hypercalls. */
final class CallLines {
    private CallLines() {}

    static void get(final LineFields fields, final ScenarioBuilder scenario) throws VectorFormatException {
        final long liobn = fields.hex("the LIOBN");
        final long ioba = fields.hex("the bus address");
        fields.literal("=");
        final long status = fields.status("the status");
        final long value = status == HStatus.H_SUCCESS ? fields.hex("the value") : 0;
        fields.end();
        final long[] none = VectorCall.NO_WORDS;
        scenario.call(
                fields,
                new VectorCall(fields.lineNumber(), Hcall.H_GET_TCE, liobn, ioba, 0, 0, none, status, false, 0, value));
    }

    static void put(final LineFields fields, final ScenarioBuilder scenario) throws VectorFormatException {
        final long liobn = fields.hex("the LIOBN");
        final long ioba = fields.hex("the bus address");
        final long tce = fields.hex("the TCE");
        store(fields, scenario, Hcall.H_PUT_TCE, liobn, ioba, tce, 0, VectorCall.NO_WORDS);
    }

    static void stuff(final LineFields fields, final ScenarioBuilder scenario) throws VectorFormatException {
        final long liobn = fields.hex("the LIOBN");
        final long ioba = fields.hex("the bus address");
        final long value = fields.hex("the value");
        final long count = fields.hex("the count");
        store(fields, scenario, Hcall.H_STUFF_TCE, liobn, ioba, value, count, VectorCall.NO_WORDS);
    }

    static void indirect(final LineFields fields, final ScenarioBuilder scenario) throws VectorFormatException {
        final long liobn = fields.hex("the LIOBN");
        final long ioba = fields.hex("the bus address");
        final long list = fields.hex("the list address");
        final long count = fields.hex("the count");
        fields.literal(":");
        final long[] words = words(fields);
        requirePossible(fields, scenario, list, count, words);
        store(fields, scenario, Hcall.H_PUT_TCE_INDIRECT, liobn, ioba, list, count, words);
    }

    private static long[] words(final LineFields fields) throws VectorFormatException {
        final long[] words = new long[Hcall.MAX_LIST_TCES];
        int count = 0;
        while (!fields.startsWith("=")) {
            final long word = fields.hex("a word of the list or '='");
            if (count == Hcall.MAX_LIST_TCES) {
                throw fields.error("the list has more than " + Hcall.MAX_LIST_TCES + " words");
            }
            words[count++] = word;
        }
        return count == 0 ? VectorCall.NO_WORDS : Arrays.copyOf(words, count);
    }

    /** Checks the words against what the list's address and length allow to be read. */
    private static void requirePossible(
            final LineFields fields,
            final ScenarioBuilder scenario,
            final long list,
            final long count,
            final long[] words)
            throws VectorFormatException {
        final boolean legal =
                Long.compareUnsigned(count, Hcall.MAX_LIST_TCES) <= 0 && (list & (Hcall.LIST_PAGE_BYTES - 1)) == 0;
        final boolean backed = scenario.isBacked(list);
        if (scenario.header().profile() == Profile.KERNEL) {
            final long expected = legal && backed ? count : 0;
            if (words.length != expected) {
                throw fields.error("the list has " + words.length + " words where " + expected + " should be");
            }
            return;
        }
        final long most = legal ? count : 0;
        if (words.length > most) {
            throw fields.error("the list has " + words.length + " words where at most " + most + " can be");
        }
        if (!backed && Arrays.stream(words).anyMatch(word -> word != 0)) {
            throw fields.error("the list is not in memory, and yet a word of it is not 0");
        }
    }

    private static void store(
            final LineFields fields,
            final ScenarioBuilder scenario,
            final long opcode,
            final long liobn,
            final long ioba,
            final long r6,
            final long r7,
            final long[] words)
            throws VectorFormatException {
        fields.literal("=");
        final long status = fields.status("the status");
        final boolean realMode = scenario.header().profile() == Profile.KERNEL && !fields.isEmpty();
        final long realModeStatus = realMode ? fields.statusOf("rm") : 0;
        fields.end();
        scenario.call(
                fields,
                new VectorCall(
                        fields.lineNumber(), opcode, liobn, ioba, r6, r7, words, status, realMode, realModeStatus, 0));
    }
}
