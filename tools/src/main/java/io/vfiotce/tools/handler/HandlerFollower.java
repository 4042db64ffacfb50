package io.vfiotce.tools.handler;

import io.vfiotce.handoff.BridgeLookup;
import io.vfiotce.handoff.UserspaceHandler;
import io.vfiotce.handoff.WindowLookup;
import io.vfiotce.tools.Termination;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.agrona.concurrent.IdleStrategy;

/**
 * Serves all directories that a supervisor names on standard input, one a line, until that ends: it ends with the supervisor too.
 *
 * @threads the handler's, and one that reads the names
 */
public final class HandlerFollower implements AutoCloseable {
    private final BiFunction<WindowLookup, BridgeLookup, UserspaceHandler> handlers;
    private final Consumer<String> log;
    private final Queue<Path> arrivals = new ConcurrentLinkedQueue<>();
    private final List<ServedDirectory> directories = new ArrayList<>();
    private volatile boolean isOver;

    HandlerFollower(
            final BiFunction<WindowLookup, BridgeLookup, UserspaceHandler> handlers, final Consumer<String> log) {
        this.handlers = handlers;
        this.log = log;
    }

    /**
     * Serves until standard input ends or the process is to end.
     *
     * @param idle what to do while nothing is to be answered
     * @param handlers makes what decides the calls
     * @param in names of directories
     * @param log receives a line for each directory that is served or refused
     */
    public static void run(
            final HandlerIdle idle,
            final BiFunction<WindowLookup, BridgeLookup, UserspaceHandler> handlers,
            final InputStream in,
            final Consumer<String> log) {
        try (Termination termination = Termination.ofLoop();
                HandlerFollower follower = new HandlerFollower(handlers, log)) {
            final Thread reader = new Thread(() -> follower.readNames(in), "names");
            reader.setDaemon(true);
            reader.start();
            final IdleStrategy strategy = idle.strategy();
            boolean goesOn;
            do {
                goesOn = follower.serve(strategy, termination);
            } while (goesOn);
        }
    }

    private void readNames(final InputStream in) {
        final BufferedReader names = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        try {
            for (String name = names.readLine(); name != null; name = names.readLine()) {
                arrivals.add(Path.of(name));
            }
        } catch (final IOException e) {
            log.accept("standard input cannot be read: " + e.getMessage());
        } finally {
            isOver = true;
        }
    }

    /**
     * Serves until it is to end or the JVM tells of an access to a file that was cut after it has left the directory's own work: while
     * idle, or between two rounds.
     *
     * @return whether to go on
     */
    private boolean serve(final IdleStrategy strategy, final Termination termination) {
        try {
            strategy.reset();
            while (!isOver && !termination.isRequested()) {
                strategy.idle(doWork());
            }
            return false;
        } catch (final InternalError e) {
            log.accept("a file was cut short: " + e.getMessage());
            return true;
        }
    }

    /** Answers what is open in all directories; returns how much that was. */
    int doWork() {
        for (Path arrival = arrivals.poll(); arrival != null; arrival = arrivals.poll()) {
            directories.add(new ServedDirectory(arrival, handlers, log));
        }
        int answered = 0;
        for (int i = directories.size() - 1; i >= 0; i--) {
            final ServedDirectory directory = directories.get(i);
            answered += directory.doWork();
            if (!directory.isServed() && directory.isGone()) {
                directories.remove(i);
            }
        }
        return answered;
    }

    @Override
    public void close() {
        directories.forEach(ServedDirectory::close);
    }
}
