package io.vfiotce.tools;

import io.vfiotce.tools.handler.Handlers;
import io.vfiotce.tools.replay.ReplayResult;
import io.vfiotce.tools.trace.Trace;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tce replay FILE...}: the user's recordings through the fast and the slow path. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        description =
                "Replays recordings (QEMU log text, gzipped or not, or our binary form) through the fast path and "
                        + "the slow path and compares them.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:everything agrees", "1:something differs", "2:bad input or usage"})
final class ReplayCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "Recordings.")
    private List<Path> files;

    @Mixin
    private ReplayFlags flags;

    @Mixin
    private WindowFlags windows;

    @Override
    public Integer call() throws IOException {
        final PrintWriter out = spec.commandLine().getOut();
        flags.check(files.size(), files);
        // All are read before the first is replayed: bad input is told at once, not after minutes.
        final List<Trace> traces = new ArrayList<>();
        for (final Path file : files) {
            traces.add(windows.open(file));
        }
        final List<ReplayResult> results = new ArrayList<>();
        try (Handlers handlers = flags.handlers()) {
            for (int i = 0; i < traces.size(); i++) {
                results.add(flags.replay(files.get(i).toString(), traces.get(i), handlers, out));
            }
        }
        return flags.finish(results, out);
    }
}
