package io.vfiotce.tools.replay;

import io.vfiotce.hcall.TceCall;
import io.vfiotce.papr.Hcall;
import io.vfiotce.tools.trace.Trace;
import io.vfiotce.tools.trace.TraceKind;

/** A hypercall record of a trace as registers: a cursor that is moved from record to record. */
final class RecordedCall implements TceCall {
    private final Trace trace;
    private int record;

    RecordedCall(final Trace trace) {
        this.trace = trace;
    }

    RecordedCall at(final int newRecord) {
        record = newRecord;
        return this;
    }

    static long opcodeOf(final int kind) {
        return switch (kind) {
            case TraceKind.PUT -> Hcall.H_PUT_TCE;
            case TraceKind.GET -> Hcall.H_GET_TCE;
            case TraceKind.INDIRECT -> Hcall.H_PUT_TCE_INDIRECT;
            default -> Hcall.H_STUFF_TCE;
        };
    }

    @Override
    public long opcode() {
        return opcodeOf(trace.kind(record));
    }

    @Override
    public long liobn() {
        return trace.liobn(record);
    }

    @Override
    public long ioba() {
        return trace.ioba(record);
    }

    @Override
    public long r6() {
        return trace.kind(record) == TraceKind.GET ? 0 : trace.value(record);
    }

    @Override
    public long r7() {
        return trace.count(record);
    }

    @Override
    public long listTce(final int index) {
        return trace.listWord(record, index);
    }
}
