package io.vfiotce.tools.gate;

import io.vfiotce.tools.gate.history.HistoryFile;
import io.vfiotce.tools.gate.history.Promotion;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tce gate history promote}: somebody's word that a run may be compared with. */
@Command(
        name = "promote",
        mixinStandardHelpOptions = true,
        description =
                "Lets later runs be compared with one that failed. Who measures the commit again must promote it again.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:promoted", "2:bad input or usage; nothing was appended", "6:internal error"})
final class HistoryPromoteCommand implements Callable<Integer> {
    @Mixin
    private HistoryFlags history;

    @Parameters(paramLabel = "REV", description = "The commit, as it was added.")
    private String commit;

    @Option(
            names = "--host-class",
            paramLabel = "NAME",
            description = "The machines. Needed where the history has runs of several.")
    private String hostClass;

    @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "Why.")
    private String reason;

    @Option(
            names = "--at",
            paramLabel = "TIME",
            description = "When it was said, such as 2030-01-31T12:00:00Z. Default: now.")
    private Instant at;

    @Override
    public Integer call() {
        final HistoryFile file = history.existing();
        final Instant time = at == null ? Instant.now() : at;
        file.promote(new Promotion(commit, history.hostClass(file.read(), hostClass), time.getEpochSecond(), reason));
        return GateExitCodes.OK;
    }
}
