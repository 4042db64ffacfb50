package io.vfiotce.tools.gate;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.OutputFile;
import io.vfiotce.tools.gate.history.History;
import io.vfiotce.tools.gate.history.HistoryFile;
import io.vfiotce.tools.gate.history.HistoryRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** Which history a command is about. */
final class HistoryFlags {
    @Option(
            names = "--file",
            paramLabel = "FILE",
            defaultValue = "tce-gate-history.jsonl",
            description = "The history. Default: ${DEFAULT-VALUE}.")
    private Path file;

    /** {@return the file, which need not be there} */
    HistoryFile file() {
        return new HistoryFile(file);
    }

    /**
     * {@return the file, which must be there}
     *
     * @throws BadInputException if it is not
     */
    HistoryFile existing() {
        if (!Files.isRegularFile(file)) {
            throw new BadInputException(file + ": there is no such history");
        }
        return file();
    }

    /**
     * A file to write to, cleared of what was there.
     *
     * @param path where
     * @return the file
     * @throws BadInputException if it cannot be written, or is the history
     */
    OutputFile output(final Path path) {
        final OutputFile output = new OutputFile(path);
        if (output.is(file)) {
            throw new BadInputException(path + ": is the history, which is not written over");
        }
        output.clear();
        return output;
    }

    /**
     * The runs of one class of machines.
     *
     * @param history what the file holds
     * @param hostClass the class, or null for the only one
     * @return its name, which has at least one run
     * @throws BadInputException if the file's end is torn, there are no runs, or it takes a name to choose among them
     */
    String hostClass(final History history, final String hostClass) {
        history.torn().ifPresent(torn -> {
            throw new BadInputException(file + ": " + torn + "; see 'tce gate history repair'");
        });
        final List<String> classes = history.runs().stream()
                .map(HistoryRun::hostClass)
                .distinct()
                .sorted()
                .toList();
        if (classes.isEmpty()) {
            throw new BadInputException(file + ": has no runs");
        }
        if (hostClass == null && classes.size() > 1) {
            throw new BadInputException(
                    file + ": has runs of several machines; choose by --host-class: " + names(classes));
        }
        if (hostClass != null && !classes.contains(hostClass)) {
            throw new BadInputException(file + ": has no run of '" + hostClass + "', only of " + names(classes));
        }
        return hostClass == null ? classes.get(0) : hostClass;
    }

    private static String names(final List<String> classes) {
        return classes.stream().map(name -> "'" + name + "'").collect(Collectors.joining(", "));
    }
}
