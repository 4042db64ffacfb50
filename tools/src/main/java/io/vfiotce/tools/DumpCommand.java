package io.vfiotce.tools;

import io.vfiotce.snapshot.SnapshotException;
import io.vfiotce.snapshot.TableSnapshot;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tce dump FILE}: what a table snapshot holds. */
@Command(
        name = "dump",
        mixinStandardHelpOptions = true,
        description = "Prints a table snapshot: its windows, and each entry that is not 0.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:printed", "2:bad input or usage"})
final class DumpCommand implements Callable<Integer> {
    private static final String STDOUT = "-";

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "The snapshot, as --snapshot of replay or run writes it.")
    private Path file;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Also write it as JSON; - writes it to stdout, and nothing else.")
    private String json;

    @Override
    public Integer call() throws IOException {
        final PrintWriter out = spec.commandLine().getOut();
        final boolean text = !STDOUT.equals(json);
        final OutputFile jsonFile = json == null || !text ? null : new OutputFile(Path.of(json));
        try (TableSnapshot snapshot = read()) {
            if (text) {
                SnapshotReport.text(file.toString(), snapshot, out);
            }
            if (jsonFile != null) {
                jsonFile.write(stream -> SnapshotReport.json(
                        file.toString(), snapshot, new OutputStreamWriter(stream, StandardCharsets.UTF_8)));
            } else if (!text) {
                SnapshotReport.json(file.toString(), snapshot, out);
            }
        }
        return ExitCodes.OK;
    }

    private TableSnapshot read() {
        if (!Files.exists(file)) {
            throw new BadInputException(file + ": no such file");
        }
        if (!Files.isRegularFile(file)) {
            throw new BadInputException(file + ": not a regular file");
        }
        try {
            return TableSnapshot.read(file, TableSnapshot.DEFAULT_LIMIT_BYTES);
        } catch (final SnapshotException e) {
            throw new BadInputException(file + ": " + e.getMessage());
        } catch (final IOException e) {
            throw new BadInputException(
                    file + ": cannot be read: " + e.getClass().getSimpleName());
        }
    }
}
