package io.vfiotce.handoff;

import static io.vfiotce.handoff.HandoffCellDescriptor.LIST_WORDS;
import static io.vfiotce.handoff.HandoffCellDescriptor.OPCODE;
import static io.vfiotce.handoff.HandoffCellDescriptor.STATUS;

import io.vfiotce.memory.MappedWords;
import io.vfiotce.memory.OffHeap;
import io.vfiotce.memory.WordPage;
import io.vfiotce.memory.WritableWords;
import io.vfiotce.papr.Hcall;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentTerminationException;

/**
 * The handler's side of a {@link SharedHandoff}: looks at the cells of all vCPUs in turn and answers what is open. It knows of the VM
 * only what stands in the request file and keeps nothing that a successor would miss.
 *
 * <p>It is an Agrona {@link Agent}: run it with an {@code AgentRunner} or an {@code AgentInvoker} and the idle strategy of your
 * choice. It ends itself, by an {@link AgentTerminationException} that says why, when the VM has gone.
 *
 * @threads one, but for {@link #failures}
 */
public final class SharedHandler implements Agent, AutoCloseable {
    private static final long OWNER_CHECK_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int CYCLES_PER_CLOCK_READING = 64;

    private final ServedFiles files;
    private final GuardedHandler handler;
    private final OffHeap offHeap = new OffHeap(Long.MAX_VALUE);
    private final RecordReader records;
    private final WordPage cell;
    private final WordPage list;
    private final HcallRequest hcallRequest;
    private final HcallAnswer hcallAnswer;
    private final MappedWords request;
    private final WritableWords response;
    private final long epoch;
    private final long[] answered;
    private int cycles;
    private long lastCheckNs = System.nanoTime();

    private SharedHandler(
            final ServedFiles files, final BiFunction<WindowLookup, BridgeLookup, UserspaceHandler> handlers) {
        this.files = files;
        request = files.request();
        response = files.response();
        epoch = files.epoch();
        answered = new long[files.cells()];
        records = new RecordReader(request, epoch, files.records(), offHeap);
        cell = offHeap.allocateOrThrow(HandoffCellDescriptor.BYTES, "a hand-off cell");
        list = offHeap.allocateOrThrow(Hcall.LIST_PAGE_BYTES, "a list page");
        hcallRequest = new HcallRequest(cell, list);
        hcallAnswer = new HcallAnswer(cell);
        handler = GuardedHandler.ofFiles(handlers.apply(new PublishedWindows(records), new PublishedBridges(records)));
    }

    /**
     * Opens the files of a VM to serve it. Only one handler can at a time.
     *
     * @param directory the directory of the VM's {@link SharedHandoff}
     * @param handlers makes what decides the calls, given the windows and host bridges to answer for
     * @return the handler, to be run as an agent
     * @throws HandoffRefusedException if the directory or a file belongs to another user, has another mode, type, size or version,
     *     if the files do not belong together, if the VM has gone, or if another handler serves it
     */
    public static SharedHandler open(
            final Path directory, final BiFunction<WindowLookup, BridgeLookup, UserspaceHandler> handlers) {
        return new SharedHandler(ServedFiles.open(directory), handlers);
    }

    /**
     * Answers what is open, one call of each vCPU at most.
     *
     * @return how many calls were answered
     * @throws AgentTerminationException if the VM has gone or a file was cut short
     */
    @Override
    public int doWork() {
        try {
            checkOwner();
            int count = 0;
            final long open = request.wordAcquire(RequestFileDescriptor.OPEN_CELLS);
            final int cells = (int) Math.max(0, Math.min(open, answered.length));
            for (int index = 0; index < cells; index++) {
                count += serve(index) ? 1 : 0;
            }
            return count;
        } catch (final InternalError e) {
            throw new AgentTerminationException(SharedHandoff.CUT_SHORT, e);
        }
    }

    private void checkOwner() {
        if (++cycles % CYCLES_PER_CLOCK_READING != 0) {
            return;
        }
        final long now = System.nanoTime();
        if (now - lastCheckNs >= OWNER_CHECK_NS) {
            lastCheckNs = now;
            MappedWords.settle();
            if (!files.isOwnerAlive()) {
                throw new AgentTerminationException("the VM has gone");
            }
        }
    }

    private boolean serve(final int index) {
        final int base = RequestFileDescriptor.cellWord(answered.length, files.records(), index);
        final long state = request.wordAcquire(base + RequestFileDescriptor.STATE);
        final long number = request.wordAcquire(base + RequestFileDescriptor.NUMBER);
        if (number == answered[index] || state != StateWord.request(number, epoch, index)) {
            return false;
        }
        copyRequest(base, index);
        if (request.wordAcquire(base + RequestFileDescriptor.STATE) != state) {
            // Withdrawn while it was copied.
            return false;
        }
        if (!isAnsweredBefore(number, index)) {
            handler.handle(hcallRequest, hcallAnswer);
            answer(number, index);
        }
        answered[index] = number;
        return true;
    }

    private void copyRequest(final int base, final int index) {
        request.copy(base + RequestFileDescriptor.ARGUMENTS, cell, OPCODE, RequestFileDescriptor.ARGUMENT_COUNT);
        final long listWords = Math.max(0, Math.min(cell.wordPlain(LIST_WORDS), Hcall.MAX_LIST_TCES));
        cell.setWordPlain(LIST_WORDS, listWords);
        final int listWord = RequestFileDescriptor.listWord(files.records(), index);
        request.copy(listWord, list, 0, (int) listWords);
    }

    /**
     * Whether a handler before this one has answered the request: its answer may be being read and stays. One that is not whole is
     * taken back first.
     */
    private boolean isAnsweredBefore(final long number, final int index) {
        final int base = ResponseFileDescriptor.cellWord(index);
        if (response.wordPlain(base + ResponseFileDescriptor.STATE) != StateWord.done(number, epoch, index)) {
            return false;
        }
        response.copy(base + ResponseFileDescriptor.ANSWER, cell, STATUS, ResponseFileDescriptor.ANSWER_WORDS);
        if (response.wordPlain(base + ResponseFileDescriptor.CHECKSUM) == checksum(number, index)) {
            return true;
        }
        response.setWordFirst(base + ResponseFileDescriptor.STATE, 0);
        return false;
    }

    private void answer(final long number, final int index) {
        final int base = ResponseFileDescriptor.cellWord(index);
        response.store(base + ResponseFileDescriptor.ANSWER, cell, STATUS, ResponseFileDescriptor.ANSWER_WORDS);
        response.setWordPlain(base + ResponseFileDescriptor.CHECKSUM, checksum(number, index));
        response.setWordRelease(base + ResponseFileDescriptor.STATE, StateWord.done(number, epoch, index));
    }

    private long checksum(final long number, final int index) {
        return WordChecksum.of(cell, STATUS, ResponseFileDescriptor.ANSWER_WORDS, number, epoch, index);
    }

    @Override
    public String roleName() {
        return "vfio-tce-handler";
    }

    /** {@return how many calls the handler ended by throwing; their vCPUs got H_HARDWARE} */
    public long failures() {
        return handler.failures();
    }

    /** Gives the files up; another handler may serve the VM. */
    @Override
    public void onClose() {
        close();
    }

    /** As {@link #onClose}. A second time does nothing. */
    @Override
    public void close() {
        if (files.close()) {
            records.free();
            offHeap.free(cell);
            offHeap.free(list);
        }
    }
}
