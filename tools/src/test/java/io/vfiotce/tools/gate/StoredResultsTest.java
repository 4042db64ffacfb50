package io.vfiotce.tools.gate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.vfiotce.tools.gate.jmh.JmhFile;
import io.vfiotce.tools.gate.jmh.JmhRow;
import java.net.URISyntaxException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What a fork's figure is. */
class StoredResultsTest {
    private static JmhRow first(final String name) throws URISyntaxException {
        return JmhFile.read(Path.of(
                        StoredResultsTest.class.getResource("/gate/jmh/" + name).toURI()))
                .get(0);
    }

    @Test
    void shouldTakeTheLowerQuartileOfTheIterations() throws URISyntaxException {
        // Iterations 1.7, 1.8, 1.75 and 1.6, 1.9, 1.75.
        assertArrayEquals(new double[] {1.725, 1.675}, StoredResults.forksNs(first("average-1.37.json")), 1e-12);
    }

    @Test
    void shouldTakeTheMeanOfAllSamplesButTheSlowestHundredth() throws URISyntaxException {
        // 50 samples of 100 ns, 40 of 200 and one of 5,000, then 9 of 200.
        assertArrayEquals(
                new double[] {(50 * 100 + 49 * 200) / 99.0}, StoredResults.forksNs(first("sample-1.37.json")), 1e-12);
    }
}
