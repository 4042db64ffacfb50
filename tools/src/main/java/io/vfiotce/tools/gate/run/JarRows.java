package io.vfiotce.tools.gate.run;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.gate.jmh.GateDataException;
import io.vfiotce.tools.gate.jmh.RowListing;
import io.vfiotce.tools.gate.jmh.RowName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;

/** Asks a jar for its rows. */
public final class JarRows {
    private static final long TIMEOUT_MS = 120_000;

    private JarRows() {}

    /**
     * Lists the rows of a jar with all combinations of their parameters ({@code -lp}).
     *
     * @param java the java program
     * @param jar a jar with JMH and benchmarks
     * @return the rows, at least one
     * @throws BadInputException if it is no jar with JMH
     * @throws GateDataException if it has no benchmarks
     * @throws IOException if java cannot be started
     * @throws InterruptedException if the caller is interrupted
     */
    public static SortedSet<RowName> list(final String java, final Path jar) throws IOException, InterruptedException {
        final Path printed = Files.createTempFile("rows", ".txt");
        try {
            final int code = ChildProcess.run(
                    List.of(java, "-cp", jar.toAbsolutePath().toString(), "org.openjdk.jmh.Main", "-lp"),
                    Path.of("").toAbsolutePath(),
                    printed,
                    TIMEOUT_MS);
            if (code != 0) {
                throw new BadInputException(
                        jar + ": is no JMH jar: " + ForkLog.read(printed).complaint());
            }
            final SortedSet<RowName> rows = RowListing.parse(Files.readString(printed));
            if (rows.isEmpty()) {
                throw new GateDataException(jar + ": has no benchmarks");
            }
            return rows;
        } finally {
            Files.delete(printed);
        }
    }
}
