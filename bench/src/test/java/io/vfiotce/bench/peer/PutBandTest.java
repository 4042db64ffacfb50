package io.vfiotce.bench.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A kernel-like put that costs too little or too much does not stand for the kernel's. */
class PutBandTest {
    @ParameterizedTest
    @CsvSource({
        "'c.kernelPut:groups=0,call=remap', 3.58, true",
        "'c.kernelPut:groups=0,call=remap', 3.6, false",
        "'c.kernelPut:groups=0,call=remap', 5.2, false",
        "'c.kernelPut:groups=0,call=remap', 5.22, true",
        "'c.kernelPut:groups=1,call=map', 9.98, true",
        "'c.kernelPut:groups=1,call=map', 10, false",
        "'c.kernelPut:groups=1,call=remap', 18, false",
        "'c.kernelPut:groups=1,call=remap', 18.02, true",
        "'c.qemuPut:tables=64', 1000, false"
    })
    void shouldBeInvalidWhenThePutIsOutsideItsBand(final String row, final double ns, final boolean isInvalid)
            throws IOException {
        assertEquals(isInvalid, PutBand.of(row, fork(ns, 2.0)).isInvalid());
    }

    @Test
    void shouldSayInvalidWhenTheBandIsMissed() throws IOException {
        assertEquals(
                "c.kernelPut:groups=0,call=remap is INVALID: 4.00 exchanges, not 1.8 to 2.6",
                PutBand.of("c.kernelPut:groups=0,call=remap", fork(8, 2)).toString());
        assertFalse(PutBand.of("c.kernelPut:groups=0,call=remap", fork(4, 2))
                .toString()
                .contains("INVALID"));
    }

    @Test
    void shouldBeInvalidWhenTheExchangeIsMissing() throws IOException {
        final String json = "[{\"primaryMetric\":{\"score\":4.0},\"secondaryMetrics\":{}}]";
        assertTrue(PutBand.of("c.kernelPut:groups=0,call=remap", json).isInvalid());
    }

    @Test
    void shouldRefuseAForkWhenItHasNoScore() {
        assertThrows(IOException.class, () -> PutBand.of("c.exchange", "[{}]"));
    }

    private static String fork(final double putNs, final double exchangeNs) {
        return "[{\"params\":{\"score\":\"x\"},\"primaryMetric\":{\"score\":" + putNs
                + ",\"rawData\":[[1.0]]},\"secondaryMetrics\":{\"exchange\":{\"score\":" + exchangeNs + "}}}]";
    }
}
