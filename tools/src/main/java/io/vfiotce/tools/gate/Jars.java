package io.vfiotce.tools.gate;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.gate.jmh.RowName;
import io.vfiotce.tools.gate.run.JarRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedSet;

/** The jars that the user names. */
final class Jars {
    private Jars() {}

    /**
     * Lists the rows of a jar.
     *
     * @throws BadInputException if there is no such jar, or no JMH in it
     */
    static SortedSet<RowName> rows(final RunPlan plan, final Path jar) throws IOException, InterruptedException {
        if (!Files.isRegularFile(jar)) {
            throw new BadInputException(jar + ": there is no such jar");
        }
        return JarRows.list(plan.forks().java(), jar);
    }
}
