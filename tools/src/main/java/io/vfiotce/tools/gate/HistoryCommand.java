package io.vfiotce.tools.gate;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code tce gate history}: what the gate found over time. */
@Command(
        name = "history",
        mixinStandardHelpOptions = true,
        description = "Keeps what runs found, one JSON object per line, and shows how it went.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            HistoryAddCommand.class,
            HistoryShowCommand.class,
            HistoryExportCommand.class,
            HistoryPromoteCommand.class,
            HistoryRepairCommand.class
        })
final class HistoryCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return GateExitCodes.BAD_INPUT;
    }
}
