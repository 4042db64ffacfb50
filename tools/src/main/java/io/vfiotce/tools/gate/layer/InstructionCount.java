package io.vfiotce.tools.gate.layer;

import io.vfiotce.tools.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Instructions of one fork.
 *
 * @param perInvocation instructions per invocation of the benchmark: of the batch with the fewest
 * @param batches the same of each batch that counts, in order; the first ones still warm up
 */
public record InstructionCount(double perInvocation, List<Double> batches) {
    private static final Pattern FILE =
            Pattern.compile(Pattern.quote(CallgrindJvm.FILE_PREFIX) + "(\\d+)(?:\\.(\\d+))?");

    /** Largest difference of batches that agree, as a share. */
    private static final double AGREEMENT = 0.005;

    /**
     * Reads what Callgrind wrote about one fork.
     *
     * @param directory directory of the fork, see {@link CallgrindJvm#write}
     * @param plan how the fork was run
     * @return the count
     * @throws BadInputException if files are missing or damaged, or the row itself calls {@code System.gc()}
     */
    public static InstructionCount read(final Path directory, final InstructionPlan plan) {
        final List<Path> parts = parts(directory);
        final int iterations = InstructionPlan.SINGLES + InstructionPlan.BATCHES;
        // JMH calls it more than once before an iteration; how often depends on its version.
        final int perIteration = parts.size() / iterations;
        if (perIteration == 0 || parts.size() % iterations != 0) {
            throw new BadInputException(directory + ": has " + parts.size() + " counts of Callgrind for " + iterations
                    + " iterations; a row that calls System.gc() cannot be counted");
        }
        final double single = CallgrindFile.instructions(parts.get(perIteration * InstructionPlan.SINGLES));
        final List<Double> batches = new ArrayList<>();
        for (int i = InstructionPlan.SINGLES + 1; i < iterations; i++) {
            batches.add((CallgrindFile.instructions(parts.get(perIteration * i)) - single) / (plan.batch() - 1));
        }
        return new InstructionCount(Figures.min(batches), List.copyOf(batches));
    }

    /** Whether the batches with the fewest instructions agree: otherwise the row was still warming up. */
    boolean isSettled() {
        return batches.stream()
                        .filter(batch -> batch <= perInvocation * (1 + AGREEMENT))
                        .count()
                >= InstructionPlan.SETTLED_BATCHES;
    }

    /** The fork's counts in order: what was counted up to each collection. The last, up to the end, is not among them. */
    private static List<Path> parts(final Path directory) {
        final Map<String, Map<Integer, Path>> processes = new TreeMap<>();
        try (Stream<Path> files = Files.list(directory)) {
            files.forEach(file -> {
                final Matcher matcher = FILE.matcher(file.getFileName().toString());
                if (matcher.matches()) {
                    final Map<Integer, Path> parts =
                            processes.computeIfAbsent(matcher.group(1), process -> new TreeMap<>());
                    if (matcher.group(2) != null) {
                        parts.put(Integer.parseInt(matcher.group(2)), file);
                    }
                }
            });
        } catch (final IOException e) {
            throw new BadInputException(directory + ": cannot be read: " + e.getMessage());
        }
        // The fork may have started processes of its own; none of them is divided into so many parts.
        return processes.values().stream()
                .max((a, b) -> Integer.compare(a.size(), b.size()))
                .map(parts -> List.copyOf(parts.values()))
                .orElseThrow(() -> new BadInputException(directory + ": Callgrind has written nothing"));
    }
}
