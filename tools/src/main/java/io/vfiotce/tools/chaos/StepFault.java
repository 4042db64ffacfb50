package io.vfiotce.tools.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Death at one step of the handler's work.
 *
 * @param moment the step
 * @param request at which request of its life the handler dies there
 * @param fuse the file that has it die
 */
record StepFault(DyingHandler.Moment moment, int request, Path fuse) {
    /** What to start as the handler. */
    List<String> handler() {
        return List.of(DyingHandler.class.getName(), fuse.toString(), moment.name(), Integer.toString(request));
    }

    String name() {
        return moment.name().toLowerCase(Locale.ROOT) + " deciding, request " + request;
    }

    /** Has the next handler die there, and kills the one that serves. */
    Fault in(final ChaosRig rig) {
        return random -> strike(rig, random);
    }

    private boolean strike(final ChaosRig rig, final Random random) throws IOException {
        Files.createFile(fuse);
        final Process before = rig.handler();
        new ProcessFaults(rig).kill(random);
        Process dying = rig.handler();
        while (dying == before) {
            Pause.ofMicros(100);
            dying = rig.handler();
        }
        Pause.untilDead(dying);
        if (dying.exitValue() != DyingHandler.EXIT_CODE) {
            throw new ChaosException("the handler died elsewhere: exit code " + dying.exitValue());
        }
        final long[] underWay = rig.underWay();
        return underWay[0] != 0 || underWay[1] != 0;
    }

    /** Any step at any of these requests. */
    static List<StepFault> all() throws IOException {
        final Path fuse = Files.createTempDirectory("tce-chaos-").resolve("fuse");
        return List.of(DyingHandler.Moment.values()).stream()
                .flatMap(moment -> List.of(1, 2, 100).stream().map(request -> new StepFault(moment, request, fuse)))
                .toList();
    }
}
