package io.vfiotce.handoff;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Which process it is: its number and when it was started, since numbers are used again.
 *
 * @param pid process number
 * @param startTicks when it was started, in clock ticks since the machine was; 0 if there is no such process
 */
record ProcessIdentity(long pid, long startTicks) {
    private static final int START_TIME_FIELD = 22;
    // The name, in parentheses, is field 2 and may hold anything.
    private static final int FIRST_FIELD_AFTER_NAME = 3;

    static ProcessIdentity self() {
        return of(ProcessHandle.current().pid());
    }

    static ProcessIdentity of(final long pid) {
        return new ProcessIdentity(pid, startTicks(pid));
    }

    /** Whether the process is still there. */
    boolean isAlive() {
        return startTicks != 0 && startTicks(pid) == startTicks;
    }

    private static long startTicks(final long pid) {
        try {
            final String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            final String[] fields =
                    stat.substring(stat.lastIndexOf(')') + 1).trim().split(" ");
            return Long.parseLong(fields[START_TIME_FIELD - FIRST_FIELD_AFTER_NAME]);
        } catch (final IOException | NumberFormatException | IndexOutOfBoundsException e) {
            return 0;
        }
    }
}
