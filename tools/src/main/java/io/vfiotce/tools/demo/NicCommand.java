package io.vfiotce.tools.demo;

import io.vfiotce.tools.BadInputException;
import io.vfiotce.tools.ExitCodes;
import io.vfiotce.tools.OutputFile;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tce demo nic}: two drivers and a network card, in each mode for some time. */
@Command(
        name = "nic",
        mixinStandardHelpOptions = true,
        description =
                "Two vCPUs with a driver each and a network card that does DMA on its own thread. For every packet the "
                        + "driver maps a buffer, rings a doorbell, waits for the completion and unmaps; each packet is checked by "
                        + "its checksum, and in the end all counters must balance.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:all packets whole, all counters balanced", "1:something is not", "2:bad usage"})
public final class NicCommand implements Callable<Integer> {
    private static final String STDOUT = "-";
    private static final String ALL = "all";
    private static final double MAX_SECONDS = 86_400;
    private static final int MAX_PAGES = 16;
    private static final int MAX_IN_FLIGHT = 256;
    private static final long MAX_WORK_NS = 10_000_000;
    private static final long MAX_LINK_MBPS = 1_000_000;
    private static final int PAGE_BYTES = 4096;

    @Spec
    private CommandSpec spec;

    @Option(names = "--seconds", paramLabel = "S", defaultValue = "5", description = "Of each mode. Default: 5.")
    private double seconds;

    @Option(
            names = "--windows",
            paramLabel = "N",
            defaultValue = "1",
            description = "DMA windows of the card, 1 or 2: packets take turns. Default: 1.")
    private int windows;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            defaultValue = ALL,
            description =
                    "fast (hypercalls end in the kernel layers), slow (a handler on a thread), process (a handler "
                            + "that is a process) or all. Default: all.")
    private String mode;

    @Option(
            names = "--packet",
            paramLabel = "BYTES",
            defaultValue = "1500",
            description = "Bytes of a packet. Default: 1500.")
    private int packetBytes;

    @Option(
            names = "--pages",
            paramLabel = "N",
            defaultValue = "1",
            description = "Pages that a packet is mapped by; more than one by H_PUT_TCE_INDIRECT and H_STUFF_TCE. "
                    + "Default: 1.")
    private int pages;

    @Option(
            names = "--in-flight",
            paramLabel = "N",
            defaultValue = "32",
            description = "Packets that a vCPU has posted at a time. Default: 32.")
    private int inFlight;

    @Option(
            names = "--driver-ns",
            paramLabel = "NS",
            defaultValue = "0",
            description = "Other work of the driver for each packet. Default: 0.")
    private long driverNs;

    @Option(
            names = "--device-ns",
            paramLabel = "NS",
            defaultValue = "0",
            description = "Other work of the card for each packet. Default: 0.")
    private long deviceNs;

    @Option(
            names = "--link-mbps",
            paramLabel = "MBPS",
            defaultValue = "0",
            description = "Speed of the link in megabits per second; 0 for no limit. Default: 0.")
    private long linkMbps;

    @Option(
            names = "--damage",
            paramLabel = "N",
            defaultValue = "0",
            description = "The card damages one packet in N, to see it found; 0 for none. Default: 0.")
    private long damageEvery;

    @Option(names = "--seed", paramLabel = "S", defaultValue = "1", description = "Of what is random. Default: 1.")
    private long seed;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Also write the result as JSON; - writes it to stdout, and nothing else.")
    private String json;

    /** Creates the command; picocli fills in the arguments. */
    public NicCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        final List<NicMode> modes = modes();
        final NicOptions options = options();
        final boolean isText = !STDOUT.equals(json);
        final OutputFile file = json == null || !isText ? null : new OutputFile(Path.of(json));
        final PrintWriter out = spec.commandLine().getOut();
        if (isText) {
            NicReport.begin(options, out);
        }
        final List<NicResult> results = new ArrayList<>();
        for (final NicMode each : modes) {
            final NicResult result = new NicRun(each, options).run();
            results.add(result);
            if (isText) {
                NicReport.mode(result, out);
            }
        }
        if (isText) {
            NicReport.end(options, results, out);
        } else {
            NicReport.json(options, results, out);
        }
        if (file != null) {
            file.write(stream -> {
                final Writer writer = new OutputStreamWriter(stream, StandardCharsets.UTF_8);
                NicReport.json(options, results, writer);
            });
        }
        return NicReport.failures(results).isEmpty() ? ExitCodes.OK : ExitCodes.FAILED;
    }

    private List<NicMode> modes() {
        final String wanted = mode.toLowerCase(Locale.ROOT);
        final List<NicMode> modes = Arrays.stream(NicMode.values())
                .filter(each -> wanted.equals(ALL) || wanted.equals(each.toString()))
                .toList();
        require(!modes.isEmpty(), "there is no --mode '" + mode + "', only fast, slow, process and all");
        return modes;
    }

    private NicOptions options() {
        require(seconds > 0 && seconds <= MAX_SECONDS, "--seconds " + seconds + " is not above 0 and at most 86400");
        require(windows == 1 || windows == 2, "--windows " + windows + " is neither 1 nor 2");
        require(pages >= 1 && pages <= MAX_PAGES, "--pages " + pages + " is not in 1.." + MAX_PAGES);
        require(
                packetBytes >= Packet.MIN_BYTES && packetBytes <= pages * PAGE_BYTES,
                "--packet " + packetBytes + " is not in " + Packet.MIN_BYTES + ".." + pages * PAGE_BYTES
                        + ", what --pages " + pages + " has room for");
        require(
                inFlight >= 1 && inFlight <= MAX_IN_FLIGHT,
                "--in-flight " + inFlight + " is not in 1.." + MAX_IN_FLIGHT);
        require(isWork(driverNs), "--driver-ns " + driverNs + " is not in 0.." + MAX_WORK_NS);
        require(isWork(deviceNs), "--device-ns " + deviceNs + " is not in 0.." + MAX_WORK_NS);
        require(
                linkMbps >= 0 && linkMbps <= MAX_LINK_MBPS,
                "--link-mbps " + linkMbps + " is not in 0.." + MAX_LINK_MBPS);
        require(damageEvery >= 0, "--damage " + damageEvery + " is negative");
        return new NicOptions(
                (long) (seconds * TimeUnit.SECONDS.toNanos(1)),
                windows,
                packetBytes,
                pages,
                inFlight,
                driverNs,
                deviceNs,
                linkMbps,
                damageEvery,
                seed);
    }

    private static boolean isWork(final long ns) {
        return ns >= 0 && ns <= MAX_WORK_NS;
    }

    private static void require(final boolean condition, final String message) {
        if (!condition) {
            throw new BadInputException(message);
        }
    }
}
