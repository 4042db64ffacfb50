package io.vfiotce.tools.gate;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.gate.config.GateConfig;
import io.vfiotce.tools.gate.config.Profile;
import io.vfiotce.tools.gate.config.RowSettings;
import io.vfiotce.tools.gate.config.RunSettings;
import io.vfiotce.tools.gate.run.ForkSettings;
import io.vfiotce.tools.gate.run.RowFilter;
import io.vfiotce.tools.gate.stats.JudgeSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * How one run is made: the configuration, with what the command line says instead.
 *
 * @param config the configuration
 * @param profile the profile
 * @param run the profile's settings with those of the command line
 * @param filter which rows take part
 * @param forks how a fork is measured
 * @param seed seed of coins, order and resampling
 * @param valgrind the program that counts instructions; empty if it is not installed
 */
record RunPlan(
        GateConfig config,
        Profile profile,
        RunSettings run,
        RowFilter filter,
        ForkSettings forks,
        long seed,
        Optional<Path> valgrind) {
    private static final long MS_PER_MINUTE = 60_000;
    private static final long VALGRIND_MS = 50_000;
    private static final byte[] SCRIPT = {'#', '!'};

    /** Level of the first stage. */
    private static final double STAGE_ALPHA = 0.05;

    /** What a judge of this run must hold, with the settings of a row, among so many tests. */
    JudgeSettings judging(final RowSettings row, final int hypotheses) {
        return new JudgeSettings(
                row.limit(),
                row.margin(),
                run.familyLevel(),
                Math.max(STAGE_ALPHA, run.familyLevel()),
                hypotheses,
                run.pairs(),
                run.confirmPairs(),
                seed);
    }

    long budgetMs() {
        return run.budgetMinutes() * MS_PER_MINUTE;
    }

    /** What counting the instructions of a fork takes, for the budget: nothing where they cannot be counted. */
    long countingMs() {
        return valgrind.isPresent() ? VALGRIND_MS : 0;
    }

    /**
     * Refuses a script in the place of the JVM, where instructions are to be counted: those of the shell would be.
     *
     * @throws BadInputException if it is one, or cannot be read
     */
    void requireProgram() {
        final Path java = Path.of(forks.java());
        try (InputStream in = Files.newInputStream(java)) {
            if (Arrays.equals(in.readNBytes(SCRIPT.length), SCRIPT)) {
                throw new BadInputException(java + ": is a script, and instructions can be counted only of the java"
                        + " program itself: name that by --jvm, and its arguments by --jvm-arg");
            }
        } catch (final IOException e) {
            throw new BadInputException(java + ": cannot be read, and instructions can be counted only of the java"
                    + " program by its whole path (" + e.getClass().getSimpleName() + ")");
        }
    }
}
