package io.vfiotce.tools;

import io.vfiotce.tools.handler.Handlers;
import io.vfiotce.tools.replay.ReplayResult;
import io.vfiotce.tools.trace.EmbeddedTraces;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code tce run}: the embedded recordings of real guests through the fast and the slow path. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = "Replays the embedded recordings of real Linux guests through the fast path and the slow path, "
                + "compares results and states entry by entry, and prints both speeds.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:everything agrees", "1:something differs", "2:bad usage"})
final class RunCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ReplayFlags flags;

    @Override
    public Integer call() throws IOException {
        final PrintWriter out = spec.commandLine().getOut();
        flags.check(EmbeddedTraces.names().size(), List.of());
        final List<ReplayResult> results = new ArrayList<>();
        try (Handlers handlers = flags.handlers()) {
            for (final String name : EmbeddedTraces.names()) {
                results.add(flags.replay(name, EmbeddedTraces.load(name), handlers, out));
            }
        }
        return flags.finish(results, out);
    }
}
