package io.vfiotce.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import org.openjdk.jmh.runner.RunnerException;

/**
 * Runs the forks of many rows in rounds.
 *
 * <p>Forks are the samples. Rows are shuffled in each round, so that a slow spell of the machine spreads over all of them.
 * Allocation is measured in a pass of its own. What fails is reported and left out of the rounds that follow.
 */
final class Rounds {
    private final Set<Source> failed = new HashSet<>();

    /** Runs all forks. */
    void time(final Collection<? extends Source> sources) {
        final Random coin = new Random(System.nanoTime());
        final int rounds = sources.stream().mapToInt(Source::forks).max().orElse(0);
        for (int round = 0; round < rounds; round++) {
            final List<Source> shuffled = new ArrayList<>(sources);
            Collections.shuffle(shuffled, coin);
            for (final Source source : shuffled) {
                if (round < source.forks()) {
                    attempt("round " + (round + 1) + " of " + rounds, source, source::runFork);
                }
            }
        }
    }

    /** Measures what rows allocate. */
    void allocate(final Collection<Row> rows) {
        for (final Row row : rows) {
            attempt("allocation", row, row::allocate);
        }
    }

    /** Whether everything could be run. */
    boolean isComplete() {
        return failed.isEmpty();
    }

    private interface Step {
        void run() throws RunnerException, IOException, InterruptedException;
    }

    private void attempt(final String stage, final Source source, final Step step) {
        if (failed.contains(source)) {
            return;
        }
        final long startNs = System.nanoTime();
        try {
            step.run();
            System.err.printf(
                    Locale.ROOT, "%s: %s, %.1f s%n", stage, source.label(), (System.nanoTime() - startNs) / 1e9);
        } catch (final RunnerException | IOException e) {
            System.err.printf("%s FAILED: %s%n", source.label(), reason(e));
            failed.add(source);
        } catch (final InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What happened in the fork; JMH wraps it. */
    private static Throwable reason(final Throwable wrapper) {
        if (wrapper.getCause() != null) {
            return reason(wrapper.getCause());
        }
        return wrapper.getSuppressed().length > 0 ? reason(wrapper.getSuppressed()[0]) : wrapper;
    }
}
