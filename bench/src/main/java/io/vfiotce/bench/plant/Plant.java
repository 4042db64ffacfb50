package io.vfiotce.bench.plant;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * What is planted in this jar, read once per fork. Two jars differ in nothing but this resource, so all code is the same in
 * both, and what it does differs by a number that the compiler does not know.
 *
 * @param operations operations of a pass: {@link #PASS} if nothing is planted
 * @param allocateEvery every how many calls an object is allocated; 0 for never
 * @param callees different classes that one call may end in, 1 to 4
 */
record Plant(int operations, int allocateEvery, int callees) {
    /** Operations of a pass in which nothing is planted. So many that what surrounds them does not count. */
    static final int PASS = 1000;

    /** Reads what is planted. */
    static Plant read() {
        final Properties values = new Properties();
        try (InputStream resource = Plant.class.getResourceAsStream("plant.properties")) {
            values.load(resource);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return of(values);
    }

    static Plant of(final Properties values) {
        // A thousandth of a pass is one operation.
        return new Plant(
                PASS + number(values, "slowPerMille"), number(values, "allocateEvery"), number(values, "callees"));
    }

    private static int number(final Properties values, final String name) {
        return Integer.parseInt(values.getProperty(name));
    }
}
