package io.vfiotce.tools.handler;

import io.vfiotce.handoff.BridgeLookup;
import io.vfiotce.handoff.HandoffRefusedException;
import io.vfiotce.handoff.SharedHandler;
import io.vfiotce.handoff.UserspaceHandler;
import io.vfiotce.handoff.WindowLookup;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.agrona.concurrent.AgentTerminationException;

/**
 * A directory that a follower serves for as long as it exists: what cannot be opened, or was damaged, is tried again.
 *
 * @threads the handler's
 */
final class ServedDirectory implements AutoCloseable {
    private static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long REMOVAL_NS = TimeUnit.SECONDS.toNanos(1);

    private final Path directory;
    private final BiFunction<WindowLookup, BridgeLookup, UserspaceHandler> handlers;
    private final Consumer<String> log;
    private SharedHandler handler;
    private String lastProblem = "";
    private long retryAtNs = System.nanoTime();

    ServedDirectory(
            final Path directory,
            final BiFunction<WindowLookup, BridgeLookup, UserspaceHandler> handlers,
            final Consumer<String> log) {
        this.directory = directory;
        this.handlers = handlers;
        this.log = log;
    }

    /** Whether the directory has been taken away. */
    boolean isGone() {
        return handler == null && !Files.exists(directory, LinkOption.NOFOLLOW_LINKS);
    }

    boolean isServed() {
        return handler != null;
    }

    int doWork() {
        if (handler == null) {
            if (System.nanoTime() - retryAtNs < 0) {
                return 0;
            }
            open();
        }
        try {
            return handler == null ? 0 : handler.doWork();
        } catch (final AgentTerminationException e) {
            close();
            if (e.getCause() == null) {
                // The VM has ended; its supervisor removes the directory.
                retryAtNs = System.nanoTime() + REMOVAL_NS;
            } else {
                failed(e.getMessage());
            }
        } catch (final InternalError e) {
            close();
            failed(e.getMessage());
        }
        return 0;
    }

    private void open() {
        try {
            handler = SharedHandler.open(directory, handlers);
            lastProblem = "";
            log.accept(HandlerCommand.SERVING + directory);
        } catch (final HandoffRefusedException | InternalError e) {
            failed(e.getMessage());
        }
    }

    private void failed(final String problem) {
        retryAtNs = System.nanoTime() + RETRY_NS;
        if (!lastProblem.equals(problem) && !isGone()) {
            lastProblem = problem;
            log.accept(problem);
        }
    }

    @Override
    public void close() {
        if (handler != null) {
            handler.close();
            handler = null;
        }
    }
}
