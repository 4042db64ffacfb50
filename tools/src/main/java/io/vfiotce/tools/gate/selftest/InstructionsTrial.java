package io.vfiotce.tools.gate.selftest;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.gate.layer.InstructionCount;
import io.vfiotce.tools.gate.layer.InstructionRule;
import io.vfiotce.tools.gate.report.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Instruction counts of one jar, each compared with each other as if they were of two. */
final class InstructionsTrial implements Trial {
    /** The row whose instructions are counted, by its method. */
    static final String ROW = "hypercall";

    private final Workspace workspace;
    private final SlopeSource slopes;

    InstructionsTrial(final Workspace workspace, final SlopeSource slopes) {
        this.workspace = workspace;
        this.slopes = slopes;
    }

    /**
     * One count. Its file has the count and then those of its batches; it is empty where nothing can be counted.
     *
     * @param number its number
     * @param file where its result is kept
     * @param slopes counts
     */
    private record Count(int number, Path file, SlopeSource slopes) implements Step {
        @Override
        public String name() {
            return "instructions, count " + (number + 1);
        }

        @Override
        public long expectedMs() {
            return PlantsTrial.VALGRIND_MS;
        }

        @Override
        public boolean isDone() {
            return Files.exists(file);
        }

        @Override
        public void run() throws InterruptedException {
            final String text = slopes.count(number)
                    .map(count -> Stream.concat(Stream.of(count.perInvocation()), count.batches().stream())
                            .map(String::valueOf)
                            .collect(Collectors.joining(" ")))
                    .orElse("");
            try {
                final Path part = file.resolveSibling(file.getFileName() + ".part");
                Files.writeString(part, text);
                Files.move(part, file);
            } catch (final IOException e) {
                throw new BadInputException(file + ": cannot be written (" + e + ")");
            }
        }

        Optional<InstructionCount> result() {
            try {
                final String text = Files.readString(file);
                if (text.isEmpty()) {
                    return Optional.empty();
                }
                final List<Double> values =
                        Arrays.stream(text.split(" ")).map(Double::valueOf).toList();
                return Optional.of(new InstructionCount(values.get(0), values.subList(1, values.size())));
            } catch (final IOException e) {
                throw new BadInputException(file + ": cannot be read (" + e + ")");
            }
        }
    }

    @Override
    public Part part() {
        return Part.INSTRUCTIONS;
    }

    @Override
    public List<Step> steps() {
        return List.copyOf(counts());
    }

    private List<Count> counts() {
        final List<Count> counts = new ArrayList<>();
        for (int i = 0; i < workspace.sizes().slopes(); i++) {
            final Path file = workspace.root().resolve(String.format(Locale.ROOT, "slope-%02d.txt", i));
            counts.add(new Count(i, file, slopes));
        }
        return counts;
    }

    @Override
    public List<Figure> figures() {
        final List<Optional<InstructionCount>> results =
                counts().stream().map(Count::result).toList();
        final String part = part().toString();
        final String name = "pairs of counts of one jar that differ";
        if (results.stream().anyMatch(Optional::isEmpty)) {
            return List.of(Figure.missing(part, name, "valgrind is not installed"));
        }
        final List<InstructionCount> all =
                results.stream().map(Optional::orElseThrow).toList();
        int compared = 0;
        int differ = 0;
        for (int i = 0; i < all.size(); i++) {
            for (int j = 0; j < i; j++) {
                compared++;
                differ += InstructionRule.compare(List.of(all.get(i)), List.of(all.get(j)))
                                        .verdict()
                                == Verdict.PASS
                        ? 0
                        : 1;
            }
        }
        final double least =
                all.stream().mapToDouble(InstructionCount::perInvocation).min().orElseThrow();
        final double most =
                all.stream().mapToDouble(InstructionCount::perInvocation).max().orElseThrow();
        return List.of(
                Figure.count(part, name, differ, compared, Figure.Bound.atMost(0)),
                Figure.told(part, "largest difference of two counts", Figure.percent(most / least - 1)));
    }
}
