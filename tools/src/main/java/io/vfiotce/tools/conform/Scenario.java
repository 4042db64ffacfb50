package io.vfiotce.tools.conform;

import java.util.List;

/**
 * One scenario of a vector file; each starts from nothing.
 *
 * @param source the file, for messages
 * @param number its number in the file
 * @param line number of its first line
 * @param endLine number of its {@code end} line
 * @param profile what it was recorded from
 * @param hostPageShift log2 of the host page size in bytes
 * @param ramBytes guest memory from address 0 in bytes; 0 in a kernel scenario, which has memslots
 * @param steps what it does, in order
 * @param endState what it leaves behind
 */
public record Scenario(
        String source,
        long number,
        long line,
        long endLine,
        Profile profile,
        int hostPageShift,
        long ramBytes,
        List<Step> steps,
        EndState endState) {
    /** {@return the name that reports use} */
    public String name() {
        return "scenario " + number;
    }

    VectorFormatException error(final long line, final String what) {
        return new VectorFormatException(source, line, what);
    }
}
