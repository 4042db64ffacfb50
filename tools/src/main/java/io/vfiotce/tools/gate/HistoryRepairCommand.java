package io.vfiotce.tools.gate;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code tce gate history repair}: cuts off what a crash left behind the last whole line. */
@Command(
        name = "repair",
        mixinStandardHelpOptions = true,
        description = "Cuts off what a crash left behind the last whole line.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:whole now", "2:bad input or usage", "6:internal error"})
final class HistoryRepairCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private HistoryFlags history;

    @Override
    public Integer call() {
        final long cutBytes = history.existing().repair();
        final PrintWriter out = spec.commandLine().getOut();
        out.println(cutBytes == 0 ? "whole already" : cutBytes + " bytes cut off");
        out.flush();
        return GateExitCodes.OK;
    }
}
