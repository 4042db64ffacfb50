package io.vfiotce.handoff;

import io.vfiotce.memory.MappedWords;
import io.vfiotce.memory.OffHeap;
import io.vfiotce.memory.WordPage;
import io.vfiotce.memory.WritableWords;
import java.nio.file.Path;

/** A handler that does the steps of an answer one by one, right or wrong, as a test tells it. */
public final class HandlerDouble implements AutoCloseable {
    private final ServedFiles files;
    private final OffHeap offHeap = new OffHeap(Long.MAX_VALUE);
    private final WordPage page = offHeap.allocate(HandoffCellDescriptor.BYTES);

    /** Opens the files as a handler does. */
    public HandlerDouble(final Path directory) {
        files = ServedFiles.open(directory);
    }

    /** {@return the request file} */
    public MappedWords request() {
        return files.request();
    }

    /** {@return the response file} */
    public WritableWords response() {
        return files.response();
    }

    /** {@return epoch of the owner} */
    public long epoch() {
        return files.epoch();
    }

    private int requestWord(final int cell) {
        return RequestFileDescriptor.cellWord(files.cells(), files.records(), cell);
    }

    /** {@return number of the request that stands in a cell} */
    public long number(final int cell) {
        return request().wordAcquire(requestWord(cell));
    }

    /** {@return whether a vCPU waits for the answer to that request} */
    public boolean isOpen(final int cell) {
        return request().wordAcquire(requestWord(cell) + RequestFileDescriptor.STATE)
                == StateWord.request(number(cell), epoch(), cell);
    }

    /** Step 1: the words of an answer: status, effect, first entry, count, generation. */
    public void writeWords(final int cell, final long... words) {
        for (int i = 0; i < ResponseFileDescriptor.ANSWER_WORDS; i++) {
            write(cell, ResponseFileDescriptor.ANSWER + i, i < words.length ? words[i] : 0);
        }
    }

    /** Step 2: the checksum of the words that stand there, for a request. */
    public void writeChecksum(final int cell, final long number) {
        final int first = ResponseFileDescriptor.cellWord(cell) + ResponseFileDescriptor.ANSWER;
        response().copy(first, page, 0, ResponseFileDescriptor.ANSWER_WORDS);
        write(
                cell,
                ResponseFileDescriptor.CHECKSUM,
                WordChecksum.of(page, 0, ResponseFileDescriptor.ANSWER_WORDS, number, epoch(), cell));
    }

    /** Step 3: the state word. */
    public void writeDone(final int cell, final long number) {
        write(cell, ResponseFileDescriptor.STATE, StateWord.done(number, epoch(), cell));
    }

    /** All steps for the request that stands there. */
    public void answer(final int cell, final long... words) {
        final long number = number(cell);
        writeWords(cell, words);
        writeChecksum(cell, number);
        writeDone(cell, number);
    }

    /** Writes any word of a cell. */
    public void write(final int cell, final int word, final long value) {
        response().setWordRelease(ResponseFileDescriptor.cellWord(cell) + word, value);
    }

    /** {@return any word of a cell} */
    public long read(final int cell, final int word) {
        return response().wordAcquire(ResponseFileDescriptor.cellWord(cell) + word);
    }

    @Override
    public void close() {
        files.close();
        offHeap.free(page);
    }
}
