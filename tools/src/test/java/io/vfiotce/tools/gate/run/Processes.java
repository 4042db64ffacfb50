package io.vfiotce.tools.gate.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What tests want to know of processes that they did not start themselves. */
public final class Processes {
    private Processes() {}

    /** Waits until a process that was killed has ended: the kill has been sent, and the kernel needs its time. */
    public static void awaitEnd(final String pid) {
        while (isRunning(pid)) {
            Thread.onSpinWait();
        }
    }

    private static boolean isRunning(final String pid) {
        try {
            final String stat = Files.readString(Path.of("/proc", pid, "stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
        } catch (final IOException e) {
            return false;
        }
    }
}
