package io.vfiotce.tools.gate;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code tce gate}: the performance regression gate. */
@Command(
        name = "gate",
        mixinStandardHelpOptions = true,
        description = "Says whether a change made benchmarks slower; for anybody's JMH jar.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            AbCommand.class,
            CheckCommand.class,
            AaCommand.class,
            CompareCommand.class,
            PowerCommand.class,
            DoctorCommand.class,
            ReportCommand.class,
            ExplainCommand.class,
            HistoryCommand.class,
            SelftestCommand.class
        })
public final class GateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    /** Creates the command; picocli uses it. */
    public GateCommand() {}

    /** Without a command nothing was judged, so this is never a success. */
    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return GateExitCodes.BAD_INPUT;
    }
}
