package io.vfiotce.tools;

import io.vfiotce.tools.handler.HandlerKind;
import io.vfiotce.tools.handler.Handlers;
import io.vfiotce.tools.replay.PassThroughOptions;
import io.vfiotce.tools.replay.Replay;
import io.vfiotce.tools.replay.ReplayOptions;
import io.vfiotce.tools.replay.ReplayReport;
import io.vfiotce.tools.replay.ReplayResult;
import io.vfiotce.tools.trace.Trace;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Options that {@code run} and {@code replay} share, and what both do with them. */
final class ReplayFlags {
    private static final int MAX_VCPUS = 64;
    private static final int MAX_ROUNDS = 1_000_000;
    private static final int MAX_GROUPS = 16;
    private static final int MIN_BACKING_SHIFT = 12;

    // A memslot of guest memory is 1 GiB.
    private static final int MAX_BACKING_SHIFT = 30;
    private static final String STDOUT = "-";

    @Option(
            names = "--vcpus",
            paramLabel = "N",
            defaultValue = "1",
            description = "Replaying vCPU threads; the order is kept within each LIOBN. Default: 1.")
    private int vcpus;

    @Option(
            names = "--repeat",
            paramLabel = "N",
            defaultValue = "0",
            description = "Timed rounds of each path. Default: enough for a steady figure.")
    private int repeat;

    @Option(
            names = "--host-page",
            paramLabel = "BYTES",
            defaultValue = "64K",
            converter = SizeConverter.class,
            description = "Host page size, 4K or 64K. Default: 64K.")
    private long hostPageBytes;

    @Option(
            names = "--ram",
            paramLabel = "BYTES",
            defaultValue = "0",
            converter = SizeConverter.class,
            description = "Guest memory from address 0. Default: what the recording shows, at least 1G.")
    private long ramBytes;

    @Option(
            names = "--groups",
            paramLabel = "N",
            defaultValue = "2",
            description =
                    "VFIO groups of each PCI host bridge, each in a container of its own; 0 for none. Default: 2.")
    private int groups;

    @Option(names = "--shared", description = "One container for all groups of a bridge: they share their tables.")
    private boolean shared;

    @Option(
            names = "--backing-shift",
            paramLabel = "SHIFT",
            description =
                    "Log2 of the page size behind guest memory: IOMMU pages are not larger. Default: --host-page.")
    private Integer backingShift;

    @Option(
            names = "--min-real",
            paramLabel = "PERCENT",
            defaultValue = "95",
            description = "Share of calls that the fast path must end in real mode. Default: 95.")
    private double minRealPercent;

    @Option(
            names = "--handler",
            paramLabel = "WHERE",
            defaultValue = "thread",
            description = "Where the userspace handler runs: ${COMPLETION-CANDIDATES}. Default: thread.")
    private HandlerKind handler;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Also write the result as JSON; - writes it to stdout, and nothing else.")
    private String json;

    @Option(
            names = "--snapshot",
            paramLabel = "FILE",
            description = "Save the tables that the fast path ends with, for 'tce dump'; with several recordings to "
                    + "FILE.1, FILE.2 and so on.")
    private Path snapshot;

    private SnapshotFiles snapshots;

    /** Checks everything before the work begins, given the recordings that are files. */
    void check(final int recordings, final List<Path> files) throws IOException {
        options();
        final List<Path> others = new ArrayList<>(files);
        if (json != null && isTextWanted()) {
            others.add(Path.of(json));
        }
        snapshots = new SnapshotFiles(snapshot, recordings, others);
    }

    private ReplayOptions options() {
        require(vcpus >= 1 && vcpus <= MAX_VCPUS, "--vcpus " + vcpus + " is not in 1.." + MAX_VCPUS);
        require(repeat >= 0 && repeat <= MAX_ROUNDS, "--repeat " + repeat + " is not in 0.." + MAX_ROUNDS);
        require(
                hostPageBytes == 1L << 12 || hostPageBytes == 1L << 16,
                "--host-page " + hostPageBytes + " is neither 4K nor 64K");
        require(
                ramBytes >= 0 && ramBytes % (1L << 16) == 0 && ramBytes <= SizeConverter.TIB,
                "--ram " + ramBytes + " is not a multiple of 64K up to 1T");
        require(minRealPercent >= 0 && minRealPercent <= 100, "--min-real " + minRealPercent + " is not in 0..100");
        if (json != null && isTextWanted()) {
            // Told before the work begins, not after it.
            new OutputFile(Path.of(json));
        }
        return new ReplayOptions(
                vcpus, repeat, ramBytes, Long.numberOfTrailingZeros(hostPageBytes), minRealPercent, passThrough());
    }

    private PassThroughOptions passThrough() {
        require(groups >= 0 && groups <= MAX_GROUPS, "--groups " + groups + " is not in 0.." + MAX_GROUPS);
        require(groups > 0 || !shared, "--shared needs groups, and --groups is 0");
        final int shift = backingShift == null ? Long.numberOfTrailingZeros(hostPageBytes) : backingShift;
        require(
                shift >= MIN_BACKING_SHIFT && shift <= MAX_BACKING_SHIFT,
                "--backing-shift " + shift + " is not in " + MIN_BACKING_SHIFT + ".." + MAX_BACKING_SHIFT);
        require(
                ramBytes % (1L << shift) == 0,
                "--ram " + ramBytes + " is not a multiple of the pages of --backing-shift " + shift);
        return new PassThroughOptions(groups, shared, shift);
    }

    private static void require(final boolean condition, final String message) {
        if (!condition) {
            throw new BadInputException(message);
        }
    }

    boolean isTextWanted() {
        return !STDOUT.equals(json);
    }

    Handlers handlers() {
        return Handlers.of(handler);
    }

    /** Replays one recording, and prints its lines unless only JSON is wanted. */
    ReplayResult replay(final String name, final Trace trace, final Handlers handlers, final PrintWriter out) {
        final ReplayResult result;
        try {
            result = new Replay(name, trace, options(), handlers)
                    .snapshot(snapshots.next())
                    .run();
        } catch (final BadInputException e) {
            throw new BadInputException(name + ": " + e.getMessage());
        }
        if (isTextWanted()) {
            ReplayReport.text(result, out);
        }
        return result;
    }

    /** Prints the end and returns the exit code. */
    int finish(final List<ReplayResult> results, final PrintWriter out) throws IOException {
        if (isTextWanted()) {
            ReplayReport.summary(results, out);
        }
        if (json != null) {
            writeJson(results, out);
        }
        return results.stream().allMatch(ReplayResult::isOk) ? ExitCodes.OK : ExitCodes.FAILED;
    }

    private void writeJson(final List<ReplayResult> results, final PrintWriter out) throws IOException {
        if (isTextWanted()) {
            new OutputFile(Path.of(json)).write(stream -> {
                final Writer writer = new OutputStreamWriter(stream, StandardCharsets.UTF_8);
                ReplayReport.json(results, writer);
            });
        } else {
            ReplayReport.json(results, out);
        }
    }
}
