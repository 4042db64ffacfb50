package io.vfiotce.hcall;

import io.vfiotce.papr.Hcall;
import java.util.Arrays;
import java.util.Random;

/**
 * Generates hypercalls, most of them legal but for one thing.
 *
 * <p>Windows lie in {@link #LIOBNS}; guest memory is what {@link #backed} draws from; lists lie in {@link #LISTS}.
 */
final class RandomCalls {
    /** LIOBNs of the windows: the last has more than 32 bits. */
    static final long[] LIOBNS = {0x8000_0000L, 0x8000_0001L, 0x1_8000_0002L};

    /** Page shifts of the windows. */
    static final int[] SHIFTS = {12, 16, 12};

    /** Sizes of the windows in pages. */
    static final int[] SIZES = {40, 700, 300};

    /** First pages of the windows. */
    static final long[] OFFSETS = {0, 0x800, 5};

    /** Where lists are put. */
    static final long[] LISTS = {0x2000, 0x5000};

    /** Bytes of guest memory from address 0 and from {@link #HIGH}. */
    static final int RAM_BYTES = 0x8_0000;

    /** Where a second slot of guest memory lies. */
    static final long HIGH = 0xFFFF_FFFF_F000_0000L;

    /** What is wrong with a call, if anything: the rows of {@link LayerDependent}'s table and more. */
    enum Kind {
        WELL_FORMED,
        MISALIGNED_TCE,
        WIDE_LIOBN,
        UNALIGNED_IOBA,
        NO_PAGES,
        CROSSES_END,
        STUFF_WITH_PERMISSION,
        POISON_NOT_MEMORY,
        UNBACKED_TCE,
        MIXED_LIST,
        HOSTILE
    }

    /** One call. */
    static final class Call implements TceCall {
        Kind kind = Kind.WELL_FORMED;
        int window;
        long opcode;
        long liobn;
        long ioba;
        long r6;
        long r7;
        int words;
        final long[] list = new long[Hcall.MAX_LIST_TCES];

        @Override
        public long opcode() {
            return opcode;
        }

        @Override
        public long liobn() {
            return liobn;
        }

        @Override
        public long ioba() {
            return ioba;
        }

        @Override
        public long r6() {
            return r6;
        }

        @Override
        public long r7() {
            return r7;
        }

        @Override
        public long listTce(final int index) {
            return list[index];
        }

        @Override
        public String toString() {
            return kind + " opcode=0x" + Long.toHexString(opcode) + " liobn=0x" + Long.toHexString(liobn) + " ioba=0x"
                    + Long.toHexString(ioba) + " r6=0x" + Long.toHexString(r6) + " r7=" + r7;
        }
    }

    private static final long[] OPCODES = {Hcall.H_GET_TCE, Hcall.H_PUT_TCE, Hcall.H_STUFF_TCE, Hcall.H_PUT_TCE_INDIRECT
    };
    private static final Kind[] KINDS = Kind.values();

    private final Random random;
    private final long[] offsets;
    private final Call call = new Call();

    RandomCalls(final long seed) {
        this(seed, OFFSETS);
    }

    /** As above, with other first pages of the windows. */
    RandomCalls(final long seed, final long[] offsets) {
        random = new Random(seed);
        this.offsets = offsets;
    }

    /** {@return the next call; the same object each time} */
    Call next() {
        call.kind = random.nextInt(3) == 0 ? Kind.WELL_FORMED : KINDS[random.nextInt(KINDS.length)];
        wellFormed(call.kind == Kind.WIDE_LIOBN ? 2 : random.nextInt(2));
        switch (call.kind) {
            case MISALIGNED_TCE -> spoilOneTce(backed() | 0x800 | 1 + random.nextInt(3));
            case UNBACKED_TCE -> spoilOneTce(unbacked() | 1 + random.nextInt(3));
            case UNALIGNED_IOBA -> call.ioba += 1 + random.nextInt((1 << SHIFTS[call.window]) - 1);
            case NO_PAGES -> noPages();
            case CROSSES_END -> crossEnd();
            case STUFF_WITH_PERMISSION -> stuffWithPermission();
            case POISON_NOT_MEMORY -> list(unbacked());
            case MIXED_LIST -> mixedList();
            case HOSTILE -> hostile();
            default -> {
                // As it is.
            }
        }
        return call;
    }

    private void wellFormed(final int window) {
        call.window = window;
        call.opcode = OPCODES[random.nextInt(OPCODES.length)];
        call.liobn = LIOBNS[window];
        final int count = 1 + random.nextInt(random.nextBoolean() ? 4 : Math.min(SIZES[window], 512));
        final int first = random.nextInt(SIZES[window] - count + 1);
        call.ioba = offsets[window] + first << SHIFTS[window];
        call.r7 = count;
        call.words = 0;
        if (call.opcode == Hcall.H_PUT_TCE) {
            call.r6 = tce();
        } else if (call.opcode == Hcall.H_STUFF_TCE) {
            call.r6 = random.nextBoolean() ? 0 : random.nextLong() & ~3L;
        } else if (call.opcode == Hcall.H_PUT_TCE_INDIRECT) {
            call.r6 = LISTS[random.nextInt(LISTS.length)];
            call.words = count;
            for (int i = 0; i < count; i++) {
                call.list[i] = tce();
            }
        }
    }

    /** A TCE that is right in every window. */
    private long tce() {
        return random.nextInt(4) == 0 ? backed() : backed() & -0x1_0000L | 1 + random.nextInt(3);
    }

    private long backed() {
        final long offset = random.nextInt(RAM_BYTES) & ~3L;
        return random.nextInt(8) == 0 ? HIGH + offset : offset;
    }

    private long unbacked() {
        return RAM_BYTES + ((long) random.nextInt(0x1000) << 16);
    }

    private void spoilOneTce(final long tce) {
        if (call.opcode == Hcall.H_PUT_TCE_INDIRECT) {
            call.list[random.nextInt(call.words)] = tce;
        } else {
            call.opcode = Hcall.H_PUT_TCE;
            call.r6 = tce;
        }
    }

    private void list(final long word) {
        if (call.opcode != Hcall.H_PUT_TCE_INDIRECT) {
            call.opcode = Hcall.H_PUT_TCE_INDIRECT;
            call.r6 = LISTS[0];
            call.r7 = Math.min(call.r7, 512);
            call.words = (int) call.r7;
            for (int i = 0; i < call.words; i++) {
                call.list[i] = tce();
            }
        }
        call.list[random.nextInt(call.words)] = word;
    }

    private void mixedList() {
        list(unbacked());
        call.list[random.nextInt(call.words)] = unbacked() | 1;
        call.list[random.nextInt(call.words)] = backed() | 0x801;
        if (random.nextBoolean()) {
            call.r6 = unbacked() & -0x1000L;
            Arrays.fill(call.list, 0);
        }
    }

    private void noPages() {
        call.opcode = random.nextBoolean() ? Hcall.H_STUFF_TCE : Hcall.H_PUT_TCE_INDIRECT;
        call.r6 = call.opcode == Hcall.H_STUFF_TCE ? 0x40L * random.nextInt(2) : LISTS[0];
        call.r7 = 0;
        call.words = 0;
        if (random.nextInt(3) == 0) {
            call.ioba = offsets[call.window] + SIZES[call.window] << SHIFTS[call.window];
        }
    }

    private void crossEnd() {
        final boolean stuff = random.nextBoolean();
        final int count = 2 + random.nextInt(Math.min(SIZES[call.window], 512) - 1);
        call.opcode = stuff ? Hcall.H_STUFF_TCE : Hcall.H_PUT_TCE_INDIRECT;
        call.r6 = stuff ? 0x800 : LISTS[1];
        call.r7 = count;
        call.words = stuff ? 0 : count;
        for (int i = 0; i < call.words; i++) {
            call.list[i] = tce();
        }
        call.ioba = offsets[call.window] + SIZES[call.window] - 1 - random.nextInt(count - 1) << SHIFTS[call.window];
    }

    private void stuffWithPermission() {
        call.opcode = Hcall.H_STUFF_TCE;
        call.r6 = backed() | 1 + random.nextInt(3);
        call.words = 0;
    }

    private void hostile() {
        final int which = random.nextInt(6);
        if (which == 0) {
            call.ioba = random.nextLong();
        } else if (which == 1) {
            call.ioba = -1L << random.nextInt(64);
        } else if (which == 2) {
            call.liobn = random.nextInt(4) == 0 ? 0x2_8000_0000L : random.nextLong();
        } else if (which == 3) {
            call.r7 = random.nextLong() >>> random.nextInt(64);
        } else if (which == 4) {
            call.r7 = random.nextBoolean() ? 513 : 701;
        } else if (call.opcode != Hcall.H_PUT_TCE_INDIRECT) {
            call.r6 = random.nextLong();
        } else {
            call.r6 = random.nextBoolean() ? LISTS[0] + 8 : random.nextLong();
            Arrays.fill(call.list, 0);
        }
        call.words = call.opcode == Hcall.H_PUT_TCE_INDIRECT ? Math.max(call.words, 0) : 0;
        if (call.opcode == Hcall.H_PUT_TCE_INDIRECT && Long.compareUnsigned(call.r7, 512) <= 0) {
            call.words = (int) call.r7;
        }
    }
}
