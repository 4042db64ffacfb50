package io.vfiotce.tools.gate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vfiotce.tools.gate.jmh.JmhFile;
import io.vfiotce.tools.gate.jmh.JmhRow;
import io.vfiotce.tools.gate.jmh.SampleHistogram;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
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
        final SampleHistogram few = new SampleHistogram(new TreeMap<>(Map.of(10.0, 2L, 20.0, 1L, 9000.0, 1L)));
        assertEquals(40 / 3.0, few.trimmedMeanNs(), 1e-12, "the slowest of a few");
        assertEquals(
                9000, new SampleHistogram(new TreeMap<>(Map.of(9000.0, 1L))).trimmedMeanNs(), "one is all there is");
        final SampleHistogram many = new SampleHistogram(new TreeMap<>(Map.of(10.0, 197L, 9000.0, 3L)));
        assertEquals((197 * 10 + 9000) / 198.0, many.trimmedMeanNs(), 1e-12, "two of 200");
    }
}
