package io.vfiotce.tools.trace;

/** Turns the raw bytes of a block back into records; what no encoder writes is an {@link IllegalArgumentException}. */
final class BlockDecoder {
    private static final int GRADE_MASK = (1 << BlockEncoder.PERM_SHIFT) - 1;

    private final VarintReader in;
    private final int records;
    private final int words;
    private final byte[] kind;
    private final byte[] gradeAndPerm;
    private final int[] thread;
    private final long[] status;
    private final int[] aux;
    private long[] line;
    private long[] timeMicros;
    private long[] liobn;
    private long[] ioba;
    private long[] value;

    /** A block of no more records and words than its bytes can hold. */
    BlockDecoder(final byte[] raw, final int records, final int words) {
        if (records > raw.length || words > raw.length) {
            throw new IllegalArgumentException("block of " + raw.length + " bytes cannot hold " + records
                    + " records and " + words + " list words");
        }
        this.in = new VarintReader(raw);
        this.records = records;
        this.words = words;
        this.kind = new byte[records];
        this.gradeAndPerm = new byte[records];
        this.thread = new int[records];
        this.status = new long[records];
        this.aux = new int[records];
    }

    /** Adds the records of the block. */
    void decodeInto(final TraceBuilder builder) {
        readColumns();
        final int first = builder.size();
        for (int i = 0; i < records; i++) {
            addRecord(builder, i);
        }
        readLists(builder, first);
        if (!in.atEnd()) {
            throw new IllegalArgumentException("block has bytes after its last column");
        }
    }

    private void readColumns() {
        for (int i = 0; i < records; i++) {
            kind[i] = (byte) requireBelow(in.readByte(), TraceKind.COUNT, "record kind");
        }
        for (int i = 0; i < records; i++) {
            gradeAndPerm[i] = (byte) requireBelow(in.readByte(), 1 << BlockEncoder.PERM_SHIFT * 2, "grade");
        }
        line = readDeltas();
        timeMicros = readDeltas();
        for (int i = 0; i < records; i++) {
            thread[i] = requireBelow(in.readUnsigned(), Integer.MAX_VALUE, "thread");
        }
        liobn = readDeltas();
        readAddresses();
        readValues();
        readAux();
        for (int i = 0; i < records; i++) {
            if (TraceKind.isHcall(kind[i])) {
                status[i] = in.readSigned();
            }
        }
    }

    private static int requireBelow(final long number, final int limit, final String what) {
        if (Long.compareUnsigned(number, limit) >= 0) {
            throw new IllegalArgumentException(what + " " + Long.toUnsignedString(number) + " is not below " + limit);
        }
        return (int) number;
    }

    private long[] readDeltas() {
        final long[] column = new long[records];
        long last = 0;
        for (int i = 0; i < records; i++) {
            last += in.readSigned();
            column[i] = last;
        }
        return column;
    }

    private void readAddresses() {
        final long[] previous = new long[TraceKind.COUNT];
        ioba = new long[records];
        for (int i = 0; i < records; i++) {
            previous[kind[i]] += in.readSigned();
            ioba[i] = previous[kind[i]];
        }
    }

    private void readValues() {
        final long[] previous = new long[TraceKind.COUNT];
        final PagePredictor predictor = new PagePredictor();
        value = new long[records];
        for (int i = 0; i < records; i++) {
            if (kind[i] == TraceKind.XLATE) {
                value[i] = predictor.guess(liobn[i], ioba[i]) + in.readSigned();
                predictor.learn(liobn[i], ioba[i], value[i]);
            } else {
                previous[kind[i]] += in.readSigned();
                value[i] = previous[kind[i]];
            }
        }
    }

    private void readAux() {
        final int[] previous = new int[TraceKind.COUNT];
        for (int i = 0; i < records; i++) {
            if (BlockEncoder.hasAux(kind[i])) {
                final long number = previous[kind[i]] + in.readSigned();
                if (number != (int) number) {
                    throw new IllegalArgumentException("number " + number + " has more than 32 bits");
                }
                previous[kind[i]] = (int) number;
                aux[i] = (int) number;
            }
        }
    }

    private void addRecord(final TraceBuilder builder, final int i) {
        final TraceGrade grade = TraceGrade.ofCode(gradeAndPerm[i] & GRADE_MASK);
        final int perm = gradeAndPerm[i] >>> BlockEncoder.PERM_SHIFT;
        final boolean gradeless = TraceKind.isWindow(kind[i]) || kind[i] == TraceKind.PUT;
        if (perm != 0 && kind[i] != TraceKind.XLATE || grade != TraceGrade.EXACT && gradeless) {
            throw new IllegalArgumentException("record of a kind that has no such grade or permission");
        }
        builder.at(line[i], timeMicros[i], thread[i], liobn[i]);
        switch (kind[i]) {
            case TraceKind.WINDOW_CREATE -> builder.windowCreate(new WindowGeometry(aux[i], ioba[i], value[i]));
            case TraceKind.WINDOW_REMOVE -> builder.windowRemove(new WindowGeometry(aux[i], ioba[i], value[i]));
            case TraceKind.PUT -> builder.put(ioba[i], value[i], status[i]);
            case TraceKind.GET -> builder.get(ioba[i], value[i], status[i], grade);
            case TraceKind.INDIRECT -> builder.indirect(ioba[i], value[i], aux[i], status[i], grade);
            case TraceKind.STUFF -> builder.stuff(ioba[i], value[i], aux[i], status[i], grade);
            default -> builder.xlate(ioba[i], value[i], perm, aux[i], grade);
        }
    }

    private void readLists(final TraceBuilder builder, final int first) {
        final boolean[] known = new boolean[words];
        for (int w = 0; w < words; w++) {
            known[w] = requireBelow(in.readByte(), 2, "list flag") != 0;
        }
        long last = 0;
        int w = 0;
        for (int i = 0; i < records; i++) {
            final int count = kind[i] == TraceKind.INDIRECT ? aux[i] : 0;
            if (count > words - w) {
                throw new IllegalArgumentException("block has fewer list words than its calls need");
            }
            for (int k = 0; k < count; k++) {
                if (known[w++]) {
                    last += in.readSigned();
                    builder.listWord(first + i, k, last);
                }
            }
        }
        if (w != words) {
            throw new IllegalArgumentException("block has more list words than its calls need");
        }
    }
}
