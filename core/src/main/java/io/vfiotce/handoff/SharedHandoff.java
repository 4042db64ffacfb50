package io.vfiotce.handoff;

import io.vfiotce.memory.MappedWords;
import io.vfiotce.memory.OffHeap;
import io.vfiotce.telemetry.HcallCounters;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * Hand-off to a handler in another process, {@link SharedHandler}, over two files in one directory: {@link RequestFileDescriptor},
 * which only this side writes, and {@link ResponseFileDescriptor}, which only the handler writes. Each vCPU has a cell of fixed size;
 * there is no queue, no length that is trusted and no word that both sides write.
 *
 * <p>The handler only decides. It may die and be started anew at any time: what it has not answered it finds and answers then. A vCPU
 * that gets no answer in time withdraws its request; an answer that comes later is ignored. Answers that no sound handler gives are
 * ignored too, and the third raises a fence: from then on calls end with H_HARDWARE at once.
 *
 * <p>A process of the same user can cut the files short; calls then end with H_HARDWARE, and the fence is raised. If the response file
 * is made as long again, calls are answered again once the fence is lifted, though not as cheaply; a request file that was cut short
 * is of no use any more. Neither ends the JVM, nor comes up in another call unless who cut the response file also forges the mark at
 * its end.
 *
 * <p>Life: create it, make a {@code Vm} with it, close the VM, close it.
 *
 * @threads any; ports one vCPU thread each
 */
public final class SharedHandoff implements Handoff, AutoCloseable {
    static final String CUT_SHORT = "a file of the hand-off was cut short";

    private final SharedHandoffConfig config;
    private final OwnedFiles files;
    private final OffHeap offHeap = new OffHeap(Long.MAX_VALUE);
    private final RecordWriter records;
    private final HandoffLog log = new HandoffLog();
    private final PeerFence fence = new PeerFence(log);
    private final AtomicLong failures = new AtomicLong();
    private final BitSet open = new BitSet();
    private final long[] lastNumbers;
    private int openCells;
    private boolean closed;

    private SharedHandoff(final OwnedFiles files, final SharedHandoffConfig config) {
        this.files = files;
        this.config = config;
        lastNumbers = new long[config.maxVcpus()];
        records = new RecordWriter(files.request(), files.epoch(), config.maxRecords(), offHeap);
    }

    /**
     * Makes the directory and its files. What an earlier VM left there is replaced.
     *
     * @param directory where the files are; made with mode 0700 unless it is there
     * @param config how to set it up
     * @return the hand-off, with no handler yet
     * @throws HandoffRefusedException if the directory or a file in it belongs to another user, has another mode or type, is no
     *     file of a hand-off or of another version, or is in use by another VM; or if the files cannot be made
     */
    public static SharedHandoff create(final Path directory, final SharedHandoffConfig config) {
        return new SharedHandoff(OwnedFiles.make(directory, config), config);
    }

    @Override
    public synchronized HandoffPort openPort(final HcallCounters counters) {
        final int index = open.nextClearBit(0);
        if (index >= config.maxVcpus()) {
            throw new IllegalStateException("all " + config.maxVcpus() + " ports of the hand-off are open");
        }
        final SharedCell place = new SharedCell(
                index,
                lastNumbers[index],
                RequestFileDescriptor.cellWord(config.maxVcpus(), config.maxRecords(), index),
                RequestFileDescriptor.listWord(config.maxRecords(), index));
        final AnswerTimer timer = new AnswerTimer(config.clock(), config.answerLimit());
        final SharedPort port =
                new SharedPort(this, files, place, offHeap, config.vcpuIdle().get(), timer, counters);
        open.set(index);
        openCells = Math.max(openCells, index + 1);
        change(() -> {
            files.request().setWordRelease(RequestFileDescriptor.OPEN_CELLS, openCells);
            return true;
        });
        return port;
    }

    /** Changes the request file; if it was cut short, that comes up here and not in the caller, whose own change stands. */
    private boolean change(final BooleanSupplier change) {
        try {
            final boolean isChanged = change.getAsBoolean();
            MappedWords.settle();
            return isChanged;
        } catch (final InternalError e) {
            fence.raise(CUT_SHORT);
            return true;
        }
    }

    synchronized void portClosed(final int index, final long lastNumber) {
        lastNumbers[index] = lastNumber;
        open.clear(index);
    }

    @Override
    public boolean windowAdded(
            final long liobn,
            final int pageShift,
            final long offsetPages,
            final long sizePages,
            final long generation) {
        return change(() -> records.addWindow(liobn, pageShift, offsetPages, sizePages, generation));
    }

    @Override
    public void windowRemoved(final long generation) {
        change(() -> {
            records.removeWindow(generation);
            return true;
        });
    }

    /**
     * Publishes a host bridge for the handler, for as long as this hand-off lives.
     *
     * @param bridge the bridge
     * @throws IllegalStateException if there is no room for it
     */
    public void addBridge(final HostBridge bridge) {
        if (!change(() -> records.addBridge(bridge))) {
            throw new IllegalStateException("all " + config.maxRecords() + " records of the hand-off are in use");
        }
    }

    /**
     * Raises the fence: calls that wait and all later ones end with H_HARDWARE at once. For who supervises the handler and has given
     * it up.
     *
     * @param reason why, for the log
     */
    public void fence(final String reason) {
        fence.raise(reason);
    }

    /** Lifts the fence, once there is a handler that can be trusted. */
    public void liftFence() {
        fence.lift();
    }

    /** {@return whether the handler is not asked any more} */
    public boolean isFenced() {
        return fence.isUp();
    }

    PeerFence fence() {
        return fence;
    }

    void handlerFailed() {
        failures.incrementAndGet();
    }

    /** {@return how many calls a handler has ended by throwing, as far as it was heard of in time; their vCPUs got H_HARDWARE} */
    public long failures() {
        return failures.get();
    }

    void unanswered() {
        log.unanswered(config.answerLimit());
    }

    /** {@return number of this life of the VM's side; greater than that of any before it in the same directory} */
    public long epoch() {
        return files.epoch();
    }

    /** {@return number of the process that serves, or served last; 0 before there was one. Written by that process, so only a hint} */
    public long handlerPid() {
        try {
            final long pid = files.response().wordAcquire(ResponseFileDescriptor.HANDLER_PID);
            MappedWords.settle();
            return pid;
        } catch (final InternalError e) {
            fence.raise(CUT_SHORT);
            return 0;
        }
    }

    /**
     * Gives the directory up; a handler that serves it ends. The files stay, for the epoch in them. A second time does nothing.
     *
     * @throws IllegalStateException if a vCPU still has a port; nothing is done then
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        if (!open.isEmpty()) {
            throw new IllegalStateException(open.cardinality() + " ports of the hand-off are still open");
        }
        files.close();
        records.free();
        closed = true;
    }
}
