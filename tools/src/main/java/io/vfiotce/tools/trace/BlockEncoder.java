package io.vfiotce.tools.trace;

import java.util.Arrays;

/**
 * Turns a run of records into the raw bytes of a block, column after column. Numbers are differences to the record
 * before, or to the last record of the same kind; every block starts from zero, so it can be read alone.
 */
final class BlockEncoder {
    /** Bit of the permission in the byte it shares with the grade. */
    static final int PERM_SHIFT = 2;

    private final VarintWriter out = new VarintWriter();
    private final long[] previous = new long[TraceKind.COUNT];
    private final PagePredictor predictor = new PagePredictor();

    /** Records from first that belong into one block. */
    static int recordsOfBlock(final TraceColumns columns, final int first) {
        final int most = Math.min(columns.records - first, BinaryTraceDescriptor.MAX_BLOCK_RECORDS);
        int words = 0;
        for (int n = 0; n < most; n++) {
            words += wordsOf(columns, first + n);
            if (words >= BinaryTraceDescriptor.BLOCK_LIST_WORDS) {
                return n + 1;
            }
        }
        return most;
    }

    /** List words of a record. */
    static int wordsOf(final TraceColumns columns, final int i) {
        return columns.kind[i] == TraceKind.INDIRECT ? columns.aux[i] : 0;
    }

    /** Whether records of a kind have a number in the aux column. */
    static boolean hasAux(final int kind) {
        return kind != TraceKind.PUT && kind != TraceKind.GET;
    }

    /** Encodes records first to end - 1; the result is valid until the next call. */
    VarintWriter encode(final TraceColumns columns, final int first, final int end) {
        out.clear();
        predictor.clear();
        for (int i = first; i < end; i++) {
            out.writeByte(columns.kind[i]);
        }
        for (int i = first; i < end; i++) {
            out.writeByte(columns.grade[i] | columns.perm[i] << PERM_SHIFT);
        }
        writeDeltas(columns.line, first, end);
        writeDeltas(columns.timeMicros, first, end);
        for (int i = first; i < end; i++) {
            out.writeUnsigned(columns.thread[i]);
        }
        writeDeltas(columns.liobn, first, end);
        writeAddresses(columns, first, end);
        writeValues(columns, first, end);
        writeAux(columns, first, end);
        for (int i = first; i < end; i++) {
            if (TraceKind.isHcall(columns.kind[i])) {
                out.writeSigned(columns.status[i]);
            }
        }
        writeLists(columns, first, end);
        return out;
    }

    private void writeDeltas(final long[] column, final int first, final int end) {
        long last = 0;
        for (int i = first; i < end; i++) {
            out.writeSigned(column[i] - last);
            last = column[i];
        }
    }

    private void writeAddresses(final TraceColumns columns, final int first, final int end) {
        Arrays.fill(previous, 0);
        for (int i = first; i < end; i++) {
            writeDeltaOfKind(columns.kind[i], columns.ioba[i]);
        }
    }

    private void writeValues(final TraceColumns columns, final int first, final int end) {
        Arrays.fill(previous, 0);
        for (int i = first; i < end; i++) {
            if (columns.kind[i] == TraceKind.XLATE) {
                out.writeSigned(columns.value[i] - predictor.guess(columns.liobn[i], columns.ioba[i]));
                predictor.learn(columns.liobn[i], columns.ioba[i], columns.value[i]);
            } else {
                writeDeltaOfKind(columns.kind[i], columns.value[i]);
            }
        }
    }

    private void writeAux(final TraceColumns columns, final int first, final int end) {
        Arrays.fill(previous, 0);
        for (int i = first; i < end; i++) {
            if (hasAux(columns.kind[i])) {
                writeDeltaOfKind(columns.kind[i], columns.aux[i]);
            }
        }
    }

    private void writeDeltaOfKind(final int kind, final long number) {
        out.writeSigned(number - previous[kind]);
        previous[kind] = number;
    }

    private void writeLists(final TraceColumns columns, final int first, final int end) {
        final int firstWord = first == end ? 0 : columns.listStart[first];
        final int endWord = end == columns.records ? columns.words : columns.listStart[end];
        for (int w = firstWord; w < endWord; w++) {
            out.writeByte(columns.listKnown[w] ? 1 : 0);
        }
        long last = 0;
        for (int w = firstWord; w < endWord; w++) {
            if (columns.listKnown[w]) {
                out.writeSigned(columns.listWords[w] - last);
                last = columns.listWords[w];
            }
        }
    }
}
