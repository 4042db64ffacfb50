package io.vfiotce.hcall;

import io.vfiotce.handoff.HandoffPort;
import io.vfiotce.handoff.HcallAnswer;
import io.vfiotce.handoff.WindowOperations;
import io.vfiotce.handoff.WindowOperations.Outcome;
import io.vfiotce.memory.GuestInts;
import io.vfiotce.memory.Memslots;
import io.vfiotce.memory.QuiescentReader;
import io.vfiotce.memory.WordPage;
import io.vfiotce.papr.HStatus;
import io.vfiotce.papr.Hcall;
import io.vfiotce.papr.Rtas;
import java.util.function.Supplier;

/**
 * H_RTAS: reads the buffer, hands its words over, applies the window operation that the answer asks for, writes the results.
 *
 * <p>The buffer is read once, before anything else, and the copy is what counts. Results are written when the vCPU is online
 * again, to guest memory as it is then: if the buffer is not all guest memory any more, the operation is done all the same, and
 * the guest gets H_PARAMETER and no results.
 *
 * @threads the vCPU's own
 * @source QEMU h_rtas(), spapr_rtas_call()
 */
final class RtasMode {
    // Another vCPU's operation makes an answer stale; each time one of them has got on.
    private static final int MAX_ATTEMPTS = 8;

    private static final int TOKEN = 0;
    private static final int NARGS = 1;
    private static final int NRET = 2;

    private final VcpuState vcpu;
    private final Supplier<WindowOperations> operations;
    private final QuiescentReader reader;
    private final HandoffPort port;
    private long token;
    private int nargs;
    private int nret;

    RtasMode(
            final VcpuState vcpu,
            final Supplier<WindowOperations> operations,
            final QuiescentReader reader,
            final HandoffPort port) {
        this.vcpu = vcpu;
        this.operations = operations;
        this.reader = reader;
        this.port = port;
    }

    /**
     * Ends an H_RTAS call.
     *
     * @param bufferGpa r4
     * @return H_PARAMETER if the buffer is too large or not all of it guest memory, H_HARDWARE if no fitting answer comes, in
     *     both cases with nothing done; H_PARAMETER too if the buffer's memory was removed meanwhile, with the operation done;
     *     else the handler's status
     */
    long call(final long bufferGpa) {
        if (!readBuffer(bufferGpa)) {
            return HStatus.H_PARAMETER;
        }
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            final Outcome outcome = decideOffline();
            if (outcome == null) {
                return HStatus.H_HARDWARE;
            }
            if (outcome == Outcome.DONE) {
                return writeAnswer(bufferGpa);
            }
            if (outcome == Outcome.REFUSED) {
                return writeStatus(bufferGpa, Rtas.HARDWARE_ERROR);
            }
            vcpu.counters.refusedAnswer();
        }
        return writeStatus(bufferGpa, Rtas.BUSY);
    }

    private boolean readBuffer(final long bufferGpa) {
        final Memslots memslots = vcpu.memslots();
        if (!GuestInts.areBacked(memslots, bufferGpa, Rtas.HEADER_WORDS)) {
            return false;
        }
        token = word(memslots, bufferGpa, TOKEN);
        final long arguments = word(memslots, bufferGpa, NARGS);
        final long results = word(memslots, bufferGpa, NRET);
        if (arguments > Rtas.MAX_WORDS || results > Rtas.MAX_WORDS) {
            return false;
        }
        nargs = (int) arguments;
        nret = (int) results;
        if (!GuestInts.areBacked(memslots, bufferGpa, Rtas.HEADER_WORDS + nargs + nret)) {
            return false;
        }
        final WordPage words = port.list();
        words.setWordPlain(TOKEN, token);
        words.setWordPlain(NARGS, nargs);
        words.setWordPlain(NRET, nret);
        for (int i = Rtas.HEADER_WORDS; i < Rtas.HEADER_WORDS + nargs; i++) {
            words.setWordPlain(i, word(memslots, bufferGpa, i));
        }
        return true;
    }

    private static long word(final Memslots memslots, final long bufferGpa, final int index) {
        return GuestInts.get(memslots, bufferGpa + (long) index * Integer.BYTES);
    }

    /** Hands the call over and applies the answer; returns null if there is none that fits. */
    private Outcome decideOffline() {
        reader.offline();
        try {
            if (!port.exchange(Hcall.H_RTAS, 0, 0, 0, 0, Rtas.HEADER_WORDS + nargs)) {
                vcpu.counters.unanswered();
                return null;
            }
            if (!isLegal() || !port.journal()) {
                vcpu.counters.refusedAnswer();
                port.refuse();
                return null;
            }
            return apply();
        } catch (final InternalError e) {
            // A file that is shared with the handler was cut short, and the JVM says so only now.
            vcpu.counters.unanswered();
            return null;
        } finally {
            reader.online();
            vcpu.refreshIfChanged();
        }
    }

    /** Whether the answer is one that this call can have. */
    private boolean isLegal() {
        final int results = port.resultCount();
        if (results < 0 || results > nret || !HStatus.isDefined(port.status())) {
            return false;
        }
        final long effect = port.effect();
        return effect == HcallAnswer.EFFECT_NONE
                || results > 0 && port.status() == HStatus.H_SUCCESS && isEffectOfToken(effect);
    }

    private boolean isEffectOfToken(final long effect) {
        if (token == Rtas.CREATE_PE_DMA_WINDOW) {
            return effect == HcallAnswer.EFFECT_CREATE_WINDOW;
        }
        // Removing the last window may bring the default one back.
        return token == Rtas.REMOVE_PE_DMA_WINDOW && effect == HcallAnswer.EFFECT_REMOVE_WINDOW
                || (token == Rtas.REMOVE_PE_DMA_WINDOW || token == Rtas.RESET_PE_DMA_WINDOW)
                        && effect == HcallAnswer.EFFECT_RESET_WINDOWS;
    }

    private Outcome apply() {
        final WindowOperations applied = operations.get();
        final long generation = port.generation();
        final long liobn = port.windowLiobn();
        return switch ((int) port.effect()) {
            case HcallAnswer.EFFECT_CREATE_WINDOW ->
                applied.create(generation, liobn, port.firstEntry(), port.windowPageShift(), port.count());
            case HcallAnswer.EFFECT_REMOVE_WINDOW -> applied.remove(generation, liobn);
            case HcallAnswer.EFFECT_RESET_WINDOWS -> applied.reset(generation, liobn);
            default -> Outcome.DONE;
        };
    }

    private long writeAnswer(final long bufferGpa) {
        final Memslots memslots = vcpu.memslots();
        if (!isBackedStill(memslots, bufferGpa)) {
            return HStatus.H_PARAMETER;
        }
        for (int i = 0; i < port.resultCount(); i++) {
            GuestInts.put(memslots, resultGpa(bufferGpa, i), port.result(i));
        }
        return port.status();
    }

    private long writeStatus(final long bufferGpa, final long status) {
        final Memslots memslots = vcpu.memslots();
        if (!isBackedStill(memslots, bufferGpa)) {
            return HStatus.H_PARAMETER;
        }
        GuestInts.put(memslots, resultGpa(bufferGpa, 0), status);
        return HStatus.H_SUCCESS;
    }

    /** The slot may have been removed while the vCPU was offline. */
    private boolean isBackedStill(final Memslots memslots, final long bufferGpa) {
        return GuestInts.areBacked(memslots, bufferGpa, Rtas.HEADER_WORDS + nargs + nret);
    }

    private long resultGpa(final long bufferGpa, final int index) {
        return bufferGpa + (long) (Rtas.HEADER_WORDS + nargs + index) * Integer.BYTES;
    }
}
