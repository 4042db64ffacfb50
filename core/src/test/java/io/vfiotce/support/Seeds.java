package io.vfiotce.support;

/** Seeds of random tests: printed, and taken from the system property {@code vfiotce.seed} to repeat a run. */
public final class Seeds {
    private Seeds() {}

    /**
     * Chooses and prints a seed.
     *
     * @param test who uses it
     * @return the seed
     */
    public static long seed(final String test) {
        final long seed = Long.getLong("vfiotce.seed", System.nanoTime());
        System.out.println(test + ": -Dvfiotce.seed=" + seed);
        return seed;
    }
}
