package io.vfiotce.tools.gate;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.gate.host.HostActivity;
import io.vfiotce.tools.gate.host.HostFacts;
import io.vfiotce.tools.gate.host.HostFiles;
import io.vfiotce.tools.gate.host.HostReport;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tce gate doctor}: what this host is worth for measurements, here and now. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = "Looks at the host for some seconds: what it is, what disturbs it, which layers can gate on it.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:the host was looked at; with --require-calm, it is calm",
            "2:bad usage",
            "4:with --require-calm, something disturbs the host",
            "6:internal error"
        })
final class DoctorCommand implements Callable<Integer> {
    private static final int MAX_SECONDS = 3600;
    private static final long MS_PER_SECOND = 1000;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "5",
            description = "For how long to look, 1 to 3600. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(names = "--require-calm", description = "End with exit code 4 unless the host is calm.")
    private boolean requireCalm;

    @Override
    public Integer call() {
        if (seconds < 1 || seconds > MAX_SECONDS) {
            throw new BadInputException("--seconds " + seconds + " is not in 1.." + MAX_SECONDS);
        }
        final HostFiles files = new HostFiles(Path.of("/"));
        final HostFacts facts = HostFacts.read(files, Objects.requireNonNullElse(System.getenv("PATH"), ""));
        final HostReport report = HostReport.of(facts, HostActivity.watch(files, seconds * MS_PER_SECOND));
        final PrintWriter out = spec.commandLine().getOut();
        out.print(report.render());
        out.flush();
        return exitCode(report, requireCalm);
    }

    /** What a look at the host ends with. */
    static int exitCode(final HostReport report, final boolean requireCalm) {
        return requireCalm && !report.calm() ? GateExitCodes.INVALID : GateExitCodes.OK;
    }
}
