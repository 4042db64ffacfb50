package io.vfiotce.tools.gate.layer;

import io.vfiotce.tools.BadInputException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordedObject;
import jdk.jfr.consumer.RecordingFile;

/**
 * Reads what the JIT compiler told Flight Recorder about one fork: the events {@code jdk.Compilation},
 * {@code jdk.CompilerInlining} and {@code jdk.Deoptimization}.
 */
public final class CodeRecording {
    private static final int C2_LEVEL = 4;

    private final WatchedMethods watched;
    private final Instant from;
    private final Instant to;

    /** What was gathered of each watched method. */
    private final Map<String, Gathered> methods = new TreeMap<>();

    /** Names under which the method of a compilation is watched, by the compilation's number. */
    private final Map<Integer, Set<String>> compilations = new TreeMap<>();

    private CodeRecording(final WatchedMethods watched, final Instant from, final Instant to) {
        this.watched = watched;
        this.from = from;
        this.to = to;
        watched.named().forEach(name -> methods.put(name, new Gathered()));
    }

    /**
     * Arguments for the JVM that is to be recorded; JDK 17 and later. They also let nothing but the JDK's own methods run
     * before it is compiled, which makes what is compiled repeatable. Waiting for the JDK's own, the recorder's above all,
     * would take some five seconds.
     *
     * @param file file that the JVM writes as it ends; a path without commas
     * @return the arguments
     */
    public static List<String> jvmArgs(final Path file) {
        return List.of(
                "-XX:-BackgroundCompilation",
                "-XX:CompileCommand=quiet",
                "-XX:CompileCommand=BackgroundCompilation,java.*::*,true",
                "-XX:CompileCommand=BackgroundCompilation,jdk.*::*,true",
                "-XX:CompileCommand=BackgroundCompilation,sun.*::*,true",
                "-XX:StartFlightRecording:filename=" + file.toAbsolutePath() + ",settings=none,dumponexit=true"
                        + ",+jdk.Compilation#enabled=true,+jdk.Compilation#threshold=0ms"
                        + ",+jdk.CompilerInlining#enabled=true,+jdk.Deoptimization#enabled=true");
    }

    /**
     * Reads a recording.
     *
     * @param file the recording
     * @param watched the methods to look at
     * @param from end of warm-up: deoptimisations before it are of no interest
     * @param to end of the last measured iteration: nor are those after it
     * @return the shape of the fork's code
     * @throws BadInputException if the file is no complete recording, or says nothing about compilations
     */
    public static ForkShape read(final Path file, final WatchedMethods watched, final Instant from, final Instant to) {
        final List<RecordedEvent> events;
        try {
            events = RecordingFile.readAllEvents(file);
        } catch (final IOException | RuntimeException e) {
            // The parser throws whatever a damaged file leads it to.
            throw new BadInputException(file + ": is no complete recording: " + e.getMessage());
        }
        if (events.stream().noneMatch(event -> isEvent(event, "jdk.Compilation"))) {
            throw new BadInputException(file + ": has no event about compilations");
        }
        final CodeRecording recording = new CodeRecording(watched, from, to);
        // Events come in no particular order; what a compilation did is known only with its method.
        select(events, "jdk.Compilation").forEach(recording::compilation);
        select(events, "jdk.CompilerInlining").forEach(recording::inlining);
        select(events, "jdk.Deoptimization").forEach(recording::deoptimization);
        return recording.shape();
    }

    private static boolean isEvent(final RecordedEvent event, final String type) {
        return event.getEventType().getName().equals(type);
    }

    private static List<RecordedEvent> select(final List<RecordedEvent> events, final String type) {
        return events.stream()
                .filter(event -> isEvent(event, type))
                .sorted((a, b) -> a.getEndTime().compareTo(b.getEndTime()))
                .toList();
    }

    private void compilation(final RecordedEvent event) {
        final RecordedMethod method = event.getValue("method");
        if (event.getInt("compileLevel") != C2_LEVEL || method == null) {
            return;
        }
        final Set<String> keys = keys(method);
        compilations.put(event.getInt("compileId"), keys);
        for (final String key : keys) {
            methods.computeIfAbsent(key, name -> new Gathered()).compilation(event, method.getDescriptor());
        }
    }

    private void inlining(final RecordedEvent event) {
        final int compileId = event.getInt("compileId");
        final RecordedObject callee = event.getValue("callee");
        final Set<String> callers = compilations.getOrDefault(compileId, Set.of());
        if (callers.isEmpty()) {
            return;
        }
        final String type = callee.getString("type").replace('/', '.');
        final String name = callee.getString("name");
        final boolean succeeded = event.getBoolean("succeeded");
        for (final String caller : callers) {
            methods.get(caller).inlining(compileId, type + "." + name, succeeded, event.getString("message"));
        }
        if (succeeded) {
            for (final String key : watched.keys(type, name, callee.getString("descriptor"))) {
                methods.computeIfAbsent(key, absent -> new Gathered()).inlinedInto(compileId);
            }
        }
    }

    private void deoptimization(final RecordedEvent event) {
        if (event.getStartTime().isBefore(from) || event.getStartTime().isAfter(to)) {
            return;
        }
        final Set<String> keys = new TreeSet<>(compilations.getOrDefault(event.getInt("compileId"), Set.of()));
        final RecordedMethod method = event.getValue("method");
        if (method != null) {
            keys.addAll(keys(method));
        }
        keys.forEach(key -> methods.computeIfAbsent(key, name -> new Gathered()).deoptimization());
    }

    private Set<String> keys(final RecordedMethod method) {
        return watched.keys(method.getType().getName(), method.getName(), method.getDescriptor());
    }

    private ForkShape shape() {
        final Set<Integer> current = new TreeSet<>();
        methods.values().forEach(gathered -> current.addAll(gathered.current()));
        final Map<String, MethodShape> result = new TreeMap<>();
        methods.forEach((name, gathered) -> result.put(name, gathered.shape(name, current)));
        final List<String> required = new ArrayList<>(watched.named());
        methods.keySet().stream().filter(WatchedMethods::isStub).forEach(required::add);
        return new ForkShape(result, List.copyOf(required));
    }
}
