package io.vfiotce.handoff;

import static io.vfiotce.handoff.RequestFileDescriptor.KIND;
import static io.vfiotce.handoff.RequestFileDescriptor.KIND_BRIDGE;
import static io.vfiotce.handoff.RequestFileDescriptor.KIND_NONE;
import static io.vfiotce.handoff.RequestFileDescriptor.KIND_WINDOW;
import static io.vfiotce.handoff.RequestFileDescriptor.PAYLOAD;
import static io.vfiotce.handoff.RequestFileDescriptor.PAYLOAD_WORDS;
import static io.vfiotce.handoff.RequestFileDescriptor.RECORD_CHANGES;
import static io.vfiotce.handoff.RequestFileDescriptor.RECORD_CHECKSUM;
import static io.vfiotce.handoff.RequestFileDescriptor.RECORD_WORDS;
import static io.vfiotce.handoff.RequestFileDescriptor.SEQUENCE;

import io.vfiotce.memory.MappedWords;
import io.vfiotce.memory.OffHeap;
import io.vfiotce.memory.WordPage;
import java.util.Arrays;

/**
 * A handler's private copy of the published records, renewed when the VM has counted a change.
 *
 * <p>A record that is being written when it is looked at keeps its old copy until the next look: nobody can have been told yet
 * that the new one is there, and an answer about a window that has gone is refused by its generation.
 *
 * @threads the handler's own
 * @cost no allocation after it is made
 */
final class RecordReader {
    private static final int MAX_TRIES = 64;
    private static final long HASH_MULTIPLIER = 0x9E37_79B9_7F4A_7C15L;

    private final MappedWords file;
    private final long epoch;
    private final int records;
    private final int[] kinds;
    private final long[] payloads;
    private final int[] windowSlots;
    private final int hashShift;
    private final WordPage page;
    private final OffHeap offHeap;
    private long seenChanges = -1;

    RecordReader(final MappedWords file, final long epoch, final int records, final OffHeap offHeap) {
        this.file = file;
        this.epoch = epoch;
        this.records = records;
        this.offHeap = offHeap;
        kinds = new int[records];
        payloads = new long[records * PAYLOAD_WORDS];
        // At most half full, one above the record's number in each.
        final int slots = Integer.highestOneBit(records) << 2;
        windowSlots = new int[slots];
        hashShift = Long.numberOfLeadingZeros(slots - 1L);
        page = offHeap.allocateOrThrow(RECORD_WORDS * Long.BYTES, "a record of the hand-off");
    }

    /** The window with a LIOBN: its record, or -1. */
    int window(final long liobn) {
        refresh();
        int slot = firstSlot(liobn);
        while (windowSlots[slot] != 0) {
            final int record = windowSlots[slot] - 1;
            if (word(record, 0) == liobn) {
                return record;
            }
            slot = next(slot);
        }
        return -1;
    }

    /** The first host bridge from a record on, or -1. */
    int bridge(final int from) {
        if (from == 0) {
            refresh();
        }
        for (int record = from; record < records; record++) {
            if (kinds[record] == KIND_BRIDGE) {
                return record;
            }
        }
        return -1;
    }

    /** A word of a record's payload. */
    long word(final int record, final int index) {
        return payloads[record * PAYLOAD_WORDS + index];
    }

    private void refresh() {
        final long changes = file.wordAcquire(RECORD_CHANGES);
        if (changes == seenChanges) {
            return;
        }
        boolean isWhole = true;
        for (int record = 0; record < records; record++) {
            isWhole &= read(record);
        }
        index();
        if (isWhole) {
            seenChanges = changes;
        }
    }

    private boolean read(final int record) {
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            if (tryRead(record)) {
                return true;
            }
            Thread.onSpinWait();
        }
        return false;
    }

    private boolean tryRead(final int record) {
        final int base = RequestFileDescriptor.recordWord(record);
        final long sequence = file.wordAcquire(base + SEQUENCE);
        if (sequence == 0) {
            kinds[record] = KIND_NONE;
            return true;
        }
        file.copy(base + KIND, page, KIND, RECORD_WORDS - KIND);
        if ((sequence & 1) != 0
                || file.wordAcquire(base + SEQUENCE) != sequence
                || page.wordPlain(RECORD_CHECKSUM) != RecordWriter.checksum(page, sequence, epoch, record)) {
            return false;
        }
        final long kind = page.wordPlain(KIND);
        kinds[record] = kind == KIND_WINDOW || kind == KIND_BRIDGE ? (int) kind : KIND_NONE;
        for (int i = 0; i < PAYLOAD_WORDS; i++) {
            payloads[record * PAYLOAD_WORDS + i] = page.wordPlain(PAYLOAD + i);
        }
        return true;
    }

    private void index() {
        Arrays.fill(windowSlots, 0);
        for (int record = 0; record < records; record++) {
            if (kinds[record] == KIND_WINDOW) {
                int slot = firstSlot(word(record, 0));
                while (windowSlots[slot] != 0) {
                    slot = next(slot);
                }
                windowSlots[slot] = record + 1;
            }
        }
    }

    private int next(final int slot) {
        return slot + 1 & windowSlots.length - 1;
    }

    private int firstSlot(final long liobn) {
        return (int) (liobn * HASH_MULTIPLIER >>> hashShift);
    }

    void free() {
        offHeap.free(page);
    }
}
