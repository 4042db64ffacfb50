package io.vfiotce.tools.chaos;

import io.vfiotce.kvm.Vcpu;
import io.vfiotce.memory.GuestMemory;
import io.vfiotce.papr.HStatus;
import io.vfiotce.papr.Hcall;
import io.vfiotce.tce.TceTable;
import java.util.Arrays;
import java.util.Random;

/**
 * A guest that makes one hypercall after the other on a window of its own and checks after each that it had all of its effect or
 * none, as its status says, and that the VM's journal says the same. Every entry that it writes is another value.
 *
 * @threads its own; the figures are for the others, exact once it has ended
 */
final class GuestLoad implements Runnable {
    static final int ENTRIES = 1024;
    // Most are short: a guest that compares long ranges is seldom in a call.
    private static final int MAX_SHORT = 16;
    private static final int MAX_LONG = Hcall.MAX_LIST_TCES;
    private static final int LONG_EVERY = 16;

    private final Vcpu vcpu;
    private final JournaledPort port;
    private final TceTable table;
    private final GuestMemory memory;
    private final long listGpa;
    private final Random random;
    private final long[] model = new long[ENTRIES];
    private final long[] wanted = new long[Hcall.MAX_LIST_TCES];
    private long serial;
    private long givenUp;
    private long otherStatuses;
    private long lost;
    private long doubled;
    private long torn;
    private volatile long done;
    private volatile boolean isStopped;
    private volatile Throwable failure;

    GuestLoad(
            final Vcpu vcpu,
            final JournaledPort port,
            final TceTable table,
            final GuestMemory memory,
            final long listGpa,
            final long seed) {
        this.vcpu = vcpu;
        this.port = port;
        this.table = table;
        this.memory = memory;
        this.listGpa = listGpa;
        random = new Random(seed);
    }

    /** Requests that ended with H_SUCCESS until now. */
    long done() {
        return done;
    }

    void stop() {
        isStopped = true;
    }

    /** What ended it before it was stopped; null if nothing did. */
    Throwable failure() {
        return failure;
    }

    GuestFigures figures() {
        return new GuestFigures(done, givenUp, otherStatuses, lost, doubled, torn, port.slowestNs());
    }

    @Override
    public void run() {
        try {
            while (!isStopped) {
                step();
            }
            for (int entry = 0; entry < ENTRIES; entry++) {
                torn += table.tceAcquire(entry) == model[entry] ? 0 : 1;
            }
            doubled += port.isOutOfOrder() ? 1 : 0;
        } catch (final RuntimeException | Error e) {
            failure = e;
        } finally {
            vcpu.offline();
        }
    }

    private void step() {
        final int kind = random.nextInt(8);
        final int first = random.nextInt(ENTRIES);
        if (kind == 0) {
            get(first);
        } else if (kind == 1) {
            final int count = count(first);
            final long value = nextValue();
            Arrays.fill(wanted, 0, count, value);
            check(call(Hcall.H_STUFF_TCE, first, value, count), first, count);
        } else if (kind <= 4) {
            final int count = count(first);
            for (int i = 0; i < count; i++) {
                wanted[i] = nextValue();
                memory.putBigEndianOpaque(listGpa + (long) i * Long.BYTES, wanted[i]);
            }
            check(call(Hcall.H_PUT_TCE_INDIRECT, first, listGpa, count), first, count);
        } else {
            wanted[0] = nextValue();
            check(call(Hcall.H_PUT_TCE, first, wanted[0], 0), first, 1);
        }
    }

    private int count(final int first) {
        final int most = random.nextInt(LONG_EVERY) == 0 ? MAX_LONG : MAX_SHORT;
        return 1 + random.nextInt(Math.min(most, ENTRIES - first));
    }

    private long nextValue() {
        return ++serial << 12 | 3;
    }

    private long call(final long opcode, final int entry, final long r6, final long r7) {
        return vcpu.hcall(opcode, table.liobn(), (long) entry << 12, r6, r7);
    }

    private void get(final int entry) {
        final long status = call(Hcall.H_GET_TCE, entry, 0, 0);
        if (status == HStatus.H_SUCCESS && vcpu.r4() != model[entry]) {
            torn++;
        }
        checkJournal(status);
    }

    /** Compares what a call was to write with what is there now. */
    private void check(final long status, final int first, final int count) {
        int written = 0;
        int kept = 0;
        for (int i = 0; i < count; i++) {
            final long now = table.tceAcquire(first + i);
            written += now == wanted[i] ? 1 : 0;
            kept += now == model[first + i] ? 1 : 0;
            model[first + i] = now;
        }
        final boolean isDone = status == HStatus.H_SUCCESS;
        if (written != count && kept != count) {
            torn++;
        } else if (isDone && written != count) {
            lost++;
        } else if (!isDone && kept != count) {
            doubled++;
        }
        checkJournal(status);
    }

    private void checkJournal(final long status) {
        final long applied = port.takeApplied();
        if (status == HStatus.H_SUCCESS) {
            lost += applied == 0 ? 1 : 0;
            doubled += applied > 1 ? 1 : 0;
            done++;
        } else {
            doubled += applied > 0 ? 1 : 0;
            givenUp += status == HStatus.H_HARDWARE ? 1 : 0;
            otherStatuses += status == HStatus.H_HARDWARE ? 0 : 1;
            // Behind a fence calls end at once; others shall have the core meanwhile.
            Thread.yield();
        }
    }
}
