package io.vfiotce.bench.hcall;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Measures mapping and unmapping apart: invocations go through a window from end to end, in one pass mapping, in the next
 * unmapping. The clock is read once a pass, so that it costs next to nothing per call.
 *
 * <p>What mapping costs is {@code mapNs / mapCalls}, unmapping {@code unmapNs / unmapCalls}. A pass that an iteration cuts
 * counts for none.
 */
@AuxCounters(AuxCounters.Type.EVENTS)
@State(Scope.Thread)
public class Passes {
    /** Nanoseconds of the whole passes that mapped. */
    public long mapNs;

    /** Their invocations. */
    public long mapCalls;

    /** Nanoseconds of the whole passes that unmapped. */
    public long unmapNs;

    /** Their invocations. */
    public long unmapCalls;

    private int next;
    private long startNs;
    private long mappingMask = -1;
    private boolean whole;

    /** Begins an iteration, in the middle of a pass. */
    @Setup(Level.Iteration)
    public void cut() {
        whole = false;
    }

    /** {@return a number that goes up by one} */
    int advance() {
        return next++;
    }

    /** {@return all bits in a pass that maps, none in one that unmaps} */
    long mappingMask() {
        return mappingMask;
    }

    /** Ends a pass and begins the next. */
    void end(final int calls) {
        final long now = System.nanoTime();
        if (whole && mappingMask != 0) {
            mapNs += now - startNs;
            mapCalls += calls;
        } else if (whole) {
            unmapNs += now - startNs;
            unmapCalls += calls;
        }
        whole = true;
        startNs = now;
        mappingMask = ~mappingMask;
    }
}
