package io.vfiotce.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Runs a suite by name, or makes the document of the stored runs. */
public final class BenchMain {
    private static final String USAGE =
            "usage: quick|groups|handoff|dma|goals|full [--json FILE] [--machine TEXT] [--commit TEXT]\n"
                    + "       report\n       rows";

    private BenchMain() {}

    /**
     * Runs the suite and ends the JVM: 0 all limits hold, 1 one is missed, 2 bad usage.
     *
     * @param args suite, and where to write the figures of every fork and what to say about where they are from
     * @throws IOException if a file cannot be read or written
     */
    public static void main(final String[] args) throws IOException {
        System.exit(run(args));
    }

    private static int run(final String[] args) throws IOException {
        Path json = null;
        Provenance provenance = Provenance.here();
        for (int i = 1; i + 1 < args.length; i += 2) {
            switch (args[i]) {
                case "--json" -> json = Path.of(args[i + 1]);
                case "--machine" -> provenance = provenance.withMachine(args[i + 1]);
                case "--commit" -> provenance = provenance.withCommit(args[i + 1]);
                default -> {
                    return usage();
                }
            }
        }
        return args.length % 2 == 1 ? run(args[0], json, provenance) : usage();
    }

    private static int run(final String suite, final Path json, final Provenance provenance) throws IOException {
        switch (suite) {
            case "quick":
                return status(new QuickSuite().run(json, provenance));
            case "groups":
                return status(new GroupSuite().run(json, provenance));
            case "handoff":
                return status(new HandoffSuite().run(json, provenance));
            case "dma":
                return status(new DmaSuite().run(json, provenance));
            case "goals":
                return status(new GoalSuite(false).run(json, provenance));
            case "full":
                return status(new GoalSuite(true).run(json == null ? fullRun() : json, provenance));
            case "report":
                Files.writeString(
                        Provenance.module().resolve("RESULTS.md"),
                        Report.markdown(Report.read(Provenance.module().resolve("results"))));
                return 0;
            case "rows":
                new Rows().lines().forEach(System.out::println);
                return 0;
            default:
                return usage();
        }
    }

    private static int status(final boolean ok) {
        return ok ? 0 : 1;
    }

    private static Path fullRun() {
        return Provenance.module()
                .resolve("results")
                .resolve("full-jdk" + Runtime.version().feature() + ".json");
    }

    private static int usage() {
        System.err.println(USAGE);
        return 2;
    }
}
