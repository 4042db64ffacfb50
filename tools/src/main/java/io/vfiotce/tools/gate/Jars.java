package io.vfiotce.tools.gate;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.gate.jmh.GateDataException;
import io.vfiotce.tools.gate.jmh.RowName;
import io.vfiotce.tools.gate.run.Digests;
import io.vfiotce.tools.gate.run.JarRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedSet;

/** The jars that the user names. */
final class Jars {
    private Jars() {}

    /**
     * A jar as it was when its rows were listed.
     *
     * @param path where it is
     * @param sha256 its digest, taken before
     * @param rows its rows
     */
    record Listed(Path path, String sha256, SortedSet<RowName> rows) {
        /**
         * Refuses a copy of something else: the jar was built anew after its rows were listed.
         *
         * @param copy the copy that is measured
         * @throws GateDataException if it differs
         */
        void requireSame(final Path copy) {
            if (!Digests.sha256(copy).equals(sha256)) {
                throw new GateDataException(path + ": was replaced after its rows were listed");
            }
        }
    }

    /**
     * Lists the rows of a jar.
     *
     * @throws BadInputException if there is no such jar, or no JMH in it
     */
    static Listed list(final RunPlan plan, final Path jar) throws IOException, InterruptedException {
        if (!Files.isRegularFile(jar)) {
            throw new BadInputException(jar + ": there is no such jar");
        }
        final String sha256 = Digests.sha256(jar);
        return new Listed(jar, sha256, JarRows.list(plan.forks().java(), jar));
    }
}
