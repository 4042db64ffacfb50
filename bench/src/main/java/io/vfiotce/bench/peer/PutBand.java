package io.vfiotce.bench.peer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Locale;

/**
 * How many exchanges the kernel-like handler's put must cost to stand for the kernel's, and what it did cost in a fork.
 *
 * <p>Linux 5.10's own handler, compiled for user space, lies between the bounds. A row outside them is not evidence.
 *
 * @param row benchmark and parameters, as the program names it
 * @param exchanges nanoseconds of the row over nanoseconds of an exchange of the same fork, or NaN for rows without band
 * @param atLeast lower bound
 * @param atMost upper bound
 */
record PutBand(String row, double exchanges, double atLeast, double atMost) {
    private static final JsonFactory FACTORY = new JsonFactory();

    /**
     * Reads a fork.
     *
     * @param row its name
     * @param json what the program printed
     * @return what it cost; without bounds for rows that need not keep any
     * @throws IOException if it is no result of a row
     */
    static PutBand of(final String row, final String json) throws IOException {
        final double ns = score(json, "primaryMetric");
        if (Double.isNaN(ns)) {
            throw new IOException(row + " has no score: " + json.strip());
        }
        if (!row.startsWith("c.kernelPut")) {
            return new PutBand(row, Double.NaN, 0, 0);
        }
        final double exchanges = ns / score(json, "exchange");
        return row.contains("groups=0") ? new PutBand(row, exchanges, 1.8, 2.6) : new PutBand(row, exchanges, 5, 9);
    }

    boolean isInvalid() {
        // A kernel put whose exchange is missing is invalid too.
        return atMost != 0 && !(exchanges >= atLeast && exchanges <= atMost);
    }

    @Override
    public String toString() {
        return isInvalid()
                ? String.format(
                        Locale.ROOT, "%s is INVALID: %.2f exchanges, not %.1f to %.1f", row, exchanges, atLeast, atMost)
                : row + " is valid";
    }

    /** The score in the object of that name. */
    private static double score(final String json, final String name) throws IOException {
        try (JsonParser parser = FACTORY.createParser(json)) {
            boolean isInside = false;
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.FIELD_NAME && parser.currentName().equals(name)) {
                    isInside = true;
                } else if (isInside && token.isNumeric() && "score".equals(parser.currentName())) {
                    return parser.getDoubleValue();
                }
            }
        }
        return Double.NaN;
    }
}
