package io.vfiotce.tools.gate.selftest;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.gate.jmh.RowName;
import io.vfiotce.tools.gate.run.Digests;
import io.vfiotce.tools.gate.run.ForkSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The directory of a selftest: the jar as it was, copies with planted faults, the configuration of its runs, and a directory or
 * journal for each thing that is measured.
 *
 * @param root the directory, absolute
 * @param sizes how much is measured
 * @param forks how a fork is measured, but for {@link #powerForks}
 * @param seed seed of all coins and draws
 */
public record Workspace(Path root, Sizes sizes, ForkSettings forks, long seed) {
    /** Pairs of the first stage where a jar is measured against itself. */
    static final int AA_PAIRS = 8;

    /** Fresh pairs for a row that this flags. */
    static final int AA_CONFIRM_PAIRS = 24;

    /** Pairs of the first stage in whole runs with a slowdown, as this project's own gate has them. */
    static final int WHOLE_PAIRS = 9;

    /** Fresh pairs in these. */
    static final int WHOLE_CONFIRM_PAIRS = 12;

    /** Iterations of a fork where slowdowns are to be found: the more, the likelier one meets a moment without disturbance. */
    private static final int POWER_ITERATIONS = 5;

    /** So many that C2 comes to the loop of the row with the longest passes. */
    private static final int EVIDENCE_WARMUPS = 8;

    private static final String BENCHMARK = "io.vfiotce.bench.plant.PlantBenchmark.";
    /** A run is as long as it takes: the selftest has a budget of its own. */
    private static final int RUN_MINUTES = 600;

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    /**
     * Makes the directory, or takes up that of the same selftest.
     *
     * @param root the directory
     * @param jar the jar with rows to plant faults in
     * @param sizes how much is measured
     * @param forks how a fork is measured
     * @param seed seed of all coins and draws
     * @return the directory
     * @throws BadInputException if the jar has no such rows, or the directory cannot be used or holds another selftest
     */
    public static Workspace create(
            final Path root, final Path jar, final Sizes sizes, final ForkSettings forks, final long seed) {
        if (!Files.isRegularFile(jar)) {
            throw new BadInputException(jar + ": there is no such jar");
        }
        final Workspace workspace = new Workspace(root.toAbsolutePath().normalize(), sizes, forks, seed);
        final String identity = String.join(
                "\n",
                "jar " + Digests.sha256(jar),
                "gate " + gate(),
                sizes.toString(),
                forks.toString(),
                workspace.powerForks().toString(),
                "seed " + seed,
                "");
        final Path known = workspace.root.resolve("selftest.txt");
        try {
            Files.createDirectories(workspace.root);
            if (Files.exists(known) && !Files.readString(known).equals(identity)) {
                throw new BadInputException(
                        root + ": belongs to a selftest of another jar or gate, or with other settings");
            }
            PlantedJar.write(jar, workspace.plain(), Map.of());
            MAPPER.writerWithDefaultPrettyPrinter()
                    .writeValue(workspace.config().toFile(), workspace.configuration());
            Files.writeString(known, identity);
        } catch (final IOException e) {
            throw new BadInputException(root + ": cannot be written (" + e + ")");
        }
        return workspace;
    }

    /** The gate that is measured: its jar. One that runs from classes is being worked on. */
    private static String gate() {
        final Path code = Path.of(URI.create(Workspace.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toString()));
        return Files.isRegularFile(code) ? Digests.sha256(code) : "classes";
    }

    /** {@return the jar with nothing planted} */
    public Path plain() {
        return root.resolve("plain.jar");
    }

    /** {@return the configuration of all runs} */
    public Path config() {
        return root.resolve("gate.json");
    }

    /** {@return how a fork is measured where slowdowns are to be found} */
    public ForkSettings powerForks() {
        return new ForkSettings(
                forks.java(),
                forks.jvmArgs(),
                forks.jmhArgs(),
                forks.warmupIterations(),
                forks.warmupMs(),
                POWER_ITERATIONS,
                forks.iterationMs(),
                forks.timeoutMs());
    }

    /** The jar with one fault planted. */
    Path planted(final String name, final int value) {
        final Path planted = root.resolve(String.format(Locale.ROOT, "%s-%03d.jar", name, value));
        PlantedJar.write(plain(), planted, Map.of(name, String.valueOf(value)));
        return planted;
    }

    /** {@return the row of which instructions are counted} */
    public RowName slopeRow() {
        return row(InstructionsTrial.ROW);
    }

    /**
     * The name of a row as the gate has it.
     *
     * @param method its method
     * @return the name
     */
    public static RowName row(final String method) {
        return new RowName(BENCHMARK + method, new TreeMap<>());
    }

    static SortedSet<RowName> rows(final List<String> methods) {
        final SortedSet<RowName> rows = new TreeSet<>();
        methods.forEach(method -> rows.add(row(method)));
        return rows;
    }

    private Map<String, Object> configuration() {
        final Map<String, Object> defaults = new TreeMap<>();
        defaults.put("budgetMinutes", RUN_MINUTES);
        defaults.put("warmupIterations", forks.warmupIterations());
        defaults.put("warmupMs", forks.warmupMs());
        defaults.put("iterations", forks.iterations());
        defaults.put("iterationMs", forks.iterationMs());
        defaults.put("jvmArgs", forks.jvmArgs());
        defaults.put("instructionsBlock", true);
        final Map<String, Object> profiles = new TreeMap<>();
        profiles.put("aa", Map.of("pairs", AA_PAIRS, "confirmPairs", AA_CONFIRM_PAIRS, "layers", List.of("time")));
        profiles.put(
                "evidence",
                Map.of("warmupIterations", EVIDENCE_WARMUPS, "layers", List.of("allocation", "code-shape")));
        profiles.put(
                "time",
                Map.of(
                        "pairs",
                        WHOLE_PAIRS,
                        "confirmPairs",
                        WHOLE_CONFIRM_PAIRS,
                        "iterations",
                        POWER_ITERATIONS,
                        "layers",
                        List.of("time")));
        List.of("allocation", "code-shape", "instructions")
                .forEach(layer -> profiles.put(layer, Map.of("layers", List.of(layer))));
        final Map<String, Object> configuration = new TreeMap<>();
        configuration.put("defaults", defaults);
        configuration.put("profiles", profiles);
        return configuration;
    }
}
