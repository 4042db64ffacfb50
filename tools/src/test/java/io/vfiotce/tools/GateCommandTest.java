package io.vfiotce.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.tools.gate.GateExitCodes;
import io.vfiotce.tools.gate.jmh.GateDataException;
import io.vfiotce.tools.gate.run.BaseBuildException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code tce gate} itself, and what its errors become. */
class GateCommandTest {
    /** A command of the gate that fails as it is told. */
    @Command(name = "failing")
    private static final class Failing implements Runnable {
        private final Throwable failure;

        private Failing(final Throwable failure) {
            this.failure = failure;
        }

        @Override
        public void run() {
            throw GateCommandTest.<RuntimeException>unchecked(failure);
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> T unchecked(final Throwable failure) throws T {
        throw (T) failure;
    }

    private static int exitCode(final Throwable failure) {
        final CommandLine tce = Tce.commandLine();
        final CommandLine gate = tce.getSubcommands().get("gate");
        gate.addSubcommand(new Failing(failure));
        // A command that is added late has none of its parent's settings yet.
        gate.setExitCodeExceptionMapper(gate.getExitCodeExceptionMapper());
        tce.setErr(new PrintWriter(Writer.nullWriter()));
        return tce.execute("gate", "failing");
    }

    @Test
    void shouldPrintUsageAndRefuseWhenThereIsNoCommand() {
        final TceRun run = TceRun.of("gate");
        assertEquals(2, run.exitCode());
        assertEquals("", run.out());
        assertTrue(run.err().startsWith("Usage: tce gate"), run.err());
    }

    @Test
    void shouldRefuseWhenThereIsNoSuchCommand() {
        assertEquals(2, TceRun.of("gate", "nonsense").exitCode());
    }

    @Test
    void shouldTellErrorsApartWhenACommandFails() {
        assertEquals(2, exitCode(new BadInputException("x")));
        assertEquals(5, exitCode(new GateDataException("x")));
        assertEquals(5, exitCode(new BaseBuildException("c", "x")));
    }

    @Test
    void shouldNeverLookLikeARegressionWhenSomethingUnforeseenHappens() {
        final List<Throwable> failures = Arrays.asList(
                new IllegalStateException("x"),
                new IOException("x"),
                new InterruptedException(),
                new StackOverflowError(),
                new OutOfMemoryError("x"),
                new AssertionError("x"));
        failures.forEach(failure -> assertEquals(GateExitCodes.INTERNAL, exitCode(failure), failure.toString()));
    }

    @Test
    void shouldNeverLookLikeARegressionWhenEvenTheHandlingOfErrorsFails() {
        final ByteArrayOutputStream err = new ByteArrayOutputStream();
        final PrintStream told = new PrintStream(err, true, StandardCharsets.UTF_8);
        final Supplier<CommandLine> overflowing = () -> Tce.commandLine().setExecutionStrategy(parsed -> {
            throw new StackOverflowError();
        });
        assertEquals(GateExitCodes.INTERNAL, Tce.run(overflowing, new String[] {"gate", "doctor"}, told));
        assertEquals("tce: unexpected java.lang.StackOverflowError\n", err.toString(StandardCharsets.UTF_8));
        assertEquals(2, Tce.run(overflowing, new String[] {"bench"}, told));
        final Supplier<CommandLine> broken = () -> {
            throw new NoClassDefFoundError();
        };
        assertEquals(GateExitCodes.INTERNAL, Tce.run(broken, new String[] {"gate"}, told));
        // No shell passes a null, but it makes picocli itself fail.
        final Supplier<CommandLine> silent = () -> Tce.commandLine().setErr(new PrintWriter(Writer.nullWriter()));
        assertEquals(GateExitCodes.INTERNAL, Tce.run(silent, new String[] {"gate", "aa", null}, told));
        assertEquals(2, Tce.run(silent, new String[] {"bench", null}, told));
    }
}
