package io.vfiotce.tools;

import io.vfiotce.tools.chaos.ChaosCommand;
import io.vfiotce.tools.conform.ConformCommand;
import io.vfiotce.tools.demo.DemoCommand;
import io.vfiotce.tools.gate.GateCommand;
import io.vfiotce.tools.gate.GateExitCodes;
import io.vfiotce.tools.handler.HandlerCommand;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.IExitCodeExceptionMapper;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/** The command line: {@code tce COMMAND}. */
@Command(
        name = "tce",
        mixinStandardHelpOptions = true,
        version = "vfio-tce 0.1.0-SNAPSHOT",
        description = "The sPAPR TCE hypercall path: replay real guests, check against recorded outcomes, measure.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            RunCommand.class,
            ReplayCommand.class,
            ImportCommand.class,
            ConformCommand.class,
            DumpCommand.class,
            HandlerCommand.class,
            ChaosCommand.class,
            DemoCommand.class,
            BenchCommand.class,
            GateCommand.class
        })
public final class Tce {
    /** Creates the command; picocli uses it. */
    public Tce() {}

    /**
     * Runs a command and ends the JVM with its exit code: 0 all right, 1 the check failed, 2 bad input or usage; commands of
     * {@code tce gate} have more, see {@link GateExitCodes}.
     *
     * @param args command and arguments
     */
    public static void main(final String[] args) {
        System.exit(run(Tce::commandLine, args, System.err));
    }

    /**
     * Runs a command. What the handling of errors lets through, or fails over itself, would else end the JVM with 1, which says
     * that a check failed.
     *
     * @param commands makes the command line
     * @param args command and arguments
     * @param err where what nobody has foreseen is told
     * @return the exit code
     */
    static int run(final Supplier<CommandLine> commands, final String[] args, final PrintStream err) {
        final int unforeseen = args.length > 0 && "gate".equals(args[0]) ? GateExitCodes.INTERNAL : ExitCodes.BAD_INPUT;
        try {
            final CommandLine tce = commands.get();
            // Where picocli itself fails.
            tce.getCommandSpec().exitCodeOnExecutionException(unforeseen);
            return tce.execute(args);
        } catch (final RuntimeException | Error e) {
            err.println("tce: unexpected " + e.getClass().getName());
            return unforeseen;
        }
    }

    /**
     * The command line with the error handling that all commands share: one line on stderr and, whatever goes wrong, exit
     * code 2, or what {@link GateExitCodes} says for the gate's commands.
     *
     * @return a new command line
     */
    static CommandLine commandLine() {
        final CommandLine tce = new CommandLine(new Tce());
        tce.setCaseInsensitiveEnumValuesAllowed(true);
        tce.setParameterExceptionHandler((e, args) -> usageError(e));
        tce.getSubcommands().get("gate").setExitCodeExceptionMapper(new GateExitCodes());
        tce.setExecutionStrategy(Tce::execute);
        tce.setExecutionExceptionHandler((e, command, result) -> {
            fail(command, GateExitCodes.isExpected(e) ? e.getMessage() : "unexpected " + cause(e));
            final IExitCodeExceptionMapper mapper = command.getExitCodeExceptionMapper();
            return mapper == null ? ExitCodes.BAD_INPUT : mapper.getExitCode(e);
        });
        return tce;
    }

    /** As picocli does it, but an error of the JVM is no other end than an exception: uncaught it would be exit code 1. */
    private static int execute(final ParseResult parsed) {
        try {
            return new RunLast().execute(parsed);
        } catch (final Error e) {
            final List<CommandLine> commands = parsed.asCommandLineList();
            throw new ExecutionException(commands.get(commands.size() - 1), "error", e);
        }
    }

    private static Throwable cause(final Exception e) {
        return e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
    }

    private static int usageError(final ParameterException e) {
        final CommandLine command = e.getCommandLine();
        fail(command, e.getMessage() + " (see '" + command.getCommandSpec().qualifiedName() + " --help')");
        return ExitCodes.BAD_INPUT;
    }

    private static void fail(final CommandLine command, final String message) {
        final PrintWriter err = command.getErr();
        err.println(command.getCommandSpec().qualifiedName() + ": "
                + String.valueOf(message).replaceAll("\\s*\\R\\s*", " "));
        err.flush();
    }
}
