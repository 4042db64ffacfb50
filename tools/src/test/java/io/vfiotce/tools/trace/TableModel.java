package io.vfiotce.tools.trace;

import java.util.HashMap;
import java.util.Map;

/**
 * A second, simpler reading of a trace: applies its records to plain tables as QEMU would, skipping unknown list words
 * and LOSSY comparisons, and counts the GETs and translations compared and the records that do not fit.
 */
final class TableModel {
    private final Map<Long, Window> windows = new HashMap<>();
    private final Trace trace;
    private long compared;
    private final StringBuilder misfits = new StringBuilder();

    private record Window(int shift, long start, long entries, Map<Long, Long> words) {
        boolean holds(final long entry) {
            return Long.compareUnsigned(entry, entries) < 0;
        }

        long word(final long entry) {
            return words.getOrDefault(entry, 0L);
        }
    }

    TableModel(final Trace trace) {
        this.trace = trace;
        for (int i = 0; i < trace.size(); i++) {
            apply(i);
        }
    }

    long compared() {
        return compared;
    }

    String misfits() {
        return misfits.toString();
    }

    private void apply(final int i) {
        final Window window = windows.get(trace.liobn(i));
        switch (trace.kind(i)) {
            case TraceKind.WINDOW_CREATE -> {
                expect(i, window == null);
                windows.put(
                        trace.liobn(i),
                        new Window(
                                trace.pageShift(i),
                                trace.windowStartBytes(i),
                                trace.windowEntries(i),
                                new HashMap<>()));
            }
            case TraceKind.WINDOW_REMOVE -> expect(i, windows.remove(trace.liobn(i)) != null);
            case TraceKind.GET -> {
                if (trace.grade(i) != TraceGrade.LOSSY) {
                    final long entry = trace.ioba(i) - window.start >>> window.shift;
                    expect(i, window.holds(entry) && window.word(entry) == trace.value(i));
                    compared++;
                }
            }
            case TraceKind.XLATE -> translate(i, window);
            default -> write(i, window);
        }
    }

    private void translate(final int i, final Window window) {
        if (trace.grade(i) == TraceGrade.LOSSY) {
            return;
        }
        compared++;
        final long entry = trace.ioba(i) >>> window.shift;
        final long mask = (1L << window.shift) - 1;
        final boolean holds = window.holds(entry);
        expect(i, trace.maskBits(i) == (holds ? (int) mask : -1));
        expect(i, trace.value(i) == (holds ? window.word(entry) & ~mask : 0));
        expect(i, trace.perm(i) == (holds ? window.word(entry) & 3 : 0));
    }

    private void write(final int i, final Window window) {
        long status = window == null || trace.count(i) == 0 ? -4 : 0;
        for (int k = 0; k < trace.count(i) && status == 0; k++) {
            final long entry = (trace.ioba(i) - window.start >>> window.shift) + k;
            if (!window.holds(entry)) {
                status = -4;
            } else if (trace.kind(i) != TraceKind.INDIRECT) {
                window.words.put(entry, trace.value(i));
            } else if (trace.listWordKnown(i, k)) {
                window.words.put(entry, trace.listWord(i, k));
            }
        }
        expect(i, status == trace.status(i));
    }

    private void expect(final int i, final boolean fits) {
        if (!fits && misfits.length() < 1000) {
            misfits.append("line ")
                    .append(trace.line(i))
                    .append(": ")
                    .append(Logs.shown(trace, i))
                    .append('\n');
        }
    }
}
