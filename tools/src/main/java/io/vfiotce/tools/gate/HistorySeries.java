package io.vfiotce.tools.gate;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.OutputFile;
import io.vfiotce.tools.gate.history.History;
import io.vfiotce.tools.gate.history.HistoryRun;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which figures of a history are wanted. */
final class HistorySeries {
    @Mixin
    private HistoryFlags file;

    @Option(
            names = "--host-class",
            paramLabel = "NAME",
            description = "The machines. Needed where the history has runs of several.")
    private String hostClass;

    @Option(
            names = "--metric",
            paramLabel = "NAME",
            description = "A figure, such as effect, base, head, headInstructions; may be repeated. Default: effect.")
    private List<String> metrics = List.of(HistoryRun.EFFECT);

    /**
     * A file to write to. What an earlier run has left there is removed, so that nobody takes it for this one's.
     *
     * @param path where; null for none
     * @return the file; null for none
     * @throws BadInputException if it cannot be written, or is the history
     */
    OutputFile output(final Path path) {
        return path == null ? null : file.output(path);
    }

    /** {@return the history} */
    History read() {
        return file.existing().read();
    }

    /**
     * {@return the name of the machines}
     *
     * @param history the history
     */
    String hostClass(final History history) {
        return file.hostClass(history, hostClass);
    }

    /**
     * Whether a figure is wanted.
     *
     * @param metric its name
     */
    boolean wants(final String metric) {
        return metrics.contains(metric);
    }

    /**
     * Refuses figures that no run has: a name that is misspelt must not look like a quiet history.
     *
     * @param runs the runs
     * @throws BadInputException naming the first
     */
    void check(final List<HistoryRun> runs) {
        for (final String metric : Set.copyOf(metrics).stream().sorted().toList()) {
            final boolean known = runs.stream()
                    .flatMap(run -> run.rows().stream())
                    .anyMatch(figures -> figures.metrics().containsKey(metric));
            if (!known) {
                throw new BadInputException("--metric " + metric + ": no run has such a figure");
            }
        }
    }
}
