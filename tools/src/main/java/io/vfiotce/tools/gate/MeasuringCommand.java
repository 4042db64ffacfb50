package io.vfiotce.tools.gate;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.OutputFile;
import io.vfiotce.tools.gate.report.GateReport;
import io.vfiotce.tools.gate.report.ReportForm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command that measures jars and reports: what they share before, around and after what is their own. */
abstract class MeasuringCommand implements Callable<Integer> {
    @Option(names = "--dry-run", description = "Prints what will be done and the time it takes, and measures nothing.")
    private boolean dryRun;

    @Mixin
    private RunOptions options;

    @Mixin
    private ReportOptions reports;

    @Spec
    private CommandSpec spec;

    /** Files that a report must not be written over, null for those that there are not. */
    abstract Path[] inputs();

    /**
     * Measures.
     *
     * @return the report; none if that was a dry run, see {@link #isDry}
     * @throws BadInputException if nothing was begun that would be worth keeping
     */
    abstract Optional<GateReport> measured(RunPlan plan, RunSession session) throws IOException, InterruptedException;

    final RunOptions options() {
        return options;
    }

    /** Whether nothing is to be measured; if so, prints what would be. */
    final boolean isDry(final String listing) {
        if (dryRun) {
            spec.commandLine().getOut().print(listing);
            spec.commandLine().getOut().flush();
        }
        return dryRun;
    }

    @Override
    public final Integer call() throws IOException, InterruptedException {
        final Map<ReportForm, OutputFile> files = reports.files(allInputs());
        if (!dryRun) {
            ReportOptions.clear(files, options.out());
        }
        final RunPlan plan = options.plan(RunOptions.today());
        return RunSession.during(plan, options.out(), spec.commandLine().getErr(), session -> {
            final Optional<GateReport> report = measured(plan, session);
            if (report.isEmpty()) {
                return GateExitCodes.OK;
            }
            // Kept before it is told: where that fails, nothing is lost.
            session.store(report.get());
            reports.write(report.get(), files, spec.commandLine().getOut());
            return report.get().exitCode();
        });
    }

    private Path[] allInputs() {
        final Path[] own = inputs();
        final Path[] all = new Path[own.length + 1];
        System.arraycopy(own, 0, all, 0, own.length);
        all[own.length] = options.config();
        return all;
    }
}
