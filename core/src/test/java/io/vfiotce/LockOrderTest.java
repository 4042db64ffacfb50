package io.vfiotce;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vfiotce.kvm.Vm;
import io.vfiotce.planted.locks.CrossedLocks;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Locks are taken in the order of the table in docs/memory-ordering.md; planted code shows that the comparison can fail. */
class LockOrderTest {
    private static final Pattern ROW = Pattern.compile("\\| (\\d+) \\| ([^|]*) \\|.*");
    private static final Pattern NAME = Pattern.compile("`([^`]+)`");

    private static final Map<String, String> SPANS = Map.of(
            "MappingTurns.beginMapping", "MappingTurns.endMapping",
            "MappingTurns.beginDecision", "MappingTurns.endDecision");
    private static final Set<String> MOMENTS = Set.of("OpenFile.put", "HandoffPort.exchange", "Reclaimer.awaitReaders");

    private static final Set<String> SKIPPED = Set.of(
            // With locks held a driver is asked for extensions alone, and these are not answered there.
            "SpaprIoctl.call",
            // A caller of the library, not a part of it.
            "VfioAddressSpace");

    private static final LockGraph MAIN = new LockGraph(classes(Vm.class), SPANS, MOMENTS, SKIPPED);

    private static Path classes(final Class<?> type) {
        return Path.of(URI.create(
                type.getProtectionDomain().getCodeSource().getLocation().toString()));
    }

    private static Map<String, Integer> rows() throws IOException {
        final List<String> lines = Files.readAllLines(Path.of("docs/memory-ordering.md"));
        final Map<String, Integer> rows = new HashMap<>();
        lines.subList(lines.indexOf("## Locks"), lines.size()).stream()
                .map(ROW::matcher)
                .filter(row -> row.matches())
                .forEach(row -> NAME.matcher(row.group(2))
                        .results()
                        .map((MatchResult name) -> name.group(1))
                        .forEach(name -> assertEquals(null, rows.put(name, Integer.valueOf(row.group(1))), name)));
        return rows;
    }

    /** {@return what the rows do not allow, one line each} */
    private static Set<String> violations(final LockGraph graph, final Map<String, Integer> rows) {
        final Set<String> violations = new TreeSet<>();
        graph.locks().stream()
                .filter(lock -> !rows.containsKey(lock))
                .forEach(lock -> violations.add(lock + " has no row"));
        rows.keySet().stream()
                .filter(lock -> !graph.locks().contains(lock))
                .forEach(lock -> violations.add(lock + " is no lock"));
        graph.edges().stream()
                .filter(edge ->
                        rows.getOrDefault(edge.outer(), -1) >= rows.getOrDefault(edge.inner(), Integer.MAX_VALUE))
                .forEach(edge -> violations.add(edge.toString()));
        return violations;
    }

    @Test
    void shouldTakeLocksInTheOrderOfTheTableWhenSomeAreHeld() throws IOException {
        assertEquals(Set.of(), violations(MAIN, rows()));
    }

    @Test
    void shouldOnlyDeferWhenAWindowIsLockedOrPagesAreMapped() {
        final Set<String> reclaiming = new TreeSet<>();
        MAIN.edges().stream()
                .filter(edge -> edge.inner().equals("Reclaimer.running"))
                .forEach(edge -> reclaiming.add(edge.outer()));
        assertEquals(
                Set.of(
                        "DmaWindows",
                        "DirtyLog",
                        "UserspaceWindow",
                        "Vm",
                        "UserProcess",
                        "VfioGroup.lock",
                        "VfioContainer.lock"),
                reclaiming);
    }

    @Test
    void shouldFindEveryCrossingWhenTheCodeIsPlanted() {
        final Path planted = classes(CrossedLocks.class).resolve("io/vfiotce/planted/locks");
        final LockGraph graph = new LockGraph(
                planted,
                Map.of("CrossedLocks.beginTurn", "CrossedLocks.endTurn"),
                Set.of("CrossedLocks.put"),
                Set.of("CrossedLocks.skipped"));
        final Map<String, Integer> rows = Map.of(
                "CrossedLocks.put", 1,
                "CrossedLocks", 2,
                "CrossedLocks.beginTurn", 3,
                "CrossedLocks.inner", 4,
                "CrossedLocks.nobodys", 5);
        assertEquals(
                Set.of(
                        "CrossedLocks.parameter has no row",
                        "CrossedLocks.nobodys is no lock",
                        "Edge[outer=CrossedLocks, inner=CrossedLocks.put, method=CrossedLocks.putsUnderItsLock]",
                        "Edge[outer=CrossedLocks.beginTurn, inner=CrossedLocks, method=CrossedLocks.callsBackInATurn]",
                        "Edge[outer=CrossedLocks.inner, inner=CrossedLocks, method=CrossedLocks.runsAny]",
                        "Edge[outer=CrossedLocks.inner, inner=CrossedLocks, method=CrossedLocks.streamsUpwards]"),
                violations(graph, rows));
    }
}
