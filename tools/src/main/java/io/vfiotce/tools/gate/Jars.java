package io.vfiotce.tools.gate;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.gate.jmh.GateDataException;
import io.vfiotce.tools.gate.jmh.RowName;
import io.vfiotce.tools.gate.run.Digests;
import io.vfiotce.tools.gate.run.JarRows;
import io.vfiotce.tools.gate.run.LatencyRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipFile;

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
     * Lists the rows of a jar: its benchmarks, and those latency rows of the profile whose program it has.
     *
     * @throws BadInputException if there is no such jar, or no JMH in it, or a latency row is called like a benchmark
     */
    static Listed list(final RunPlan plan, final Path jar) throws IOException, InterruptedException {
        if (!Files.isRegularFile(jar)) {
            throw new BadInputException(jar + ": there is no such jar");
        }
        requireWhole(jar);
        final String sha256 = Digests.sha256(jar);
        final SortedSet<RowName> rows = new TreeSet<>(JarRows.list(plan.forks().java(), jar));
        addLatency(plan.profile().latency().values(), jar, rows);
        return new Listed(jar, sha256, rows);
    }

    /** Refuses a jar that needs others beside it: it is measured elsewhere, and what it reaches is looked for in itself. */
    private static void requireWhole(final Path jar) {
        try (JarFile file = new JarFile(jar.toFile())) {
            for (final String name : classPath(file)) {
                final Path other = jar.toAbsolutePath().resolveSibling(name);
                if (Files.isRegularFile(other) && !hasClassesOf(file, other)) {
                    throw new BadInputException(jar + ": needs " + name
                            + " beside it (Class-Path of its manifest), and the gate takes one jar with everything in it, as"
                            + " Maven's shade plugin makes it");
                }
            }
        } catch (final IOException e) {
            throw new BadInputException(jar + ": is no jar (" + e.getMessage() + ")");
        }
    }

    /** What a jar names beside itself; addresses on the net are none of its neighbours. */
    private static List<String> classPath(final JarFile jar) throws IOException {
        return Optional.ofNullable(jar.getManifest())
                .map(manifest -> manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH))
                .stream()
                .flatMap(names -> Stream.of(names.split("\\s+")))
                .filter(name -> !name.isEmpty() && !name.contains(":"))
                .toList();
    }

    /** Whether a jar has the other's classes itself, as one that was made of several and kept its manifest. */
    private static boolean hasClassesOf(final JarFile jar, final Path other) throws IOException {
        try (JarFile file = new JarFile(other.toFile())) {
            return file.stream()
                    .map(JarEntry::getName)
                    .filter(name -> name.endsWith(".class") && !name.equals("module-info.class"))
                    .findFirst()
                    .map(name -> jar.getEntry(name) != null)
                    .orElse(true);
        }
    }

    private static void addLatency(
            final Collection<LatencyRow> latency, final Path jar, final SortedSet<RowName> rows) {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            for (final LatencyRow row : latency) {
                if (zip.getEntry(row.entry()) != null && !rows.add(row.name())) {
                    throw new BadInputException(
                            "the latency row " + row.name().text() + " is called like a benchmark of " + jar);
                }
            }
        } catch (final IOException e) {
            throw new BadInputException(jar + ": is no jar (" + e.getMessage() + ")");
        }
    }
}
