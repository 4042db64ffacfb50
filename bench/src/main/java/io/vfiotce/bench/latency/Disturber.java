package io.vfiotce.bench.latency;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.locks.LockSupport;

/**
 * The other thread: does each disturbance at its rate, until it is closed. What comes too late is not made up for.
 *
 * @threads started and closed by one, while the vCPU is offline
 */
final class Disturber implements AutoCloseable {
    private static final double SECOND_NS = 1e9;

    private static final class Task {
        private final Disturbance disturbance;
        private final Disturbance.Step step;
        private final long periodNs;
        private long dueNs;
        private long times;

        Task(final Disturbance disturbance, final Disturbance.Step step, final long periodNs) {
            this.disturbance = disturbance;
            this.step = step;
            this.periodNs = periodNs;
        }
    }

    private final List<Task> tasks = new ArrayList<>();
    private final Thread thread = new Thread(this::disturb, "disturber");
    private long startNs;
    private volatile boolean stop;
    private volatile Throwable failure;

    /**
     * Prepares it.
     *
     * @param guest whom to disturb
     * @param ratesPerSecond how often to do what
     */
    Disturber(final Guest guest, final Map<Disturbance, Double> ratesPerSecond) {
        ratesPerSecond.forEach((disturbance, rate) -> {
            tasks.add(new Task(disturbance, disturbance.prepare(guest), (long) (SECOND_NS / rate)));
        });
    }

    /** Starts it. */
    void start() {
        startNs = System.nanoTime();
        for (final Task task : tasks) {
            task.dueNs = startNs + task.periodNs;
        }
        thread.start();
    }

    private void disturb() {
        try {
            while (!stop && !tasks.isEmpty()) {
                Task next = tasks.get(0);
                for (final Task task : tasks) {
                    next = task.dueNs - next.dueNs < 0 ? task : next;
                }
                final long aheadNs = next.dueNs - System.nanoTime();
                if (aheadNs > 0) {
                    LockSupport.parkNanos(aheadNs);
                } else {
                    next.step.run();
                    next.times++;
                    next.dueNs = Math.max(next.dueNs, System.nanoTime() - next.periodNs) + next.periodNs;
                }
            }
        } catch (final IOException | RuntimeException e) {
            failure = e;
        }
    }

    /**
     * Says how often it did what.
     *
     * @param notes takes the times per second
     */
    void note(final Properties notes) {
        final double seconds = (System.nanoTime() - startNs) / SECOND_NS;
        for (final Task task : tasks) {
            notes.setProperty("rate." + task.disturbance.label(), Double.toString(task.times / seconds));
        }
    }

    /**
     * Stops it.
     *
     * @throws IllegalStateException if a disturbance has failed: the guest was not disturbed as it should have been
     */
    @Override
    public void close() {
        stop = true;
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (final InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (failure != null) {
            throw new IllegalStateException("a disturbance has failed", failure);
        }
    }
}
