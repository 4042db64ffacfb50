package io.vfiotce.tools.gate.layer.jmh_generated;

import java.time.Instant;

/** A program that looks to the gate like a fork of JMH: a loop by the name that JMH would give it, warmed up and measured. */
public final class Loop_work_jmhTest {
    private static final int BATCH = 100_000;
    private static final int BATCHES = 50;

    private Loop_work_jmhTest() {}

    /**
     * Prints when warm-up ended and when measuring did.
     *
     * @param args {@code surprise} takes a branch for the first time in measured time, {@code late} after it
     */
    public static void main(final String[] args) {
        long sum = batches(false);
        System.out.println(Instant.now());
        sum += batches(args[0].equals("surprise"));
        System.out.println(Instant.now());
        sum += batches(args[0].equals("late"));
        System.out.println(sum);
    }

    private static long batches(final boolean surprise) {
        long sum = 0;
        for (int i = 0; i < BATCHES; i++) {
            sum += work_avgt_jmhStub(surprise && i == BATCHES / 2);
        }
        return sum;
    }

    private static long work_avgt_jmhStub(final boolean surprise) {
        long sum = 0;
        for (int i = 0; i < BATCH; i++) {
            sum += work(sum + i, surprise);
        }
        return sum;
    }

    private static long work(final long value, final boolean surprise) {
        return surprise ? value ^ value >>> 3 : mix(value);
    }

    private static long mix(final long value) {
        return (value ^ value << 7) * 31 + 11;
    }
}
