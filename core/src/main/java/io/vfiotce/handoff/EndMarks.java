package io.vfiotce.handoff;

import static io.vfiotce.handoff.HandoffCellDescriptor.REQUEST_END;
import static io.vfiotce.handoff.HandoffCellDescriptor.RESPONSE_END;
import static io.vfiotce.handoff.RequestFileDescriptor.END_MARK;

import io.vfiotce.memory.MappedWords;
import io.vfiotce.memory.WordPage;

/**
 * Tells a vCPU whether one of the two files was cut short before now, even if it was made as long again since. Whatever else is lost
 * by that, the end is, and no sound handler writes it anew. So if both marks are there after an access that was answered, that access and all
 * before it were to memory that was there, and no error of theirs is still to come.
 *
 * @threads the vCPU's own
 * @cost no allocation, unless a file was cut short
 */
final class EndMarks {
    private final MappedWords request;
    private final MappedWords response;
    private final int requestWord;
    private final int responseWord;
    private final WordPage cell;

    EndMarks(final OwnedFiles files, final WordPage cell) {
        request = files.request();
        response = files.response();
        requestWord = files.requestEnd();
        responseWord = files.responseEnd();
        this.cell = cell;
    }

    /**
     * Looks at the marks, and settles what went before if one is lost.
     *
     * @return false if the request file was cut short: what the handler has read there may not be what this side wrote. An answer in
     *     a response file that was cut short is as good as its checksum
     * @throws InternalError if an access of this thread has failed
     */
    boolean isRequestWhole() {
        // What a load that fails leaves in the cell.
        cell.setWordPlain(REQUEST_END, 0);
        cell.setWordPlain(RESPONSE_END, 0);
        request.copyIfThere(requestWord, cell, REQUEST_END);
        response.copyIfThere(responseWord, cell, RESPONSE_END);
        final boolean isRequestWhole = cell.wordPlain(REQUEST_END) == END_MARK;
        if (!isRequestWhole || cell.wordPlain(RESPONSE_END) != END_MARK) {
            MappedWords.settle();
        }
        return isRequestWhole;
    }
}
