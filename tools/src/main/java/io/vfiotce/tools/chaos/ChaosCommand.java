package io.vfiotce.tools.chaos;

import picocli.CommandLine.Command;

/** {@code tce chaos}: fault injection. */
@Command(
        name = "chaos",
        mixinStandardHelpOptions = true,
        description = "Breaks parts of the system under load and counts lost, doubled and torn requests.",
        synopsisSubcommandLabel = "PART",
        subcommands = ChaosHandlerCommand.class)
public final class ChaosCommand {
    /** Creates the command; picocli uses it. */
    public ChaosCommand() {}
}
