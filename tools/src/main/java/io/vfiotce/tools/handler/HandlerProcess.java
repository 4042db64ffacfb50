package io.vfiotce.tools.handler;

import io.vfiotce.handoff.SharedHandoff;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Starts a handler in a process of its own, starts it anew when it dies, and ends it. One process serves any number of VMs, each by
 * a directory of its own in a private temporary directory.
 *
 * <p>A process that dies before it serves anything is started anew after a pause that grows; the fifth in a row is the last, and the
 * VMs are told not to ask any more.
 *
 * @threads any
 */
public final class HandlerProcess implements AutoCloseable {
    private static final int MAX_QUICK_DEATHS = 5;
    private static final long FIRST_PAUSE_MS = 50;
    private static final long END_TIMEOUT_SECONDS = 5;
    private static final Path MEMORY_FILES = Path.of("/dev/shm");

    private final List<String> arguments;
    private final Consumer<String> log;
    private final Path root;
    private final Map<Path, SharedHandoff> attached = new LinkedHashMap<>();
    private final Thread supervisor = new Thread(this::supervise, "handler-supervisor");
    private final Thread atExit = new Thread(this::close, "handler-end");
    private Process process;
    private int directories;
    private int quickDeaths;
    private boolean isStarted;
    private boolean isServing;
    private boolean isClosed;

    /**
     * Prepares a process; it is started when the first VM needs it.
     *
     * @param arguments main class of the process and its arguments; it must follow, as {@code tce handler --follow} does
     * @param log receives what the process says and what happens to it, by the line
     */
    public HandlerProcess(final List<String> arguments, final Consumer<String> log) {
        this.arguments = List.copyOf(arguments);
        this.log = log;
        try {
            root = Files.isWritable(MEMORY_FILES)
                    ? Files.createTempDirectory(MEMORY_FILES, "tce-handler-")
                    : Files.createTempDirectory("tce-handler-");
        } catch (final IOException e) {
            throw new UncheckedIOException("no private directory can be made: " + e.getMessage(), e);
        }
        supervisor.setDaemon(true);
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /**
     * What to start for QEMU's rules.
     *
     * @param idle what the handler does while nothing is to be answered
     * @return main class and arguments
     */
    public static List<String> referenceHandler(final HandlerIdle idle) {
        return List.of("io.vfiotce.tools.Tce", "handler", "--follow", "--idle", idle.toString());
    }

    /** {@return a directory for one VM's hand-off, which makes it} */
    public synchronized Path newDirectory() {
        return root.resolve("vm-" + ++directories);
    }

    /**
     * Has a VM served from now on.
     *
     * @param directory the directory of its hand-off
     * @param handoff the hand-off
     */
    public synchronized void attach(final Path directory, final SharedHandoff handoff) {
        if (quickDeaths == MAX_QUICK_DEATHS) {
            giveUp(handoff);
            return;
        }
        attached.put(directory, handoff);
        if (!isStarted) {
            isStarted = true;
            start();
            supervisor.start();
        } else {
            tell(directory);
        }
    }

    /**
     * Ends the serving of a VM and removes its directory.
     *
     * @param directory the directory of its hand-off, which is closed
     */
    public void detach(final Path directory) {
        synchronized (this) {
            attached.remove(directory);
        }
        remove(directory);
    }

    /** {@return the process that serves now, or the last that did; null before the first} */
    public synchronized Process process() {
        return process;
    }

    private void start() {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("--add-exports", "java.base/jdk.internal.misc=ALL-UNNAMED", "-XX:+UseSerialGC"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(arguments);
        isServing = false;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (final IOException e) {
            throw new UncheckedIOException("the handler's process cannot be started: " + e.getMessage(), e);
        }
        attached.keySet().forEach(this::tell);
    }

    private void tell(final Path directory) {
        try {
            final OutputStream names = process.getOutputStream();
            names.write((directory + "\n").getBytes(StandardCharsets.UTF_8));
            names.flush();
        } catch (final IOException e) {
            // It has died just now; its successor is told.
            isServing &= process.isAlive();
        }
    }

    private void supervise() {
        try {
            do {
                listen(process());
            } while (hasSuccessor());
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (final UncheckedIOException e) {
            log.accept(e.getMessage());
            giveUp();
        }
    }

    private void listen(final Process speaker) throws InterruptedException {
        try (BufferedReader lines = speaker.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                heard(line);
            }
        } catch (final IOException e) {
            log.accept("nothing is heard of the handler's process any more: " + e.getMessage());
        }
        speaker.waitFor();
    }

    private synchronized void heard(final String line) {
        if (line.startsWith(HandlerCommand.SERVING)) {
            isServing = true;
            quickDeaths = 0;
        } else {
            log.accept(line);
        }
    }

    /** Starts the next process if there is to be one. */
    private boolean hasSuccessor() throws InterruptedException {
        final long pauseMs;
        synchronized (this) {
            if (isClosed) {
                return false;
            }
            quickDeaths += isServing ? 0 : 1;
            if (quickDeaths == MAX_QUICK_DEATHS) {
                giveUp();
                return false;
            }
            pauseMs = quickDeaths == 0 ? 0 : FIRST_PAUSE_MS << quickDeaths - 1;
        }
        Thread.sleep(pauseMs);
        synchronized (this) {
            if (isClosed) {
                return false;
            }
            start();
            return true;
        }
    }

    private synchronized void giveUp() {
        quickDeaths = MAX_QUICK_DEATHS;
        log.accept("the handler's process does not live long enough to serve and is not started any more");
        attached.values().forEach(HandlerProcess::giveUp);
    }

    private static void giveUp(final SharedHandoff handoff) {
        handoff.fence("its process does not live long enough to serve");
    }

    /** Ends the process and removes the private directory. A second time does nothing. */
    @Override
    public void close() {
        final Process last;
        synchronized (this) {
            if (isClosed) {
                return;
            }
            isClosed = true;
            last = process;
        }
        end(last);
        remove(root);
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (final IllegalStateException e) {
            // It is this hook that runs.
            supervisor.interrupt();
        }
    }

    private static void end(final Process last) {
        if (last == null) {
            return;
        }
        try {
            last.getOutputStream().close();
            if (!last.waitFor(END_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                kill(last);
            }
        } catch (final IOException e) {
            kill(last);
        } catch (final InterruptedException e) {
            kill(last);
            Thread.currentThread().interrupt();
        }
    }

    /** {@code Process.destroyForcibly} would also close the streams, under the hands of the supervisor who reads them. */
    private static void kill(final Process last) {
        last.toHandle().destroyForcibly();
    }

    private void remove(final Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (final Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (final IOException | UncheckedIOException e) {
            log.accept("directory " + directory + " cannot be removed: " + e.getMessage());
        }
    }
}
