package io.vfiotce.tools.gate.run;

import io.vfiotce.tools.gate.jmh.JmhMode;
import io.vfiotce.tools.gate.jmh.RowName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/** Forks without processes, on a clock that only they and waiting move. */
final class FakeForks implements ForkRunner, RunClock {
    static final long FORK_MS = 1000;
    static final long START_EPOCH_MS = 1_700_000_000_000L;
    static final ProbeFigures CALM = new ProbeFigures(List.of(3.0, 2.0, 4.0), 1, 0, 0, 0, 0, 0);
    static final ProbeFigures STOLEN = new ProbeFigures(List.of(3.0, 2.0, 4.0), 1, 0, 0.05, 0, 0, 0);

    /** What was run, in order. */
    final List<ForkJob> jobs = new ArrayList<>();

    private final Function<ForkJob, ForkMeasure> result;
    private long nowMs = START_EPOCH_MS;
    private int diesBefore = Integer.MAX_VALUE;

    FakeForks(final Function<ForkJob, ForkMeasure> result) {
        this.result = result;
    }

    static SortedSet<RowName> rows(final int count) {
        final SortedSet<RowName> rows = new TreeSet<>();
        for (int i = 0; i < count; i++) {
            rows.add(new RowName("a.B.row" + i, new TreeMap<>(Map.of("size", "1"))));
        }
        return rows;
    }

    static ForkMeasure measure(final ForkJob job, final ProbeFigures probe) {
        return new ForkMeasure(
                job.row().text() + " avgt t1",
                JmhMode.AVERAGE,
                1,
                new TreeMap<>(Map.of("JDK", "17", "mode", "avgt")),
                List.of(7.0, 5.0, 9.0),
                new TreeMap<>(),
                probe,
                0.5,
                0,
                FORK_MS);
    }

    /** The gate is killed when it wants this fork. */
    FakeForks diesBefore(final int fork) {
        diesBefore = fork;
        return this;
    }

    @Override
    public ForkMeasure run(final ForkJob job) throws InterruptedException {
        if (jobs.size() == diesBefore) {
            throw new InterruptedException();
        }
        jobs.add(job);
        nowMs += FORK_MS;
        return result.apply(job);
    }

    @Override
    public long nowMs() {
        return nowMs;
    }

    @Override
    public void sleepMs(final long durationMs) {
        nowMs += durationMs;
    }
}
