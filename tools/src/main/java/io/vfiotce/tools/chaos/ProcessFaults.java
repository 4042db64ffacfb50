package io.vfiotce.tools.chaos;

import java.io.IOException;
import java.util.Random;

/** What may happen to the handler's process. */
final class ProcessFaults {
    private static final int MAX_STOP_MICROS = 200_000;
    private static final int SETTLING_MICROS = 1000;

    private final ChaosRig rig;

    ProcessFaults(final ChaosRig rig) {
        this.rig = rig;
    }

    /** SIGKILL; a request is caught if it waits when the signal has been sent and still does when the process is gone. */
    boolean kill(final Random random) {
        final Process handler = rig.handler();
        // The handle only sends the signal; the process object would close its streams as well.
        handler.toHandle().destroyForcibly();
        final long[] underWay = rig.underWay();
        Pause.untilDead(handler);
        return rig.isStillUnderWay(underWay);
    }

    /** SIGSTOP, and SIGCONT after up to twice the deadline. */
    boolean stop(final Random random) throws IOException {
        final Process handler = rig.handler();
        signal("STOP", handler);
        Pause.ofMicros(SETTLING_MICROS);
        final long[] underWay = rig.underWay();
        Pause.ofMicros(random.nextInt(MAX_STOP_MICROS));
        signal("CONT", handler);
        return underWay[0] != 0 || underWay[1] != 0;
    }

    private static void signal(final String name, final Process process) throws IOException {
        final Process shell = new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid())
                .inheritIO()
                .start();
        Pause.untilDead(shell);
        if (shell.exitValue() != 0) {
            throw new ChaosException("SIG" + name + " cannot be sent to the handler");
        }
    }
}
