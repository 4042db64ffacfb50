package io.vfiotce.bench.replay;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** The columns of one block of a recording. */
final class RecordedBlock {
    private static final int GRADE_MASK = 3;
    private static final int PERMISSION_SHIFT = 2;
    private static final int SLOT_BITS = 14;
    private static final int PAGE_SHIFT = 12;
    private static final long HASH = 0x9e37_79b9_7f4a_7c15L;

    private final byte[] raw;
    private final int[] kind;
    private final int[] grade;
    private final long[] list;
    private int position;

    RecordedBlock(final byte[] raw, final int records, final int words) {
        this.raw = raw;
        kind = new int[records];
        grade = new int[records];
        list = new long[words];
    }

    /** Adds the block's records. */
    void addTo(final List<Recording.Event> events) throws IOException {
        readBytes(kind);
        readBytes(grade);
        // Lines, times and threads.
        differences();
        differences();
        for (int i = 0; i < kind.length; i++) {
            unsigned();
        }
        final long[] liobn = differences();
        final long[] ioba = differencesByKind(true);
        final long[] value = values(liobn, ioba);
        final long[] aux = differencesByKind(false);
        final long[] status = new long[kind.length];
        for (int i = 0; i < kind.length; i++) {
            status[i] = kind[i] >= Recording.PUT && kind[i] <= Recording.STUFF ? signed() : 0;
        }
        readList();
        int word = 0;
        for (int i = 0; i < kind.length; i++) {
            final int end = word + (kind[i] == Recording.INDIRECT ? (int) aux[i] : 0);
            events.add(new Recording.Event(
                    kind[i],
                    (grade[i] & GRADE_MASK) == 0,
                    liobn[i],
                    ioba[i],
                    value[i],
                    aux[i],
                    grade[i] >>> PERMISSION_SHIFT,
                    status[i],
                    Arrays.copyOfRange(list, word, end)));
            word = end;
        }
        if (position != raw.length || word != list.length) {
            throw new IOException("block of another size than its columns");
        }
    }

    private void readBytes(final int[] column) {
        for (int i = 0; i < column.length; i++) {
            column[i] = raw[position++];
        }
    }

    private long[] differences() {
        final long[] column = new long[kind.length];
        long last = 0;
        for (int i = 0; i < column.length; i++) {
            last += signed();
            column[i] = last;
        }
        return column;
    }

    /** A column of differences to the last record of the same kind, which PUT and GET may not be in. */
    private long[] differencesByKind(final boolean withSinglePages) {
        final long[] column = new long[kind.length];
        final long[] last = new long[Recording.KINDS];
        for (int i = 0; i < column.length; i++) {
            if (withSinglePages || kind[i] != Recording.PUT && kind[i] != Recording.GET) {
                last[kind[i]] += signed();
                column[i] = last[kind[i]];
            }
        }
        return column;
    }

    /** As {@link #differencesByKind}, but a translation is the difference to a guess: the last one of its page's slot. */
    private long[] values(final long[] liobn, final long[] ioba) {
        final long[] column = new long[kind.length];
        final long[] last = new long[Recording.KINDS];
        final long[] guesses = new long[1 << SLOT_BITS];
        for (int i = 0; i < column.length; i++) {
            if (kind[i] == Recording.XLATE) {
                final long hash = ((ioba[i] >>> PAGE_SHIFT) + liobn[i] * HASH) * HASH;
                final int slot = (int) (hash >>> Long.SIZE - SLOT_BITS);
                guesses[slot] += signed();
                column[i] = guesses[slot];
            } else {
                last[kind[i]] += signed();
                column[i] = last[kind[i]];
            }
        }
        return column;
    }

    private void readList() {
        final int[] isKnown = new int[list.length];
        readBytes(isKnown);
        long last = 0;
        for (int i = 0; i < list.length; i++) {
            if (isKnown[i] != 0) {
                last += signed();
                list[i] = last;
            }
        }
    }

    private long unsigned() {
        long value = 0;
        int shift = 0;
        byte next;
        do {
            next = raw[position++];
            value |= (next & 0x7fL) << shift;
            shift += 7;
        } while (next < 0);
        return value;
    }

    private long signed() {
        final long value = unsigned();
        return value >>> 1 ^ -(value & 1);
    }
}
