package io.vfiotce.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/**
 * What can be run is what is to be measured: the checked-in list says it row by row. The rows in which the gate's selftest plants
 * faults are neither.
 *
 * <p>After a change of the benchmarks, read the difference and write the list anew, in a checkout that is built:
 * {@code java -jar bench/target/benchmarks.jar rows > bench/src/test/resources/io/vfiotce/bench/rows.txt}
 */
class RowListTest {
    @Test
    void shouldRunTheListedRowsWhenTheModuleIsBuilt() throws IOException {
        try (InputStream list = RowListTest.class.getResourceAsStream("rows.txt")) {
            assertEquals(
                    new String(list.readAllBytes(), StandardCharsets.UTF_8),
                    String.join("\n", new Rows().lines()) + "\n");
        }
    }
}
