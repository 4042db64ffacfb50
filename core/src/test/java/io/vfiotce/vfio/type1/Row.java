package io.vfiotce.vfio.type1;

import java.util.function.ToLongFunction;

/**
 * One row of a table of the reference.
 *
 * @param name the row
 * @param expected result or negative errno
 * @param call what is done
 */
record Row(String name, long expected, ToLongFunction<TestContainer> call) {
    @Override
    public String toString() {
        return name;
    }
}
