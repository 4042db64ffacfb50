package io.vfiotce.tools.handler;

import io.vfiotce.handoff.BridgeLookup;
import io.vfiotce.handoff.HandoffRefusedException;
import io.vfiotce.handoff.SharedHandler;
import io.vfiotce.handoff.UserspaceHandler;
import io.vfiotce.handoff.WindowLookup;
import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.ExitCodes;
import io.vfiotce.tools.Termination;
import io.vfiotce.userspace.ReferenceHandler;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.agrona.concurrent.AgentTerminationException;
import org.agrona.concurrent.IdleStrategy;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tce handler}: the userspace handler of a VM in another process, over shared memory. */
@Command(
        name = "handler",
        mixinStandardHelpOptions = true,
        description = "Answers the hypercalls that a VM in another process passes on, until that VM has gone.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:the VM has gone, or SIGTERM", "2:bad usage, or a directory or file is refused"})
public final class HandlerCommand implements Callable<Integer> {
    /** What begins the line that says which directory is served from now on. */
    static final String SERVING = "serving ";

    /** Which VMs are served. */
    private static final class Source {
        @Option(names = "--dir", paramLabel = "D", description = "The directory of the VM's hand-off.")
        private Path directory;

        @Option(
                names = "--follow",
                description = "Serve the directories that standard input names, one a line, until it ends.")
        private boolean follow;
    }

    @Spec
    private CommandSpec spec;

    @ArgGroup(multiplicity = "1")
    private Source source;

    @Option(
            names = "--idle",
            paramLabel = "HOW",
            defaultValue = "backoff",
            description = "While there is nothing to answer: ${COMPLETION-CANDIDATES}. Default: backoff.")
    private HandlerIdle idle;

    /** Creates the command; picocli fills in the arguments. */
    public HandlerCommand() {}

    @Override
    public Integer call() {
        final PrintWriter out = spec.commandLine().getOut();
        if (source.follow) {
            HandlerFollower.run(idle, HandlerCommand::handler, System.in, line -> say(out, line));
        } else {
            serve(out);
        }
        return ExitCodes.OK;
    }

    /**
     * Makes the handler that decides.
     *
     * @param windows windows to answer for
     * @param bridges host bridges to answer for
     * @return QEMU's rules
     */
    public static UserspaceHandler handler(final WindowLookup windows, final BridgeLookup bridges) {
        return new ReferenceHandler(windows, bridges);
    }

    private void serve(final PrintWriter out) {
        try (Termination termination = Termination.ofLoop();
                SharedHandler handler = SharedHandler.open(source.directory, HandlerCommand::handler)) {
            say(out, SERVING + source.directory);
            final IdleStrategy strategy = idle.strategy();
            while (!termination.isRequested()) {
                strategy.idle(handler.doWork());
            }
        } catch (final HandoffRefusedException e) {
            throw new BadInputException(e.getMessage());
        } catch (final AgentTerminationException e) {
            // Without a cause it is the VM that has ended.
            if (e.getCause() != null) {
                throw new BadInputException(source.directory + ": " + e.getMessage());
            }
        } catch (final InternalError e) {
            // The JVM may tell of an access to a file that was cut only after it.
            throw new BadInputException(source.directory + ": a file was cut short: " + e.getMessage());
        }
    }

    private static void say(final PrintWriter out, final String line) {
        out.println(line);
        out.flush();
    }
}
