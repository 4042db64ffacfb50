package io.vfiotce.bench;

import io.vfiotce.bench.hcall.PutBenchmark;

/** The hand-off suite: one H_PUT_TCE in real mode, through a handler on a thread, in a process, and what bounds them. */
final class HandoffSuite extends Suite {
    // Round trips are bistable on two processors, so the quartile needs more of them.
    private static final int FORKS = 12;

    private final Row real = add(PutBenchmark.class, "remap", "groups=0", FORKS);
    private final Row pingPong = add(RoundTripBenchmark.class, "pingPong", null, FORKS);
    private final Row inProcess = add(RoundTripBenchmark.class, "inProcess", null, FORKS);
    private final Row otherProcess = add(RoundTripBenchmark.class, "otherProcess", null, FORKS);
    private final Row socket = add(RoundTripBenchmark.class, "socket", null, FORKS);

    @Override
    boolean isOurs(final Row row) {
        return row != pingPong && row != socket;
    }

    @Override
    void printRatios() {
        printP10(pingPong);
        printP10(inProcess);
        printP10(otherProcess);
        printP10(socket);
        compare("in process / real mode", inProcess, real);
        compare("other process / real mode", otherProcess, real);
        ratio("in process / ping-pong", inProcess, pingPong, 2.0);
        ratio("other process / in process", otherProcess, inProcess, 1.5);
        ratio("in process / socket", inProcess, socket, 0.2);
        ratio("other process / socket", otherProcess, socket, 0.2);
    }
}
