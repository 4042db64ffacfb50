package io.vfiotce.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A program that measures by itself: a class whose {@code main} takes the name of a file, measures once and writes an array
 * in the form of JMH's JSON there.
 *
 * <p>One that ends well and has written nothing says that it cannot run here, such as one that needs a C compiler; why, it
 * says on the standard error. What else it writes beside the file is kept in {@code target/programs}.
 */
final class Program implements Source {
    private static final String PACKAGE = Program.class.getPackageName() + ".";

    private final String name;
    private final int forks;
    private final List<String> options;
    private final Map<String, Measured> measured = new LinkedHashMap<>();
    private boolean leftOut;

    /**
     * Names a program.
     *
     * @param name the class's name below this package
     * @param forks how often to run it
     * @param options its arguments after the file
     */
    Program(final String name, final int forks, final String... options) {
        this.name = name;
        this.forks = forks;
        this.options = List.of(options);
    }

    @Override
    public String label() {
        return name;
    }

    @Override
    public int forks() {
        return leftOut ? 0 : forks;
    }

    /** Whether it has said that it cannot run here. */
    boolean isLeftOut() {
        return leftOut;
    }

    @Override
    public void runFork() throws IOException, InterruptedException {
        final Path file = Provenance.module().resolve("target/programs").resolve(name + ".json");
        Files.createDirectories(file.getParent());
        Files.deleteIfExists(file);
        final List<String> arguments = new ArrayList<>(List.of(file.toString()));
        arguments.addAll(options);
        final int status = ChildJvm.of(PACKAGE + name, arguments)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start()
                .waitFor();
        if (status != 0) {
            throw new IOException("it ended with status " + status);
        }
        leftOut = !Files.exists(file);
        if (!leftOut) {
            RunJson.readResults(file).forEach(row -> measured.merge(row.key(), row, Measured::plus));
        }
    }

    @Override
    public Collection<Measured> measured() {
        return measured.values();
    }
}
