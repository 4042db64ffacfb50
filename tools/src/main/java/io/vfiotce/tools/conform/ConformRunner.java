package io.vfiotce.tools.conform;

import io.vfiotce.handoff.HandlerHangException;
import io.vfiotce.tools.Progress;
import io.vfiotce.tools.handler.Handlers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Runs vector files on the library, each scenario on a VM of its own.
 *
 * @threads one
 */
public final class ConformRunner {
    private final ConformLayer layer;
    private final Handlers handlers;
    private final GuestBlocks blocks = new GuestBlocks();

    /**
     * Creates a runner.
     *
     * @param layer which layers to run the calls in
     * @param handlers where the userspace handlers run
     */
    public ConformRunner(final ConformLayer layer, final Handlers handlers) {
        this.layer = layer;
        this.handlers = handlers;
    }

    /**
     * Runs a file. One that cannot be read, or not in this layer, is run up to there and its report has the error.
     *
     * @param file a vector file, plain or gzipped
     * @return what it gave
     */
    public FileReport run(final Path file) {
        final FileReport report = new FileReport(file.toString(), layer);
        if (Files.isDirectory(file)) {
            report.failed(file + ": is a directory");
            return report;
        }
        try {
            run(file, report);
        } catch (final VectorFormatException e) {
            report.failed(e.getMessage());
        } catch (final NoSuchFileException e) {
            report.failed(file + ": no such file");
        } catch (final HandlerHangException e) {
            report.failed(file + ": " + e.getMessage());
        } catch (final IOException | UncheckedIOException e) {
            report.failed(file + ": cannot be read or run: " + oneLine(e));
        }
        return report;
    }

    private void run(final Path file, final FileReport report) throws IOException {
        try (VectorFile vectors = VectorFile.open(file);
                Progress progress = Progress.forTerminal(file.getFileName().toString(), Files.size(file))) {
            for (Scenario scenario = vectors.next(); scenario != null; scenario = vectors.next()) {
                report.profile(scenario.profile());
                final String refusal = layer.refusal(scenario.profile());
                if (refusal != null) {
                    report.failed(file + ": " + refusal);
                    return;
                }
                run(scenario, report);
                progress.step(vectors.bytesRead());
            }
        }
    }

    private void run(final Scenario scenario, final FileReport report) throws VectorFormatException {
        final Tally tally = new Tally(scenario.number());
        if (scenario.profile() == Profile.QEMU) {
            QemuExecution.run(scenario, handlers, blocks, tally);
        } else {
            KernelExecution.run(scenario, layer == ConformLayer.VIRTUAL, handlers, blocks, tally);
        }
        report.ran(tally);
    }

    private static String oneLine(final Exception e) {
        final String cause = e.getCause() == null ? "" : " (" + e.getCause().getMessage() + ")";
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("") + cause;
    }
}
