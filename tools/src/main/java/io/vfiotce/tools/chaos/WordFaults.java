package io.vfiotce.tools.chaos;

import io.vfiotce.handoff.ResponseFileDescriptor;
import java.io.IOException;
import java.nio.LongBuffer;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** What a second writer may do to the words of the response file. */
final class WordFaults {
    private static final long MAX_BURST_NS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final int PAUSE_MICROS = 20;
    private static final int FIRST_WORD = ResponseFileDescriptor.cellWord(0);
    private static final int CELL_WORDS = ResponseFileDescriptor.CELL_WORDS;
    private static final int WORDS = ChaosRig.VCPUS * CELL_WORDS;

    private final ChaosRig rig;
    private final ResponseFile file;
    private final LongBuffer words;
    private int next;

    WordFaults(final ChaosRig rig, final ResponseFile file) throws IOException {
        this.rig = rig;
        this.file = file;
        words = file.words();
    }

    /** Random words in random places, as fast as they can be written. */
    boolean random(final Random random) throws IOException {
        final long[] underWay = rig.underWay();
        final long startNs = System.nanoTime();
        final long burstNs = 1 + random.nextInt((int) MAX_BURST_NS);
        while (System.nanoTime() - startNs < burstNs) {
            words.put(FIRST_WORD + random.nextInt(WORDS), random.nextLong());
        }
        return mend(underWay);
    }

    /** One word of both cells, the next each time, with all values that are likely to mean something. */
    boolean directed(final Random random) throws IOException {
        final long[] underWay = rig.underWay();
        final int word = next++ % CELL_WORDS;
        for (int cell = 0; cell < ChaosRig.VCPUS; cell++) {
            final int place = FIRST_WORD + cell * CELL_WORDS + word;
            final long seen = words.get(place);
            final long others = words.get(FIRST_WORD + (1 - cell) * CELL_WORDS + word);
            for (final long value : new long[] {
                0, 1, -1, -2, -4, 9999, Long.MIN_VALUE, Long.MAX_VALUE, others, seen, seen + 1, seen - 1, ~seen
            }) {
                put(place, value);
            }
            for (int bit = 0; bit < Long.SIZE; bit++) {
                put(place, 1L << bit);
                put(place, words.get(place) ^ 1L << bit);
            }
            // The generation of the state word, one on: an answer that nobody has given.
            put(place, words.get(place) + (1L << Integer.SIZE));
        }
        return mend(underWay);
    }

    private void put(final int place, final long value) {
        words.put(place, value);
        Pause.ofMicros(PAUSE_MICROS);
        // Each value shall be looked at.
        if (rig.isFenced()) {
            rig.liftFence();
        }
    }

    private boolean mend(final long[] underWay) throws IOException {
        file.restore();
        rig.reset();
        return underWay[0] != 0 || underWay[1] != 0;
    }
}
