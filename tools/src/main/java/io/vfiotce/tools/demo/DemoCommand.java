package io.vfiotce.tools.demo;

import picocli.CommandLine.Command;

/** {@code tce demo}: example machines. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = "Runs a machine that embeds the library.",
        synopsisSubcommandLabel = "MACHINE",
        subcommands = NicCommand.class)
public final class DemoCommand {
    /** Creates the command; picocli uses it. */
    public DemoCommand() {}
}
