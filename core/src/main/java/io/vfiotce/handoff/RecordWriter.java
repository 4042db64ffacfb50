package io.vfiotce.handoff;

import static io.vfiotce.handoff.RequestFileDescriptor.KIND;
import static io.vfiotce.handoff.RequestFileDescriptor.KIND_BRIDGE;
import static io.vfiotce.handoff.RequestFileDescriptor.KIND_NONE;
import static io.vfiotce.handoff.RequestFileDescriptor.KIND_WINDOW;
import static io.vfiotce.handoff.RequestFileDescriptor.PAYLOAD;
import static io.vfiotce.handoff.RequestFileDescriptor.RECORD_CHANGES;
import static io.vfiotce.handoff.RequestFileDescriptor.RECORD_CHECKSUM;
import static io.vfiotce.handoff.RequestFileDescriptor.RECORD_WORDS;
import static io.vfiotce.handoff.RequestFileDescriptor.SEQUENCE;

import io.vfiotce.memory.OffHeap;
import io.vfiotce.memory.WordPage;
import io.vfiotce.memory.WritableWords;

/**
 * Publishes windows and host bridges in the request file. A record is odd in its sequence while it is written; afterwards the
 * changes of all are counted, so the handler looks at them only when there is something new.
 *
 * @threads any; synchronized
 */
final class RecordWriter {
    private final WritableWords file;
    private final long epoch;
    private final int[] kinds;
    private final long[] names;
    private final long[] sequences;
    private final WordPage page;
    private final OffHeap offHeap;
    private long changes;

    RecordWriter(final WritableWords file, final long epoch, final int records, final OffHeap offHeap) {
        this.file = file;
        this.epoch = epoch;
        this.offHeap = offHeap;
        kinds = new int[records];
        names = new long[records];
        sequences = new long[records];
        page = offHeap.allocateOrThrow(RECORD_WORDS * Long.BYTES, "a record of the hand-off");
    }

    /** Publishes a window; false if there is no room. */
    synchronized boolean addWindow(
            final long liobn,
            final int pageShift,
            final long offsetPages,
            final long sizePages,
            final long generation) {
        return add(KIND_WINDOW, generation, liobn, pageShift, offsetPages, sizePages, generation);
    }

    synchronized void removeWindow(final long generation) {
        for (int record = 0; record < kinds.length; record++) {
            if (kinds[record] == KIND_WINDOW && names[record] == generation) {
                write(record, KIND_NONE, 0);
                return;
            }
        }
    }

    /** Publishes a host bridge; false if there is no room. */
    synchronized boolean addBridge(final HostBridge bridge) {
        return add(
                KIND_BRIDGE,
                bridge.buid(),
                bridge.buid(),
                bridge.liobn(),
                bridge.secondLiobn(),
                bridge.maxWindows(),
                bridge.startBytes(),
                bridge.sizeBytes(),
                bridge.pageShift(),
                bridge.secondStartBytes(),
                bridge.pageSizeMask());
    }

    private boolean add(final int kind, final long name, final long... payload) {
        for (int record = 0; record < kinds.length; record++) {
            if (kinds[record] == KIND_NONE) {
                write(record, kind, name, payload);
                return true;
            }
        }
        return false;
    }

    private void write(final int record, final int kind, final long name, final long... payload) {
        kinds[record] = kind;
        names[record] = name;
        final int base = RequestFileDescriptor.recordWord(record);
        sequences[record] += 2;
        final long sequence = sequences[record];
        page.fillRelease(0, RECORD_WORDS, 0);
        page.setWordPlain(KIND, kind);
        for (int i = 0; i < payload.length; i++) {
            page.setWordPlain(PAYLOAD + i, payload[i]);
        }
        page.setWordPlain(RECORD_CHECKSUM, checksum(page, sequence, epoch, record));
        file.setWordFirst(base + SEQUENCE, sequence - 1);
        file.store(base + KIND, page, KIND, RECORD_WORDS - KIND);
        file.setWordRelease(base + SEQUENCE, sequence);
        file.setWordRelease(RECORD_CHANGES, ++changes);
    }

    /** Checksum of a record whose words, without the sequence, lie in a page. */
    static long checksum(final WordPage page, final long sequence, final long epoch, final int record) {
        return WordChecksum.of(page, KIND, RECORD_CHECKSUM - KIND, sequence, epoch, record);
    }

    void free() {
        offHeap.free(page);
    }
}
