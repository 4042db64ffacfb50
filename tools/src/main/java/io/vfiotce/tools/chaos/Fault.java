package io.vfiotce.tools.chaos;

import java.io.IOException;
import java.util.Random;

/** Something that breaks and is mended again. */
@FunctionalInterface
interface Fault {
    /**
     * Breaks it while guests call, and mends it.
     *
     * @param random what is left to chance
     * @return whether a request was under way
     */
    boolean strike(Random random) throws IOException;
}
