package io.vfiotce.tools.gate.layer;

import io.vfiotce.tools.gate.layer.MethodShape.Compiled;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import jdk.jfr.consumer.RecordedEvent;

/** What a recording says about the methods of one name; compilations come in the order of their ends. */
final class Gathered {
    private record Code(int compileId, long codeBytes, long inlinedBytes) {}

    // Last successful C2 compilation of each method of that name, by descriptor.
    private final Map<String, Code> whole = new TreeMap<>();
    private final Map<String, Code> loops = new TreeMap<>();
    private final Map<Integer, Set<String>> inlines = new TreeMap<>();
    private final Map<Integer, Set<String>> refuses = new TreeMap<>();
    private final Set<Integer> inlinedInto = new TreeSet<>();
    private int failures;
    private int deoptimizations;

    void compilation(final RecordedEvent event, final String descriptor) {
        // The JDK writes the field's name without an e.
        if (!event.getBoolean("succeded")) {
            failures++;
            return;
        }
        (event.getBoolean("isOsr") ? loops : whole)
                .put(
                        descriptor,
                        new Code(event.getInt("compileId"), event.getLong("codeSize"), event.getLong("inlinedBytes")));
    }

    void inlining(final int compileId, final String callee, final boolean succeeded, final String reason) {
        if (succeeded) {
            inlines.computeIfAbsent(compileId, id -> new TreeSet<>()).add(callee);
        } else {
            refuses.computeIfAbsent(compileId, id -> new TreeSet<>()).add(callee + ": " + reason);
        }
    }

    void inlinedInto(final int compileId) {
        inlinedInto.add(compileId);
    }

    void deoptimization() {
        deoptimizations++;
    }

    /** Numbers of the compilations that are in use at the end. */
    Set<Integer> current() {
        final Set<Integer> result = new TreeSet<>();
        code().forEach(code -> result.add(code.compileId));
        return result;
    }

    /** The shape, given the compilations in use of all watched methods. */
    MethodShape shape(final String method, final Set<Integer> current) {
        return new MethodShape(
                method,
                !whole.isEmpty() ? Compiled.WHOLE : !loops.isEmpty() ? Compiled.LOOP_ONLY : Compiled.NONE,
                code().stream().mapToLong(Code::codeBytes).sum(),
                code().stream().mapToLong(Code::inlinedBytes).sum(),
                inlinedInto.stream().anyMatch(current::contains),
                failures,
                deoptimizations,
                callees(inlines),
                callees(refuses));
    }

    private Collection<Code> code() {
        return whole.isEmpty() ? loops.values() : whole.values();
    }

    private List<String> callees(final Map<Integer, Set<String>> byCompilation) {
        final Set<String> result = new TreeSet<>();
        current().forEach(id -> result.addAll(byCompilation.getOrDefault(id, Set.of())));
        return List.copyOf(result);
    }
}
